"""Tell whether a column beside the amounts says in which currency each row is."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from reports.datasets.understanding.affixes import Affix, kind_of
from reports.datasets.understanding.naming import counts_things, words_of

_WORDS = (
    "currency curr ccy cur waehrung wahrung wkz devise monnaie moneda divisa valuta waluta moeda mena penznem "
    "currencycode currencyiso"
)
_NAMES = frozenset(_WORDS.split())
_PARTS = ("通貨", "货币", "貨幣", "币种", "幣別", "통화", "валюта", "currency")
_LONGEST_CODE = 5
_MOST_CURRENCIES = 3


def names_a_currency(key: str) -> bool:
    """Tell by its name whether a column has the currency of each row."""
    return len(key) <= 60 and _names_a_currency(key)


@lru_cache(maxsize=1024)
def _names_a_currency(key: str) -> bool:
    return not _NAMES.isdisjoint(words_of(key)) or any(part in key.casefold() for part in _PARTS)


def currencies_in(cells: Iterable[Any]) -> set[str]:
    """Return the currencies in a column, but no more than a few."""
    found: set[str] = set()
    for cell in set(filter(None, cells)):
        text = cell.strip() if isinstance(cell, str) and len(cell) <= _LONGEST_CODE else ""
        code = text.upper() if text.isascii() and len(text) == 3 and text.isalpha() else text
        if code and kind_of(code) is Affix.CURRENCY:
            found.add(code)
            if len(found) == _MOST_CURRENCIES:
                break
    return found


def may_be_of_each_currency(key: str) -> bool:
    """Tell whether the amounts of a column are in each row's own currency: not ``Amount EUR``, nor quantities."""
    words = {*key.split(), *(word.upper() for word in words_of(key))}
    is_of_one = any(
        kind_of(word.strip("()[]")) is Affix.CURRENCY for word in words if len(word) > 1 or not word.isalnum()
    )
    return not is_of_one and not counts_things(key)
