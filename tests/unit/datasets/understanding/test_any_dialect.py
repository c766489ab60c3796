"""Values written in any dialect are read as the same values, or left as they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from reports.datasets.column_form import ColumnType
from tests.examples import examples
from tests.unit.datasets.understanding.tables import Understood, column


@dataclass(frozen=True)
class Dialect:
    """How a program writes numbers."""

    group: str
    decimal: str
    negative: str = "-{}"
    around: str = "{}"
    is_lakh: bool = False
    digits: str = "0123456789"
    mark: str = ""

    def written(self, number: Decimal) -> str:
        """Write a number."""
        whole, _, part = f"{abs(number):f}".partition(".")
        text = self._grouped(whole) + (self.decimal + part if part else "")
        text = self.around.format(text)
        text = self.negative.format(text) if number < 0 else text
        return self.mark + text.translate({ord("0") + digit: self.digits[digit] for digit in range(10)})

    def _grouped(self, whole: str) -> str:
        parts, size = [], 3
        while len(whole) > size:
            parts.append(whole[-size:])
            whole, size = whole[:-size], 2 if self.is_lakh else 3
        return self.group.join([whole, *parts[::-1]])


DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹", "०१२३४५६७८९", "০১২৩৪৫৬৭৮৯", "๐๑๒๓๔๕๖๗๘๙"]
"""Of Europe, of wide type, and as Arabic, Persian, Hindi, Bengali and Thai have them."""

DIALECTS = st.builds(
    Dialect,
    group=st.sampled_from(["", ",", ".", " ", "\u00a0", "\u202f", "\u2009", "'", "’", "\u066c"]),
    decimal=st.sampled_from([".", ",", "\u066b"]),
    negative=st.sampled_from(["-{}", "−{}", "({})", "{}-", "- {}", "–{}"]),
    around=st.sampled_from(
        [
            "{}",
            "${}",
            "$ {}",
            "{} €",
            "USD {}",
            "{} kr",
            "R$ {}",
            "{} kg",
            "Rs.{}",
            "{}\u00a0zł",
            "¥{}",
            "৳{}",
            "{} ر.س",
            "₪{}",
        ]
    ),
    is_lakh=st.booleans(),
    digits=st.sampled_from(DIGITS),
    mark=st.sampled_from(["", "\u200e", "\u200f", "\u061c"]),
).filter(
    lambda dialect: dialect.group != dialect.decimal and (dialect.decimal != "\u066b" or dialect.group in "\u066c")
)

NUMBERS = (
    st.decimals(-(10**11), 10**11, places=2)
    | st.decimals(-999, 999, places=3)
    | st.integers(-(10**6), 10**7).map(Decimal)
)
GAPS = st.sampled_from([None, "", "NaN", "n/a", "-", "#N/A"])
HINTS = st.fixed_dictionaries(
    {
        "locale": st.sampled_from(["en", "en-US", "de", "fr-CH", "hi"]),
        "facts": st.sampled_from([{}, {"format": "csv", "delimiter": ";"}, {"format": "csv", "delimiter": ","}]),
    }
)


@settings(max_examples=examples(60))
@given(st.lists(NUMBERS, min_size=1, max_size=8), DIALECTS, st.lists(GAPS, max_size=3), HINTS)
def test_numbers_of_any_dialect_are_the_same_or_left_as_they_are(
    numbers: list[Decimal], dialect: Dialect, gaps: list[str | None], hints: dict[str, Any]
) -> None:
    written = [dialect.written(number) for number in numbers]

    found = column(*written, *gaps, **hints)

    cells = found.cells("Amount")[: len(written)]
    if found.column("Amount").form.type is ColumnType.NUMBER:
        assert list(map(Decimal, cells)) == numbers or any("sets" in message for message in found.warnings)
        assert found.cells("Amount")[len(written) :] == [None] * len(gaps)
    else:
        assert cells == written
        assert not found.column("Amount").summed


@settings(max_examples=examples(60))
@given(
    st.lists(NUMBERS, min_size=1, max_size=4),
    DIALECTS,
    st.lists(NUMBERS, min_size=1, max_size=4),
    DIALECTS,
    st.randoms(),
)
def test_numbers_of_two_dialects_never_get_other_values(
    some: list[Decimal], one: Dialect, more: list[Decimal], other: Dialect, random: Any
) -> None:
    pairs = [(one.written(number), number) for number in some] + [(other.written(number), number) for number in more]
    random.shuffle(pairs)

    found = column(*(text for text, _ in pairs))

    for cell, (text, number) in zip(found.cells("Amount"), pairs, strict=True):
        assert cell == text or Decimal(cell) == number or _can_be_both(text) or found.warnings


def _can_be_both(text: str) -> bool:
    """Tell whether a text such as ``1.234`` is one number in one dialect, and another in another."""
    return sum(sign in ",." for sign in text.replace("Rs.", "")) == 1


ORDERS: dict[str, Callable[[date], str]] = {
    "dotted": lambda day: f"{day.day}.{day.month}.{day.year:04d}",
    "day first": lambda day: f"{day.day:02d}/{day.month:02d}/{day.year:04d}",
    "month first": lambda day: f"{day.month:02d}/{day.day:02d}/{day.year:04d}",
    "year first": lambda day: f"{day.year:04d}/{day.month:02d}/{day.day:02d}",
    "iso": lambda day: day.isoformat(),
    "digits": lambda day: f"{day:%Y%m%d}",
}


@settings(max_examples=examples(60))
@given(
    st.lists(st.dates(date(1950, 1, 1), date(2090, 1, 1)), min_size=1, max_size=6),
    st.sampled_from(sorted(ORDERS)),
    st.sampled_from(["en", "en-US", "de"]),
)
def test_days_of_any_order_are_the_same_or_left_as_they_are(days: list[date], order: str, locale: str) -> None:
    written = [ORDERS[order](day) for day in days]

    found = column(*written, key="When", locale=locale)

    if found.column("When").form.type is ColumnType.DATE:
        assert found.cells("When") == [day.isoformat() for day in days] or found.warnings
    else:
        assert found.cells("When") == written


@settings(max_examples=examples(60))
@given(
    st.lists(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.dates().map(str)
        | st.datetimes().map(str) | st.decimals(allow_nan=False).map(str),
        min_size=1,
        max_size=12,
    ),
    st.sampled_from(["Amount", "Date", "Id", "Total", ""]),
)  # fmt: skip
def test_any_cells_keep_their_values(cells: Sequence[Any], key: str) -> None:
    found = Understood({key: cells})

    for before, after in zip(cells, found.cells(key), strict=True):
        if isinstance(before, str) and isinstance(after, str) and before != after:
            assert found.column(key).form.type is not ColumnType.TEXT
        elif not isinstance(before, str | float):
            assert after == before or found.column(key).form.type in (ColumnType.DATE, ColumnType.MOMENT)
