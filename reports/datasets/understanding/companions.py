"""Tell what a column of text says about the numbers beside it: currency, unit, measure, or side of an account."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.column_form import AS_TEXT, ColumnForm
from reports.datasets.understanding.affixes import Affix, kind_of
from reports.datasets.understanding.naming import Role, counts_things, role_of, words_of
from reports.datasets.understanding.opposites import are_signed, opposites_in
from reports.datasets.word_sets import words_in


class Kind(Enum):
    """What the cells of a column are to the numbers beside it."""

    CURRENCY = auto()
    UNIT = auto()
    MEASURE = auto()


@dataclass(frozen=True, slots=True)
class Doubt:
    """A reason by which sums of some columns mean nothing.

    ``why`` says it in a few words, ``because`` as the beginning of a sentence; ``holds_for`` tells for which columns.
    """

    why: str
    because: str
    holds_for: Callable[[str], bool]


_NAMES: Mapping[Kind, tuple[frozenset[str], tuple[str, ...]]] = {
    Kind.CURRENCY: (
        words_in(
            "currency curr ccy crcy cur waehrung wahrung wkz devise monnaie moneda divisa valuta waluta moeda mena "
            "penznem currencycode currencyiso"
        ),
        ("通貨", "货币", "貨幣", "币种", "幣別", "통화", "валюта", "currency"),
    ),
    Kind.UNIT: (
        words_in(
            "unit uom bun me einheit mengeneinheit masseinheit maseinheit unite unidad unita eenheid jednostka jm "
            "unidade enhet enhed birim mj um"
        ),
        ("単位", "单位", "單位", "단위", "ед.", "единица"),
    ),
    Kind.MEASURE: (
        words_in(
            "metric metrics kpi kennzahl kennzahlen indicator parameter variable analyte messgrosse messgroesse "
            "indicateur indicador indicatore wskaznik"
        ),
        ("指標", "指标", "지표", "показатель"),
    ),
}
_VALUE = words_in(
    "value values wert werte valeur valor valore waarde wartosc result ergebnis amount menge betrag number"
)
_UNITS = (Affix.AMOUNT_UNIT, Affix.OTHER_UNIT, Affix.PERCENT)
_LONGEST_NAME = 60
_LONGEST_VALUE = 24
_MOST_VALUES = 12


class Companions:
    """The columns of text that say what the numbers beside them are, and their few values."""

    def __init__(self) -> None:
        self._found: dict[str, dict[str, None]] = {}
        self._closed: set[str] = set()

    def look_at(self, block: Block, texts: Iterable[str]) -> None:
        """Look through a block."""
        for key in texts:
            if key in self._closed:
                continue
            known = self._found.setdefault(key, {})
            for cell in dict.fromkeys(filter(None, block.column(key))):
                if cell in known:
                    continue
                if not isinstance(cell, str) or len(cell) > _LONGEST_VALUE or len(known) == _MOST_VALUES:
                    self._closed.add(key)
                    break
                known[cell] = None

    def doubts(self, numbers: Mapping[str, Sequence[Any]], texts: Mapping[str, Sequence[Any]]) -> list[Doubt]:
        """Return why columns are not summed. ``numbers`` and ``texts`` are the first cells of columns."""
        counting = {key for key in numbers if counts_things(key)}
        has_money = any(_kind_of(key) is Kind.CURRENCY for key in self._found)
        found = []
        for key, values in self._found.items():
            kind = _kind_of(key)
            if kind is Kind.CURRENCY and len(codes := _currencies(values)) > 1:
                holds_for = self._in_currency_of(key)
                found.append(_of_several("amounts of several currencies", "in several currencies", codes, holds_for))
            elif kind is Kind.UNIT and len(units := _units(values)) > 1:
                found.append(
                    _of_several(
                        "quantities of several units",
                        "in several units",
                        units,
                        _in_units(counting, has_money=has_money),
                    )
                )
            elif kind is Kind.MEASURE and len(values) > 1 and key not in self._closed:
                found.append(
                    _of_several("values of several measures", "of several measures", list(values), lambda _: True)
                )
            elif key not in self._closed and (sides := opposites_in(values)) is not None:
                found.append(_of_sides(key, sides, numbers, texts.get(key, ())))
        return found

    def _in_currency_of(self, key: str) -> Callable[[str], bool]:
        """Return what tells which amounts a column says the currency of: ``Local amount`` is in ``Local currency``."""
        own = _besides_currency(key)
        others = [_besides_currency(name) for name in self._found if name != key and _kind_of(name) is Kind.CURRENCY]

        def holds_for(name: str) -> bool:
            words = frozenset(words_of(name))
            is_of_another = any(other <= words and (len(other) > len(own) or not own <= words) for other in others)
            return _is_money(name) and not is_of_another

        return holds_for


def _besides_currency(key: str) -> frozenset[str]:
    """Return the words of a name but those that mean a currency."""
    return frozenset(words_of(key)) - _NAMES[Kind.CURRENCY][0]


def _of_several(what: str, where: str, values: Sequence[str], holds_for: Callable[[str], bool]) -> Doubt:
    some = " and ".join(sorted(values)[:2])
    return Doubt(f"{what} are not summed", f"The rows are {where}, such as {some}", holds_for)


def _of_sides(key: str, sides: tuple[str, str], numbers: Mapping[str, Sequence[Any]], cells: Sequence[Any]) -> Doubt:
    one, other = sides
    marks = [cell.strip().casefold() if isinstance(cell, str) else "" for cell in cells]

    def holds_for(name: str) -> bool:
        return not are_signed(
            [number for number, mark in zip(numbers[name], marks, strict=False) if mark == one.strip().casefold()],
            [number for number, mark in zip(numbers[name], marks, strict=False) if mark == other.strip().casefold()],
        )

    return Doubt(
        "amounts of two sides without signs are not summed",
        f"Column {key[:60]!r} sets rows against each other as {one.strip()!r} and {other.strip()!r}, and their numbers "
        "have no signs",
        holds_for,
    )


def _kind_of(key: str) -> Kind | None:
    return None if len(key) > _LONGEST_NAME else _known_kind_of(key)


@lru_cache(maxsize=1024)
def _known_kind_of(key: str) -> Kind | None:
    words, name = words_of(key), key.casefold()
    for kind, (names, parts) in _NAMES.items():
        if not names.isdisjoint((*words, "".join(words))) or any(part in name for part in parts):
            return kind
    return None


def _currencies(values: Iterable[str]) -> list[str]:
    codes = (value.upper() if value.isascii() and len(value) == 3 and value.isalpha() else value for value in values)
    return [code for code in dict.fromkeys(codes) if kind_of(code) is Affix.CURRENCY]


def _units(values: Iterable[str]) -> list[str]:
    units = list({value.strip(". ").casefold(): value for value in values}.values())
    known = sum(not {kind_of(unit), kind_of(unit.lower())}.isdisjoint(_UNITS) for unit in units)
    return units if 2 * known >= len(units) else []


def currency_of(key: str, form: ColumnForm = AS_TEXT) -> str | None:
    """Return the currency that a column's numbers are in, by their sign or by its name, such as ``Amount EUR``."""
    words = (form.prefix.strip(), form.suffix.strip(), *key.split(), *(word.upper() for word in words_of(key)))
    bare = (word.strip("()[]") for word in words)
    return next((word for word in bare if (len(word) > 1 or not word.isalnum()) and _is_currency(word)), None)


def _is_currency(word: str) -> bool:
    return bool(word) and kind_of(word) is Affix.CURRENCY


def _is_money(key: str) -> bool:
    """Tell whether the amounts of a column are in each row's own currency: not ``Amount EUR``, nor quantities."""
    return currency_of(key) is None and not counts_things(key)


def _in_units(counting: set[str], *, has_money: bool) -> Callable[[str], bool]:
    """Return what tells which columns are in the units: those that count things, or else those that have a value."""
    return lambda key: key in counting if counting or has_money else _is_value(key)


def _is_value(key: str) -> bool:
    return role_of(key) is Role.UNKNOWN or not _VALUE.isdisjoint(words_of(key))
