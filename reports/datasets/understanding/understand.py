"""Read a table's rows once, and say what its columns hold."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from reports.datasets.blocks import Block, blocks_of
from reports.datasets.column_form import ColumnForm, ColumnType
from reports.datasets.columns import MOST_COLUMNS
from reports.datasets.options import ReadingOptions
from reports.datasets.rows import Rows, RowsFile, RowsList
from reports.datasets.source import Row, SourceTable
from reports.datasets.understanding.aggregates import doubt_of_forms, doubt_of_rows_in_rows, doubt_of_the_greatest
from reports.datasets.understanding.canonical import Canonical, CanonicalBlock
from reports.datasets.understanding.choice import (
    doubt_of_mixed_totals,
    doubt_of_outline,
    doubt_of_repetitions,
    doubt_of_statement,
    whys_of,
)
from reports.datasets.understanding.companions import Companions, Doubt
from reports.datasets.understanding.decide import WHYS_OF_CODES, Decision, decide
from reports.datasets.understanding.describe import bounded, facts_of, preview_of
from reports.datasets.understanding.evidence import Evidence, Look
from reports.datasets.understanding.flatten import flat
from reports.datasets.understanding.hints import Hints
from reports.datasets.understanding.levels import doubt_of_levels
from reports.datasets.understanding.naming import ROLES_OF_SIZES, Role, names_money, role_of
from reports.datasets.understanding.outline import Outline, outline_of, outline_of_first
from reports.datasets.understanding.section import ColumnReading, RowMark, Section
from reports.datasets.understanding.summing import decimals_with_gaps
from reports.datasets.understanding.totals import Candidate, Label, Labels, confirm, marks_of
from reports.errors import TooLargeError

_HEAD = 64
_MOST_KEPT = 100_000  # cells
_MOST_KEPT_ROWS = 2_000
_MOST_LOOKED_AT = 500
_MOST_OF_LABELS = 4
_LOOK_OF = {
    ColumnType.NUMBER: Look.NUMBER,
    ColumnType.DATE: Look.DAY,
    ColumnType.MOMENT: Look.DAY,
}

Overrides = Mapping[str, Mapping[str, Any]]
Sums = bool | Collection[str] | None


def understand(
    rows: Rows | Iterable[Row], overrides: Sequence[Mapping[str, Any]] = (), *, sums: Sums = None
) -> tuple[Section, ...]:
    """Return the sections of a file or of a request, at least one, and add to ``rows.reading`` what was inferred.

    ``overrides`` are the template's ``columns``: a ``key`` and, where a caller says so, ``type``, ``decimals`` and
    ``total``. ``sums`` are what it says of all columns: whether they are summed, or which of them; a column's own
    ``total`` wins. Raises what reading the rows does.
    """
    source: Rows = rows if isinstance(rows, RowsFile | RowsList) else RowsList(rows)
    of_column = {override["key"]: override for override in overrides}
    tables = [flat(table) for table in source.tables()]
    understood = [_Table(table, of_column, source.options, source.reading, sums) for table in tables]
    sections = tuple(table.section() for table in understood)
    source.reading = {**source.reading, "sections": facts_of(sections)}
    source.warnings = (*source.warnings, *bounded([warning for table in understood for warning in table.warnings]))
    return sections


class _Table:
    """A table that is read once."""

    def __init__(
        self,
        table: SourceTable,
        overrides: Overrides,
        options: ReadingOptions,
        facts: Mapping[str, Any],
        sums: Sums = None,
    ) -> None:
        self._sums = sums
        self.warnings: list[Mapping[str, Any]] = []
        self._table = table
        self._overrides = overrides
        self._hints = Hints(options, facts)
        self._count = 0
        self._evidence: dict[str, Evidence] = {}
        self._kept: list[Block] = []
        self._labels = Labels()
        self._last: Row = {}
        self._companions = Companions()
        self._label_key: str | None = None
        for block in blocks_of(table.rows()):
            self._add(block)

    def _meet(self, keys: Iterable[str]) -> None:
        for key in keys:
            if key not in self._evidence:
                if len(self._evidence) == MOST_COLUMNS:
                    raise TooLargeError(
                        f"The rows have more than {MOST_COLUMNS:,} columns, and may have no more. Choose fewer.",
                        max_columns=MOST_COLUMNS,
                    )
                wanted = self._wanted(key)
                look = None if wanted is None else _LOOK_OF.get(wanted)
                self._evidence[key] = Evidence(look, are_amounts=names_money(key) or look is Look.NUMBER)

    def _wanted(self, key: str) -> ColumnType | None:
        said = self._overrides.get(key, {}).get("type")
        if said is None and isinstance(self._sums, Collection) and key in self._sums:
            # A year or a number of an order, which are texts unless their sum is asked for.
            return ColumnType.NUMBER
        return None if said is None else ColumnType(said)

    def _add(self, block: Block) -> None:
        for shape in block.shapes:
            self._meet(shape)
        for key, evidence in self._evidence.items():
            evidence.add(block.column(key), self._count)
        texts = [key for key, evidence in self._evidence.items() if not evidence.is_open and not evidence.has_truths]
        self._labels.look_at(block, self._count, texts)
        self._companions.look_at(block, texts)
        self._last = {key: block.column(key)[-1] for key in self._evidence}
        most = max(_HEAD, min(_MOST_KEPT_ROWS, _MOST_KEPT // max(1, len(self._evidence))))
        if self._count < most:
            self._kept.append(block.first(most - self._count))
        self._count += len(block)

    def section(self) -> Section:
        """Decide what all columns hold."""
        table, evidence = self._table, self._evidence
        self._hints.learn(
            [found.numbers for found in evidence.values() if found.numbers and found.is_open and not found.has_typed],
            [found.days for found in evidence.values() if found.days and found.is_open],
        )
        decisions = {key: self._decision(key, found) for key, found in evidence.items()}
        canonical = {key: decision.canonical for key, decision in decisions.items() if decision.canonical is not None}
        kept = Block.of(self._kept)
        first = CanonicalBlock(kept, canonical)
        self._label_key = self._find_label(decisions)
        outline = self._outline(decisions, first)
        marks, doubtful = self._marks(decisions, canonical, outline.parents)
        if outline.doubtful is not None and outline.doubtful[0] in marks:
            # What its label says is no doubt; the rows without it may leave one.
            again = self._outline(decisions, first, marks)
            first_parent = min(again.parents, default=None)
            outline = replace(outline, doubtful=again.doubtful if first_parent is None else (first_parent, 2))
        head = kept.first(_HEAD).without(marks)
        columns = self._readings(
            decisions, CanonicalBlock(head, canonical), self._doubts(decisions, outline, first, marks)
        )
        self._warn_of_sums(doubtful, columns, marks)
        return Section(
            columns, self._count, lambda: (CanonicalBlock(block, canonical) for block in blocks_of(table.rows())),
            marks, preview=preview_of(kept, canonical, columns),
            name=table.name, title=table.title, subtitle=table.subtitle, notes=table.notes,
            header_row=table.header_row,
        )  # fmt: skip

    def _outline(self, decisions: Mapping[str, Decision], first: Block, marks: Collection[int] = ()) -> Outline:
        """Find rows that sum up others by arithmetic: in tables that name their rows, and of long ones in the first."""
        if self._label_key is None:
            return Outline()
        is_whole = self._count == len(first)
        most = self._count if is_whole else _MOST_LOOKED_AT
        known = {row for row, each in self._labels.found.items() if each.label is not Label.PERHAPS}
        known |= (
            {*marks} | {row for evidence in self._evidence.values() for row in evidence.labels} | self._table.total_rows
        )
        columns = {
            key: cells
            for key, found in decisions.items()
            if found.numbers is not None and not found.form.percent and role_of(key) in (Role.AMOUNT, Role.UNKNOWN)
            if (cells := decimals_with_gaps(first.column(key)[:most])) is not None
        }
        if not is_whole:
            return outline_of_first(columns, known)
        outline = outline_of(columns, known)
        statement = doubt_of_statement(self._labels_of(first), first, known | outline.parents)
        return Outline() if any(doubt.holds_for(key) for doubt in statement for key in columns) else outline

    def _labels_of(self, first: Block) -> Sequence[Any]:
        return [] if self._label_key is None else first.column(self._label_key)

    def _find_label(self, decisions: Mapping[str, Decision]) -> str | None:
        """Return the first column if it has names, or the one behind numbers of accounts and the like."""
        for key, evidence in self._evidence.items():
            if not evidence.is_empty and not evidence.is_open:
                return key
            if not evidence.is_empty and decisions[key].why not in WHYS_OF_CODES:
                return None
        return None

    def _doubts(
        self, decisions: Mapping[str, Decision], outline: Outline, first: Block, marks: Mapping[int, RowMark]
    ) -> list[Doubt]:
        labels = self._labels_of(first)
        statement = doubt_of_statement(labels, first, marks) if self._count == len(first) else []
        unnamed = [row for row in outline.parents if self._labels.found[row].label is Label.PARENT]
        if unnamed:
            row = min(unnamed)
            self._warn(
                "reading_guess",
                f"Rows such as row {row + 1}, {str(labels[row])[:40]!r}, have the sums of the rows next to them, and "
                "are not counted again.",
            )
        numbers = {key: first.column(key) for key, evidence in self._evidence.items() if evidence.numbers is not None}
        texts = {key: first.column(key) for key, evidence in self._evidence.items() if not evidence.is_open}
        ids = [key for key in first.shapes[0] if role_of(key) is Role.IDENTIFIER] if len(first) else []
        doubts = [*self._companions.doubts(numbers, texts), *statement, *doubt_of_repetitions(first, ids)]
        codes = {key for key, found in decisions.items() if found.form.type is ColumnType.TEXT}
        doubts += doubt_of_levels(first, self._evidence.keys(), codes, marks)
        names = list(texts.values())[:_MOST_OF_LABELS]
        doubts += doubt_of_rows_in_rows(names, marks)
        doubts += doubt_of_the_greatest(names, numbers, marks) if self._count == len(first) else []
        doubts += doubt_of_forms(first, self._evidence.keys(), numbers)
        return [*doubts, *doubt_of_mixed_totals(decisions, first), *doubt_of_outline(outline, labels)]

    def _marks(
        self, decisions: Mapping[str, Decision], canonical: Mapping[str, Canonical], parents: Iterable[int]
    ) -> tuple[dict[int, RowMark], list[Candidate]]:
        """Find the rows that sum up others; only if a row looks as if it does, the rows are read again for it."""
        keys = [key for key, found in decisions.items() if found.numbers is not None and not found.form.percent]
        found = self._labels
        for key, evidence in self._evidence.items():
            is_in_values = decisions[key].form.type is not ColumnType.TEXT
            for row in evidence.labels:
                found.add(Candidate(row, "Total", Label.SUM, is_in_values=is_in_values))
        for row in self._table.total_rows:
            found.add(Candidate(row, "Total", Label.SUM, is_in_values=True))
        if self._is_unnamed_sum(decisions, keys):
            found.add(Candidate(self._count - 1, "", Label.UNNAMED))
        for row in parents:
            found.add(Candidate(row, "", Label.PARENT))
        if not found.found or not (keys or any(each.is_in_values for each in found.found.values())):
            return {}, []
        candidates = dict(sorted(found.found.items()))
        last = confirm((CanonicalBlock(block, canonical) for block in blocks_of(self._table.rows())), keys, candidates)
        return marks_of(candidates, last)

    def _is_unnamed_sum(self, decisions: Mapping[str, Decision], keys: Sequence[str]) -> bool:
        """Tell whether the last row has numbers though nothing in the first column, which has names or days."""
        others = [key for key, found in decisions.items() if found.numbers is None and not self._evidence[key].is_empty]
        return (
            bool(others)
            and others[0] == next(iter(decisions))
            and self._last.get(others[0]) in (None, "")
            and any(self._last.get(key) not in (None, "") for key in keys)
        )

    def _warn_of_sums(
        self, doubtful: Sequence[Candidate], columns: Sequence[ColumnReading], marks: Mapping[int, RowMark]
    ) -> None:
        summed = {column.key for column in columns if column.summed}
        for candidate in doubtful:
            key = next((key for key in candidate.differing if key in summed), None)
            if key is not None:
                named = f"named {candidate.text[:40]!r}" if candidate.text else "taken for a sum"
                taken = "is not counted" if candidate.row in marks else "is counted like any other"
                self._warn(
                    "reading_guess",
                    f"Row {candidate.row + 1} is {named}, but the rows above it have another sum "
                    f"of {key[:60]!r}: {candidate.differing[key]:f}. It {taken}.",
                )

    def _decision(self, key: str, evidence: Evidence) -> Decision:
        said = self._table.forms.get(key)
        wanted = self._wanted(key)
        if said is not None and wanted is None:
            wanted = said.type
        decision = decide(key, evidence, self._hints, wanted)
        if said is not None:
            decision = replace(decision, form=_merged(said, decision.form))
        if decision.guess:
            self._warn("reading_guess", f"Column {key[:60]!r} {decision.guess}.")
        if decision.canonical is not None and evidence.words:
            words = ", ".join(repr(word[:20]) for word in evidence.words)
            self._warn("reading_guess", f"Column {key[:60]!r} has {words}, which is read as nothing.")
        if decision.numbers is not None and evidence.errors:
            words = ", ".join(repr(word) for word in evidence.errors)
            self._warn("reading_guess", f"Column {key[:60]!r} has {words}, so that it is not summed.")
        return decision

    def _readings(self, decisions: Mapping[str, Decision], head: Block, doubts: Sequence[Doubt]) -> list[ColumnReading]:
        whys = whys_of(decisions, [key for key, evidence in self._evidence.items() if evidence.errors], head)
        doubted: dict[str, list[str]] = {}
        readings = []
        for key, decision in decisions.items():
            override, form, why = self._overrides.get(key, {}), decision.form, whys.get(key, decision.why)
            can_be_summed = key in whys
            doubt = next((each for each in doubts if each.holds_for(key)), None) if can_be_summed and not why else None
            summed = override.get("total", self._is_wanted(key, not why and doubt is None)) and can_be_summed
            if doubt is not None and not summed:
                why = doubt.why
                doubted.setdefault(doubt.because, []).append(key)
            may_name = role_of(key) not in ROLES_OF_SIZES
            is_code = decision.numbers is not None and decision.numbers.look_like_codes and not form.decimals
            # Seconds since 1970 are no quantity, either.
            is_code = is_code or (decision.numbers is not None and role_of(key) is Role.MOMENT)
            if is_code and not summed and may_name and key not in self._table.forms:
                form = replace(form, grouped=False)
            if "decimals" in override:
                form = replace(form, decimals=override["decimals"])
            readings.append(ColumnReading(key, form, summed, "" if summed else why))
        for because, keys in doubted.items():
            names = ", ".join(repr(key[:40]) for key in keys[:4])
            self._warn(
                "reading_guess",
                f"{because}, so that these columns are not summed: {names}. If their sums mean something, say `sums`.",
            )
        return readings

    def _is_wanted(self, key: str, found: bool) -> bool:
        if self._sums is None or isinstance(self._sums, bool):
            return found if self._sums is None else self._sums
        return key in self._sums

    def _warn(self, code: str, message: str) -> None:
        self.warnings.append({"code": code, "message": message})


def _merged(said: ColumnForm, found: ColumnForm) -> ColumnForm:
    """Put what the file says of a column together with what its cells show."""
    return (
        said
        if said.decimals is not None or said.type is not ColumnType.NUMBER
        else replace(said, decimals=found.decimals)
    )
