"""Describe the columns that are printed: what they hold, and what stands above them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType
from reports.datasets.understanding import ColumnReading

from .tally import Tally

LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is printed. ``compact`` text, such as an order number, has no spaces and never wraps."""

    key: str
    label: str
    form: ColumnForm = AS_TEXT
    summed: bool = False
    compact: bool = False

    @property
    def kind(self) -> ColumnType:
        """Return what the column holds."""
        return self.form.type

    @property
    def decimals(self) -> int:
        """Return how many decimals its numbers have."""
        return self.form.decimals or 0

    @property
    def wraps(self) -> bool:
        """Tell whether its cells may have several lines."""
        return self.kind is ColumnType.TEXT and not self.compact

    @property
    def style(self) -> str:
        """Return the class of its heading."""
        return {ColumnType.NUMBER: "num", ColumnType.DURATION: "num", ColumnType.BOOLEAN: "mark"}.get(self.kind, "")


def describe(reading: ColumnReading, tally: Tally, override: Mapping[str, Any]) -> Column:
    """Describe a column by what was understood of it, by its cells, and by what a caller says."""
    numbers = tally.numbers
    has_numbers = numbers is not None and numbers.count > 0
    decimals = override.get("decimals", reading.form.decimals)
    if decimals is None and numbers is not None:
        decimals = numbers.decimals
    return Column(
        key=reading.key,
        label=_shortened(override.get("label") or _label(reading.key)),
        form=replace(reading.form, decimals=decimals),
        summed=has_numbers and override.get("total", reading.summed),
        compact=reading.form.type is ColumnType.TEXT and tally.is_compact,
    )


def _label(key: str) -> str:
    """Make a heading of a key: ``unit_price`` becomes ``Unit price``. Keys with spaces or capitals are kept."""
    if not re.fullmatch(r"[a-z0-9_]+", key):
        return key.strip() or "–"
    words = key.replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or "–"


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
