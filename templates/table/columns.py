"""Describe the columns that are printed: what they hold, and what stands above them."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from reports.datasets.column_form import AS_TEXT, ColumnForm, ColumnType
from reports.datasets.understanding import ColumnReading

from .tally import Tally

LONGEST_LABEL = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is printed.

    ``compact`` text, such as an order number, has no spaces and never wraps. ``is_apart``: its numbers stand on the
    right, and the next column's texts on the left, so that more than the usual space has to part them.
    """

    key: str
    label: str
    form: ColumnForm = AS_TEXT
    summed: bool = False
    compact: bool = False
    is_apart: bool = False

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
        return "mark" if self.kind is ColumnType.BOOLEAN else self.style_of_numbers if self.is_numeric else ""

    @property
    def is_numeric(self) -> bool:
        """Tell whether its cells stand on the right."""
        return self.kind in (ColumnType.NUMBER, ColumnType.DURATION)

    @property
    def style_of_numbers(self) -> str:
        """Return the class of its numbers, and of its sums."""
        return "num apart" if self.is_apart else "num"


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


def set_apart(columns: Sequence[Column]) -> list[Column]:
    """Set numbers apart from texts that follow them."""
    following = [*columns[1:], None][: len(columns)]
    return [
        replace(one, is_apart=one.is_numeric and other is not None and not other.is_numeric)
        for one, other in zip(columns, following, strict=True)
    ]


def _label(key: str) -> str:
    """Make a heading of a key: ``unit_price`` becomes ``Unit price``. Keys with spaces or capitals are kept."""
    if not re.fullmatch(r"[a-z0-9_]+", key):
        return key.strip() or "–"
    words = key.replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or "–"


def _shortened(label: str) -> str:
    return label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1].rstrip()}…"
