"""Read an Excel workbook (.xlsx, .xlsm) as Excel shows it: the tables of its sheets, and what it hides."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reports.datasets.column_form import ColumnForm
from reports.datasets.excel.cells import NUMBERS, TEXTS, CellReader, Kind, column_letters, kind_of
from reports.datasets.excel.sheet import SheetContent, read_sheet
from reports.datasets.excel.sheet_blocks import block_of, marked_table, tally_of
from reports.datasets.excel.sheet_columns import decide
from reports.datasets.excel.table_rows import TableRows
from reports.datasets.excel.workbook import Sheet, Workbook
from reports.datasets.grid.cell import Line
from reports.datasets.grid.finder import TableFinder
from reports.datasets.grid.found import FoundTable, give_lines, table_of_lines
from reports.datasets.options import ReadingOptions
from reports.datasets.source import SourceFile, SourceTable, Warning
from reports.errors import UnreadableFileError

_MOST_TABLES = 100
_MOST_NAMED = 8
_MOST_LINES = 12


def read_xlsx(path: Path, options: ReadingOptions) -> SourceFile:
    """Find the tables of a workbook: those of its visible sheets, as Excel shows them.

    Cells are numbers, booleans, text without the spaces around it, days and times in ISO 8601; text, too, where only
    Excel's own words tell what it shows. Raises UnreadableFileError with the sheet and the row, or TooLargeError.
    """
    with Workbook.open(path) as workbook:
        return _Reading(workbook, options).found()


@dataclass(slots=True)
class _Reading:
    """What is found in a workbook."""

    workbook: Workbook
    options: ReadingOptions
    warnings: list[Warning] = field(default_factory=list)

    def found(self) -> SourceFile:
        chosen = list(self._chosen())
        reader = CellReader(self.workbook, self.options.locale)
        contents = [read_sheet(self.workbook, sheet, reader) for sheet in chosen]
        self._refuse_uncalculated(contents)
        tables: list[SourceTable] = []
        lines_of: dict[str, list[Line]] = {}
        for content in contents:
            found, lines = self._tables(content)
            if not found and lines:
                lines_of[content.sheet.name] = lines
            tables += found
        if not tables and lines_of:
            tables = [self._lines_alone(content) for content in contents if content.sheet.name in lines_of]
            lines_of = {}
        if not tables:
            raise UnreadableFileError(self._why_empty(chosen))
        if len(tables) > _MOST_TABLES:
            self._warn("left_out", f"The workbook has {len(tables):,} tables; the first {_MOST_TABLES} are printed.")
        for name in list(lines_of)[:_MOST_NAMED]:
            self._warn("left_out", f"The sheet {name!r} has lines of text but no table, and is left out.")
        self._warn_of_hidden(contents)
        return SourceFile(tuple(tables[:_MOST_TABLES]), self._facts(contents, tables), tuple(self.warnings))

    def _chosen(self) -> Iterator[Sheet]:
        sheets, wanted = self.workbook.sheets, self.options.sheet
        if not any(sheet.part for sheet in sheets):
            raise UnreadableFileError("The workbook has no sheet with cells.")
        if wanted is None:
            visible = [sheet for sheet in sheets if sheet.part and not sheet.is_hidden]
            if not visible:
                raise UnreadableFileError(f"All sheets of the workbook are hidden. {self._choose()}")
            yield from visible
            return
        named = [sheet for sheet in sheets if sheet.name.casefold() == str(wanted).casefold()]
        if not named and str(wanted).isdecimal():
            shown = [sheet for sheet in sheets if not sheet.is_hidden]
            named = shown[int(wanted) - 1 : int(wanted)] if int(wanted) else []
        if not named:
            raise UnreadableFileError(f"The workbook has no sheet {str(wanted)[:80]!r}. {self._choose()}")
        if not named[0].part:
            raise UnreadableFileError(f"The sheet {named[0].name!r} is a chart, and has no cells. {self._choose()}")
        yield named[0]

    def _choose(self) -> str:
        names = _listed(sheet.name for sheet in self.workbook.sheets if sheet.part)
        return f"Choose one by `options.reading.sheet`: {names}."

    def _refuse_uncalculated(self, contents: Sequence[SheetContent]) -> None:
        for content in contents:
            formulas = content.formulas
            if formulas.uncalculated:
                what = (
                    f"{formulas.uncalculated:,} of its cells have a formula without a value, such as "
                    f"{formulas.first_uncalculated}"
                )
            elif self.workbook.calculates_when_opened and 1 < formulas.count == formulas.zeros:
                what = f"all {formulas.count:,} formulas have the value 0, and are to be calculated when it is opened"
            else:
                continue
            raise UnreadableFileError(
                f"The sheet {content.sheet.name!r} was never calculated: {what}. Open the workbook in Excel or "
                "LibreOffice, save it, and send that file."
            )

    def _tables(self, content: SheetContent) -> tuple[list[SourceTable], list[Line]]:
        finder = TableFinder(self.options.header_row, content.merged, content.hidden)
        finder.read(block_of(segment, content.reader) for segment in content.survey.free.segments)
        found = finder.finish()
        if undivided := content.survey.free.undivided_from:
            self._warn(
                "reading_guess",
                f"From row {undivided:,} of the sheet {content.sheet.name!r} on, empty rows are not taken to part "
                "tables, for there are too many: all below is read as one. Split the sheet.",
            )
        for (area, mark), (_, survey) in zip(content.tables, content.survey.areas, strict=True):
            blocks = [block_of(segment, content.reader) for segment in survey.segments]
            if (table := marked_table(blocks, area, mark)) is not None:
                found.append(table)
        found.sort(key=lambda table: (table.first, table.columns[0]))
        if found:
            give_lines(found, finder.lines)
        for table in found:
            if table.blocks[0].is_adjoining:
                self._warn(
                    "reading_guess",
                    f"Row {table.top:,} of the sheet {content.sheet.name!r} is taken to name the columns of another "
                    "table. If it is a row of values, say with options.reading.header_row which row names the columns.",
                )
        return [self._source(content, table) for table in found], [] if found else finder.lines

    def _lines_alone(self, content: SheetContent) -> SourceTable:
        """Return a sheet of lines as a table of them, for there is no other one in the workbook."""
        blocks = [block_of(segment, content.reader) for segment in content.survey.free.segments]
        return self._source(content, table_of_lines(blocks, may_have_names=self.options.header_row is None))

    def _source(self, content: SheetContent, table: FoundTable) -> SourceTable:
        formats = content.reader.formats
        tally = tally_of(table)
        decisions = {column: decide(tally[column], formats, table.names.get(column, "")) for column in table.columns}
        rows = TableRows(content, table, decisions)
        name_of = dict(zip(table.columns, rows.names, strict=True))
        forms: dict[str, ColumnForm] = {}
        for column, decision in decisions.items():
            name = name_of[column]
            if decision.form is not None:
                forms[name] = decision.form
            if decision.guess:
                self._warn(
                    "reading_guess", f"Column {name[:60]!r} of the sheet {content.sheet.name!r} {decision.guess}."
                )
            self._warn_of_cells(content, tally[column], rows, column, name)
        if not table.has_header and self.options.header_row != 0:
            self._warn(
                "reading_guess",
                f"No row of the sheet {content.sheet.name!r} names the columns of the table that begins in row "
                f"{table.first}, so they are numbered. Say which one does by `options.reading.header_row`, or 0.",
            )
        title, *others = [line.text for line in table.above] or [""]
        more = max(0, len(others) - _MOST_LINES) + max(0, len(table.notes) - _MOST_LINES)
        if more:
            self._warn(
                "left_out", f"{more:,} lines of text around a table of the sheet {content.sheet.name!r} left out."
            )
        return SourceTable(
            rows,
            name=content.sheet.name,
            title=title,
            subtitle=" · ".join(others[:_MOST_LINES]),
            notes=tuple(line.text for line in table.notes[:_MOST_LINES]),
            header_row=table.header_rows[-1] if table.header_rows else 0,
            forms=forms,
            total_rows=frozenset() if table.total_row is None else frozenset({table.total_row}),
        )

    def _warn_of_cells(
        self, content: SheetContent, counts: Mapping[int, int], rows: TableRows, column: int, name: str
    ) -> None:
        errors = sum(count for code, count in counts.items() if kind_of(code) == Kind.ERROR)
        where = f"Column {name[:60]!r} of the sheet {content.sheet.name!r}"
        if errors:
            cells = "1 cell that Excel" if errors == 1 else f"{errors:,} cells that Excel"
            self._warn("cell_errors", f"{where} has {cells} could not calculate, such as #DIV/0!, printed as errors.")
        numbers = sum(count for code, count in counts.items() if kind_of(code) in NUMBERS)
        texts = sum(count for code, count in counts.items() if kind_of(code) in TEXTS)
        if numbers > texts and rows.fills(column):
            self._warn("reading_guess", f"{where} has merged cells: a number in one is printed, and counted, once.")

    def _warn_of_hidden(self, contents: Sequence[SheetContent]) -> None:
        hidden = [sheet.name for sheet in self.workbook.sheets if sheet.is_hidden and sheet.part]
        if hidden and self.options.sheet is None:
            count = f"{len(hidden)} hidden sheets are" if len(hidden) > 1 else "1 hidden sheet is"
            self._warn("left_out", f"{count} left out: {_listed(hidden)}. Choose one by `options.reading.sheet`.")
        for content in contents:
            parts = []
            if content.hidden_rows:
                how = "hidden or filtered-out" if content.is_filtered else "hidden"
                parts.append(f"{content.hidden_rows:,} {how} row{'s' * (content.hidden_rows > 1)}")
            if content.hidden_columns:
                letters = ", ".join(map(column_letters, content.hidden_columns[:_MOST_NAMED]))
                columns = len(content.hidden_columns)
                parts.append(f"{columns:,} hidden column{'s' * (columns > 1)} ({letters})")
            if parts:
                self._warn("left_out", f"{' and '.join(parts)} of the sheet {content.sheet.name!r} left out.")

    def _why_empty(self, chosen: Sequence[Sheet]) -> str:
        if len(chosen) == 1:
            where = f"The sheet {chosen[0].name!r} is empty"
        else:
            where = f"The sheets {_listed(sheet.name for sheet in chosen)} are empty"
        others = [sheet.name for sheet in self.workbook.sheets if sheet.part and sheet not in chosen]
        hint = f" {self._choose()}" if others else ""
        return f"{where}: a row with the names of the columns is needed.{hint}"

    def _facts(self, contents: Sequence[SheetContent], tables: Sequence[SourceTable]) -> Mapping[str, Any]:
        hidden = [sheet.name for sheet in self.workbook.sheets if sheet.is_hidden and sheet.part]
        read = list(dict.fromkeys(table.name for table in tables))
        facts = {
            "format": "xlsx",
            "sheets": read[:_MOST_TABLES],
            "active_sheet": self.workbook.active,
            "hidden_sheets": hidden[:_MOST_TABLES],
            "hidden_rows": sum(content.hidden_rows for content in contents),
            "hidden_columns": sum(len(content.hidden_columns) for content in contents),
            "header_rows": [table.header_row for table in tables[:_MOST_TABLES]],
        }
        return {name: value for name, value in facts.items() if value not in ("", [], 0)}

    def _warn(self, code: str, message: str) -> None:
        self.warnings.append({"code": code, "message": message})


def _listed(names: Iterable[str]) -> str:
    listed = [repr(name) for name in names]
    more = len(listed) - _MOST_NAMED
    return ", ".join(listed[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
