"""Find out what the columns of rows nobody has described are: numbers, dates, yes or no, text; sums or names."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .tally import Kind, Tally

_MAX_DECIMALS = 6
_DECIMALS_OF_A_COMPUTED_VALUE = 4

_WORDS = re.compile(r"[A-ZÀ-Þ]?[a-zà-ÿ]+|[A-ZÀ-Þ]+(?![a-zà-ÿ])|[0-9]+|#|%")

# A column whose name ends with one of these words holds names made of digits: not grouped, not summed, on the left.
_IDENTIFIER_WORD = re.compile(
    "ids?|no|nr|num|number|nummer|codes?|key|zip|zipcode|postcode|plz|postal|phone|telephone|telefon|tel|mobile|fax|"
    "year|jahr|iban|bic|sku|ean|isbn|upc|pin|ref|reference|account|konto|serial|uuid|guid|#|row"
)
# Numbers of these are quantities, but their sum means nothing ...
_UNSUMMABLE_WORD = re.compile(
    "price|preis|rate|satz|percent|percentage|prozent|%|ratio|share|anteil|temp|temperature|temperatur|avg|average|"
    "mean|mittel|median|min|max|score|rating|rank|rang|age|alter|lat|latitude|lon|lng|longitude|version|level|"
    "humidity|pressure|index|position|pos|month|monat|week|woche|day|tag|hour|stunde|quarter|quartal"
)
# ... unless the name says that it is an amount after all, as "total price" does.
_SUMMABLE_WORD = re.compile("total|sum|amount|gesamt|summe|betrag")


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column. ``compact`` text is short and has no spaces, such as an order number: it never wraps."""

    key: str
    label: str
    kind: Kind
    decimals: int = 0
    summed: bool = False
    compact: bool = False

    @property
    def wraps(self) -> bool:
        """Tell whether its cells may have several lines."""
        return self.kind is Kind.TEXT and not self.compact


def tally_for(key: str, override: Mapping[str, Any], *, skipped: int = 0) -> Tally:
    """Return an empty tally for a column of that name, of which a caller may have said something."""
    kind = Kind(override["type"]) if "type" in override else None
    return Tally(kind, names_things=_is_identifier(_words(key)), skipped=skipped)


def describe(key: str, tally: Tally, override: Mapping[str, Any]) -> Column:
    """Describe a column by its name, its cells, and what a caller says of it."""
    kind, numbers = tally.kind, tally.numbers
    has_numbers = kind is Kind.NUMBER and numbers is not None and numbers.count > 0
    decimals = _sensible(numbers.decimals) if has_numbers and numbers is not None else 0
    return Column(
        key=key,
        label=override.get("label") or _label(key),
        kind=kind,
        decimals=override.get("decimals", decimals),
        summed=has_numbers and override.get("total", _is_summable(key)),
        compact=kind is Kind.TEXT and tally.is_compact,
    )


def _sensible(decimals: int) -> int:
    """Return the decimals of the most exact number; of values like 0.30000000000000004 a part."""
    return decimals if decimals <= _MAX_DECIMALS else _DECIMALS_OF_A_COMPUTED_VALUE


def _words(key: str) -> list[str]:
    return [word.lower() for word in _WORDS.findall(key)]


def _is_identifier(words: list[str]) -> bool:
    return bool(words) and _IDENTIFIER_WORD.fullmatch(words[-1]) is not None


def _is_summable(key: str) -> bool:
    words = _words(key)
    return any(map(_SUMMABLE_WORD.fullmatch, words)) or not any(map(_UNSUMMABLE_WORD.fullmatch, words))


def _label(key: str) -> str:
    """Make a heading of a key: ``unit_price`` becomes ``Unit price``. Keys with spaces or capitals are kept."""
    if not re.fullmatch(r"[a-z0-9_]+", key):
        return key.strip() or "–"
    words = key.replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or "–"
