"""Describe what was understood: for a job's reading, which has to be short, and for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding.canonical import Canonical, CanonicalBlock
from reports.datasets.understanding.section import MOST_COLUMNS_SAID, ColumnReading, Section

_MOST_SECTIONS = 20
_MOST_WARNINGS = 20
_PREVIEW_ROWS = 3
_PREVIEW_COLUMNS = 12
_LONGEST_CELL = 60
_EXACT = Context(prec=100)


def facts_of(sections: Sequence[Section]) -> list[dict[str, Any]]:
    """Return what a job's reading says of sections: of 60 columns in all, and 20 sections."""
    facts, left = [], MOST_COLUMNS_SAID
    for section in sections[:_MOST_SECTIONS]:
        facts.append(section.facts(left))
        left -= min(left, len(section.columns))
    return facts


def bounded(warnings: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return the first warnings, and say how many more there are."""
    if len(warnings) <= _MOST_WARNINGS:
        return warnings
    more = len(warnings) - _MOST_WARNINGS
    return [*warnings[:_MOST_WARNINGS], {"code": "reading_guess", "message": f"There are {more:,} more such warnings."}]


def preview_of(
    head: Block, canonical: Mapping[str, Canonical], columns: Sequence[ColumnReading]
) -> list[tuple[str, ...]]:
    """Return the first cells of the first rows, as they were understood."""
    block = CanonicalBlock(head.first(_PREVIEW_ROWS), canonical)
    shown = [[_said(cell, column) for cell in block.column(column.key)] for column in columns[:_PREVIEW_COLUMNS]]
    return list(zip(*shown, strict=True))


def _said(cell: Any, column: ColumnReading) -> str:
    if cell is None:
        return ""
    form, text = column.form, str(cell)
    if form.percent and not isinstance(cell, bool):
        try:
            text = f"{Decimal(text).scaleb(2, _EXACT):f}"
        except ArithmeticError:
            return text[:_LONGEST_CELL]
    return f"{form.prefix}{text}{'%' if form.percent else form.suffix}"[:_LONGEST_CELL]
