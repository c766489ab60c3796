"""Find out what the columns of rows nobody has described are: numbers, dates, yes or no, text; sums or names."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from reports.engine.formats import as_decimal, decimals_of

_MAX_DECIMALS = 6
_DECIMALS_OF_A_COMPUTED_VALUE = 4
_MAX_DIGITS_OF_A_QUANTITY = 15
_MIN_VALUES_THAT_LOOK_LIKE_YEARS = 3

# "1234.50" and "-3", but neither "007" nor "+49 40 …" nor "1,234", which is one thing here and another there.
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?", re.ASCII)
_ISO_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_ISO_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?(Z|[+-][0-9]{2}:[0-9]{2})?", re.ASCII
)
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


class Kind(StrEnum):
    """Name what a column holds; also the allowed values of ``columns[].type``."""

    NUMBER = "number"
    DATE = "date"
    MOMENT = "datetime"
    BOOLEAN = "boolean"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Column:
    """Describe a column. ``compact`` text is short and has no spaces, such as an order number: it never wraps."""

    key: str
    label: str
    kind: Kind
    decimals: int = 0
    summed: bool = False
    compact: bool = False


def infer_columns(rows: Sequence[Mapping[str, Any]], overrides: Sequence[Mapping[str, Any]] | None) -> list[Column]:
    """Describe the columns of rows: all keys in the order they are first seen, or just those of ``overrides``."""
    if overrides:
        chosen: dict[str, Mapping[str, Any]] = {override["key"]: override for override in overrides}
    else:
        chosen = {key: {} for row in rows for key in row}
    return [_column(key, [row.get(key) for row in rows], override) for key, override in chosen.items()]


def is_missing(value: object) -> bool:
    """Tell whether a cell has nothing in it; CSV files know no other nothing than the empty string."""
    return value is None or value == ""


def number_of(value: object) -> Decimal | None:
    """Return the number in a cell, as JSON's or as plain text; None when it is not one."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal | str):
        return None
    if isinstance(value, str) and not _PLAIN_NUMBER.fullmatch(value):
        return None
    try:
        return as_decimal(value)
    except ValueError:
        return None


def moment_of(value: object) -> datetime | None:
    """Return the day or moment in a cell; None when it is not one of the calendar's."""
    if not isinstance(value, str) or not (_ISO_DAY.fullmatch(value) or _ISO_MOMENT.fullmatch(value)):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def text_of(value: object) -> str:
    """Write any cell as text; lists and objects as compact JSON."""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def _column(key: str, cells: Iterable[Any], override: Mapping[str, Any]) -> Column:
    values = [value for value in cells if not is_missing(value)]
    words = [word.lower() for word in _WORDS.findall(key)]
    kind = Kind(override["type"]) if "type" in override else _kind(values, words)
    numbers = [number for value in values if (number := number_of(value)) is not None] if kind is Kind.NUMBER else []
    return Column(
        key=key,
        label=override.get("label") or _label(key),
        kind=kind,
        decimals=override.get("decimals", _decimals(numbers)),
        summed=bool(numbers) and override.get("total", _is_summable(words)),
        compact=kind is Kind.TEXT and all(isinstance(v, int) or _is_compact(text_of(v)) for v in values),
    )


def _decimals(numbers: Iterable[Decimal]) -> int:
    """Return the decimals of the most exact number; of values like 0.30000000000000004 a sensible part."""
    most = max((decimals_of(number) for number in numbers), default=0)
    return most if most <= _MAX_DECIMALS else _DECIMALS_OF_A_COMPUTED_VALUE


def _kind(values: Sequence[Any], words: Sequence[str]) -> Kind:
    if not values:
        return Kind.TEXT
    if all(isinstance(value, bool) for value in values):
        return Kind.BOOLEAN
    if all(isinstance(value, str) and _ISO_DAY.fullmatch(value) and moment_of(value) for value in values):
        return Kind.DATE
    if all(moment_of(value) for value in values):
        return Kind.MOMENT
    numbers = [number_of(value) for value in values]
    found = [number for number in numbers if number is not None]
    if len(found) < len(values) or _is_identifier(words) or _look_like_names(values, found):
        return Kind.TEXT
    return Kind.NUMBER


def _is_identifier(words: Sequence[str]) -> bool:
    return bool(words) and _IDENTIFIER_WORD.fullmatch(words[-1]) is not None


def _is_summable(words: Sequence[str]) -> bool:
    return any(map(_SUMMABLE_WORD.fullmatch, words)) or not any(map(_UNSUMMABLE_WORD.fullmatch, words))


def _look_like_names(values: Sequence[Any], numbers: Sequence[Decimal]) -> bool:
    """Tell whether digits name things rather than count them: years, or more digits than any quantity has."""
    if any(isinstance(v, str) and sum(sign.isdigit() for sign in v) > _MAX_DIGITS_OF_A_QUANTITY for v in values):
        return True
    years = all(decimals_of(n) == 0 and 1900 <= n <= 2100 for n in numbers)
    return years and len(numbers) >= _MIN_VALUES_THAT_LOOK_LIKE_YEARS


def _is_compact(text: str) -> bool:
    return len(text) <= 20 and not any(sign.isspace() for sign in text)


def _label(key: str) -> str:
    """Make a heading of a key: ``unit_price`` becomes ``Unit price``. Keys with spaces or capitals are kept."""
    if not re.fullmatch(r"[a-z0-9_]+", key):
        return key.strip() or "–"
    words = key.replace("_", " ").strip()
    return (words[:1].upper() + words[1:]) or "–"
