"""Read CSV as it comes out of databases, banks and spreadsheets, wherever in the text its table stands."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from itertools import islice
from operator import itemgetter
from pathlib import Path
from typing import Any

from reports.datasets.columns import column_names
from reports.datasets.options import ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable
from reports.datasets.text.csv_text import CSVText, Records, csv_text
from reports.datasets.text.layout import Record
from reports.datasets.text.one_column import one_column
from reports.datasets.text.table_in_file import Found, Tables, columns_of
from reports.errors import PressrunError, UnreadableFileError

MOST_ROWS = 1_048_576
"""As many as a spreadsheet has."""

_STRIP = str.strip


def read_csv(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the tables of a CSV file; cells are text without the spaces around it, None when empty.

    Raises UnreadableFileError with the line, or TooLargeError.
    """
    text = csv_text(path, options)
    facts = {"format": "csv", **text.facts()}
    if text.is_one_column:
        table, header_row = one_column(text, options.header_row)
        warnings = () if header_row or options.header_row == 0 else (_no_names(),)
        return SourceFile((table,), {**facts, "header_row": header_row}, (*text.warnings, *warnings))
    try:
        text, found = _found(text, options)
        if options.header_row is None:
            _refuse_a_title_alone(found)
    except PressrunError as error:
        error.reading = {**facts, **error.reading}
        raise
    tables = tuple(_source_table(text, each) for each in found)
    facts = {**facts, **text.facts(), **_facts(found)}
    return SourceFile(tables, facts, (*text.warnings, *_warnings(found, options)))


def _found(text: CSVText, options: ReadingOptions) -> tuple[CSVText, list[Found]]:
    """Return the tables of a text, and the text with the way to quote that reads all of it."""
    refusal: UnreadableFileError | None = None
    other_way = text.quoted_otherwise()
    for other in (text,) if other_way is text else (text, other_way):
        with closing(other.reader()) as reader:
            tables = Tables(reader, MOST_ROWS, options.header_row)
            try:
                return other, tables.find()
            except csv.Error as error:
                refusal = refusal or text.refusal(error, _line_after(other, tables.records_read))
            except PressrunError as error:
                error.reading = _facts(tables.found) if tables.found else {}
                raise
    raise refusal or AssertionError("There is one way to quote, at least.")


def _line_after(text: CSVText, count: int) -> int:
    """Return the line in which the record begins that follows so many."""
    with closing(text.reader()) as reader:
        for _ in islice(reader, count):
            pass
        return reader.line_num + 1


def _refuse_a_title_alone(found: Sequence[Found]) -> None:
    """Refuse a heading that may be the names of columns, above a line that may be a row of too many cells."""
    if any(table.rows for table in found):
        return
    for table in found:
        if table.above and table.layout.names:
            line, above = table.layout.names[0].line, table.above[-1].line
            raise UnreadableFileError(
                f"Nothing stands below line {line:,} of the file, and it has more cells than line {above:,}. Name each "
                "column in the first line, or say with options.reading.header_row which line names them (0: none does)."
            )


def _source_table(text: CSVText, found: Found) -> SourceTable:
    kept, beside = columns_of(found)
    size = max([found.layout.width, len(found.header), *(at + 1 for at in kept)])
    all_names = column_names([*found.header, *[""] * (size - len(found.header))])
    names = [all_names[at] for at in kept]
    first, end, skipped = found.layout.body, found.end, frozenset(found.skipped)
    title, subtitle, notes = _words(found.above)

    def rows() -> Iterator[Row]:
        return _rows(text.reader(), slice(first, end), skipped, names, _choice(kept, size), size)

    names_in = found.layout.names
    return SourceTable(
        rows,
        title=title,
        subtitle=subtitle,
        notes=(*notes, *found.notes, *beside),
        header_row=names_in[0].line if names_in else 0,
    )


def _choice(columns: Sequence[int], size: int) -> Callable[[Sequence[str]], Iterable[str]] | None:
    """Return what takes the cells of columns from a record; None if these are all."""
    if len(columns) == size:
        return None
    if len(columns) == 1:
        at = columns[0]
        return lambda cells: (cells[at],)
    return itemgetter(*columns)


def _rows(
    reader: Records,
    part: slice,
    skipped: frozenset[int],
    names: Sequence[str],
    choose: Callable[[Sequence[str]], Iterable[str]] | None,
    size: int,
) -> Iterator[Row]:
    count = len(names)
    cells: list[str | None]
    with closing(reader):
        records: Iterable[list[str]] = islice(reader, part.start, part.stop)
        if skipped:
            records = (record for number, record in enumerate(records, part.start) if number not in skipped)
        for record in records:
            if len(record) != size:
                record = [*record[:size], *[""] * (size - len(record))]
            cells = list(map(_STRIP, record if choose is None else choose(record)))
            if "" in cells:
                cells = [cell or None for cell in cells]
                if cells.count(None) == count:
                    continue
            yield dict(zip(names, cells, strict=True))


def _words(above: Sequence[Record]) -> tuple[str, str, tuple[str, ...]]:
    """Return the title, the subtitle and the notes that lines above a table are."""
    comments = [text[1:].strip() for record in above if (text := record.text()).startswith("#")]
    texts = [text for record in above if not (text := record.text()).startswith("#")]
    title, subtitle = [*texts, "", ""][:2]
    return title, subtitle, (*texts[2:], *comments)


def _facts(found: Sequence[Found]) -> dict[str, Any]:
    names = found[0].layout.names
    facts: dict[str, Any] = {"header_row": names[0].line if names else 0}
    if len(names) > 1:
        facts["header_rows"] = len(names)
    if len(found) > 1:
        facts["tables"] = len(found)
    return facts


def _warnings(found: Sequence[Found], options: ReadingOptions) -> Iterator[Mapping[str, Any]]:
    if options.header_row is None and not all(each.header for each in found):
        yield _no_names()
    if len(found) > 1:
        message = f"The file has {len(found)} tables, with empty lines between them: each is a section of its own."
        yield {"code": "several_tables", "message": message}
    short = sum(each.short for each in found)
    if short:
        line = next(each.first_short for each in found if each.short)
        lines = "One line has" if short == 1 else f"{short:,} lines have"
        message = f"{lines} fewer cells than the table has columns, first line {line:,}: the rest is taken for empty."
        yield {"code": "rows_short", "message": message}
    doubtful = [each.first_doubtful for each in found if each.first_doubtful]
    if doubtful:
        message = f"Lines are taken for notes below the table rather than for rows of it: first line {doubtful[0]:,}."
        yield {"code": "notes_guessed", "message": message}
    repeated = sum(each.repeated for each in found)
    if repeated:
        times = "once more" if repeated == 1 else f"{repeated:,} times more"
        message = f"The line that names the columns stands in the file {times}, and is left out there."
        yield {"code": "header_repeated", "message": message}


def _no_names() -> dict[str, str]:
    message = (
        "No line of the file seems to name the columns, so they are called Column 1 and so on. If a line does, say "
        "which with options.reading.header_row."
    )
    return {"code": "header_missing", "message": message}
