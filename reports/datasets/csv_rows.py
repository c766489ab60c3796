"""Read CSV as it comes out of databases, banks and spreadsheets, wherever in the text its table stands."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from itertools import islice
from operator import itemgetter
from pathlib import Path

from reports.datasets.columns import column_names
from reports.datasets.grid.found import FoundTable
from reports.datasets.options import ReadingOptions
from reports.datasets.source import Row, SourceFile, SourceTable
from reports.datasets.text.csv_text import Records, csv_text
from reports.datasets.text.indents import first_labels, indents_of
from reports.datasets.text.one_column import one_column
from reports.datasets.text.text_tables import TextTables, find_tables
from reports.errors import PressrunError

_STRIP = str.strip
_LABELS = 200


def read_csv(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the tables of a CSV file; cells are text without the spaces around it, None when empty.

    Raises UnreadableFileError with the line, or TooLargeError.
    """
    text = csv_text(path, options)
    facts = {"format": "csv", **text.facts()}
    if text.is_one_column:
        table, header_row = one_column(text, options.header_row)
        unnamed = () if header_row or options.header_row == 0 else (_no_names(),)
        return SourceFile((table,), {**facts, "header_row": header_row}, (*text.warnings, *unnamed))
    try:
        found = find_tables(text, options)
    except PressrunError as error:
        error.reading = {**facts, **error.reading}
        raise
    warnings = [{"code": code, "message": message} for code, message in found.warnings()]
    if options.header_row is None and not all(table.names for table in found.tables):
        warnings.insert(0, _no_names())
    tables = tuple(_source_table(found, table) for table in found.tables)
    return SourceFile(tables, {**facts, **found.text.facts(), **found.facts()}, (*text.warnings, *warnings))


def _source_table(found: TextTables, table: FoundTable) -> SourceTable:
    size = max(table.blocks[0].width, max(table.columns) + 1)
    header = [table.names.get(at, "") for at in range(size)]
    if header[0].startswith("# "):
        header[0] = header[0].removeprefix("#")
    all_names = column_names(header)
    names = [all_names[at] for at in table.columns]
    first, last, skipped = table.first - 1, table.last, frozenset(number - 1 for number in table.skipped)
    title, subtitle, notes = table.words_above()
    with closing(found.text.reader()) as reader:
        labels = first_labels(islice(reader, first, min(last, first + _LABELS)), table.columns[0])
    write = indents_of(labels)

    def rows() -> Iterator[Row]:
        choose = _choice(table.columns, size)
        return _rows(found.text.reader(), slice(first, last), skipped, names, choose, size, write)

    return SourceTable(
        rows,
        title=title,
        subtitle=subtitle,
        notes=(*notes, *(line.text for line in table.notes)),
        header_row=found.lines[table.header_rows[0]] if table.header_rows else 0,
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
    write_label: Callable[[str], str],
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
            chosen = record if choose is None else choose(record)
            cells = list(map(_STRIP, chosen))
            if write_label is not _STRIP and cells[0]:
                cells[0] = write_label(next(iter(chosen)))
            if "" in cells:
                cells = [cell or None for cell in cells]
                if cells.count(None) == count:
                    continue
            yield dict(zip(names, cells, strict=True))


def _no_names() -> dict[str, str]:
    message = (
        "No line of the file seems to name the columns, so they are called Column 1 and so on. If a line does, say "
        "which with options.reading.header_row."
    )
    return {"code": "header_missing", "message": message}
