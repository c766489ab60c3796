"""Tell by a column's name what its numbers are."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

from reports.datasets.understanding import name_words as words_for
from reports.datasets.understanding.affixes import names_currency_code


class Role(StrEnum):
    """What the numbers of a column are; each value says why such a column is not summed."""

    AMOUNT = ""
    UNKNOWN = "it does not look like an amount or a quantity"
    IDENTIFIER = "numbers that name things are not summed"
    NUMBER_WORD = "numbers that name things are not summed "
    INDEX = "row numbers are not summed"
    YEAR = "years are not summed"
    PERIOD = "periods are not summed"
    MOMENT = "times are not summed"
    BALANCE = "balances are not summed"
    RATE = "rates are not summed"
    PRICE = "prices are not summed"
    PERCENT = "percentages are not summed"
    AVERAGE = "averages and extremes are not summed"
    RATING = "ratings are not summed"
    AGE = "ages are not summed"
    COORDINATE = "coordinates are not summed"
    MEASUREMENT = "measurements are not summed"


ROLES_OF_SIZES = (Role.AMOUNT, Role.PRICE, Role.BALANCE, Role.RATE, Role.AVERAGE)
"""Roles of numbers that are sizes for sure, and name nothing."""

# Units have capitals within.
_WORDS = re.compile(
    r"[kMGT]?Wh\b|k[WVN]\b|[kMGT]Hz\b|[A-Z]?[a-z]++|[A-Z]++(?![a-z])|[A-Z]|[0-9]++|#|%|‰|°|/|[^\W\d_a-zA-Z]++"
)
_PAIR_OF_CODES = re.compile(r"([A-Z]{3})(?:[ /_>→-]| to )?([A-Z]{3})")
_LETTERS = str.maketrans({"ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "æ": "ae", "œ": "oe", "đ": "d", "ı": "i"})
_LONGEST_NAME = 200
_LONGEST_PAIR = 10
_NONE: frozenset[str] = frozenset()

# What a name's last word says wins over other words in it: "Sales rank" has ranks, and "Output voltage" voltages.
_AT_END = (
    (Role.INDEX, words_for.INDEX),
    (Role.RATING, words_for.RATING),
    (Role.MEASUREMENT, words_for.MEASUREMENT),
    (Role.PERCENT, words_for.PERCENT),
)
# Of the others the first that is in a name counts.
_ORDER: tuple[tuple[Role, frozenset[str], tuple[str, ...]], ...] = (
    (Role.AVERAGE, words_for.AVERAGE, ()),
    (Role.BALANCE, words_for.BALANCE, words_for.BALANCE_ENDS),
    (Role.AMOUNT, words_for.SUM_WORDS, ()),
    (Role.PERCENT, words_for.PERCENT, words_for.PERCENT_ENDS),
    (Role.RATE, words_for.RATE, ()),
    (Role.PRICE, words_for.PRICE, ()),
    (Role.AMOUNT, words_for.AMOUNT, words_for.AMOUNT_ENDS),
    (Role.RATE, _NONE, words_for.RATE_ENDS),
    (Role.PRICE, _NONE, words_for.PRICE_ENDS),
    (Role.INDEX, words_for.INDEX, ()),
    (Role.RATING, words_for.RATING, ()),
    (Role.AGE, words_for.AGE, ()),
    (Role.COORDINATE, words_for.COORDINATE, ()),
    (Role.MEASUREMENT, words_for.MEASUREMENT, tuple(words_for.MEASUREMENT_ENDS)),
    (Role.YEAR, words_for.YEAR, ()),
    (Role.MOMENT, words_for.MOMENT, ()),
    (Role.PERIOD, words_for.PERIOD, ()),
)


def counts_things(key: str) -> bool:
    """Tell by its name whether a column counts or measures things, rather than money."""
    words = _words(key)
    return not words.isdisjoint(words_for.QUANTITY) or any(word.endswith(words_for.QUANTITY_ENDS) for word in words)


def names_money(key: str) -> bool:
    """Tell by its name whether a column has amounts of money, or prices."""
    return role_of(key) in (Role.AMOUNT, Role.PRICE, Role.BALANCE) and not counts_things(key)


def names_a_part_of(key: str) -> bool:
    """Tell by its name whether numbers such as 1.10 are versions or places in an outline, which are no decimals."""
    words = words_of(key[:_LONGEST_NAME])
    return bool(words) and (words[-1] in words_for.OUTLINE or words[-1] in words_for.NUMBER_WORD)


def names_a_duration(key: str) -> bool:
    """Tell by its name whether 7:30 in a column is how long something took."""
    words = _words(key)
    if words & words_for.BEGIN_OR_END:
        return False
    return not words.isdisjoint(words_for.DURATION) or any(word.endswith(words_for.DURATION_ENDS) for word in words)


def names_two_sides(key: str) -> bool:
    """Tell by its name whether 38:12 in a column is a ratio, such as goals for and against."""
    return not _words(key).isdisjoint(words_for.OF_TWO_SIDES)


def names_a_day(key: str) -> bool:
    """Tell by its name whether a column has days."""
    words = words_of(key[:_LONGEST_NAME])
    return role_of(key) is Role.MOMENT or any(
        word in words_for.DAY or word.endswith(words_for.DAY_ENDS) for word in words
    )


def names_a_clock(key: str, *, surely: bool = False) -> bool:
    """Tell by its name whether 07:30 in a column is a time of day, and not how long something took."""
    words = _words(key)
    return bool(words & words_for.BEGIN_OR_END) or (not surely and bool(words & words_for.CLOCK))


def role_of(key: str) -> Role:
    """Tell by its name what a column holds."""
    return _role_of(key[:_LONGEST_NAME])


@lru_cache(maxsize=1024)
def _role_of(key: str) -> Role:
    for name, parts in words_for.PARTS:
        if any(part in key.casefold() for part in parts):
            return Role[name]
    words = words_of(key)
    if not words:
        return Role.UNKNOWN
    found, last = set(words), words[-1]
    if found & words_for.PER:
        return Role.RATE
    if last in words_for.NUMBER_WORD or (len(words) > 1 and words[0] in words_for.NUMBER_WORD):
        counts = words[0] in words_for.NUMBER_WORD and len(words) > 2 and words[1] in {"of", "de", "di", "von"}
        return Role.AMOUNT if counts else Role.NUMBER_WORD if len(words) == 1 else Role.IDENTIFIER
    if last in words_for.IDENTIFIER or last.endswith(words_for.IDENTIFIER_ENDS):
        return Role.IDENTIFIER
    role = _role_by_all_words(key, found)
    if role is not None:
        return role
    if len(last) > 1 and last not in words_for.WEAK_AT_END:
        role = next((role for role, names in _AT_END if last in names), None)
    for each, names, ends in _ORDER if role is None else ():
        if found & names or (ends and any(word.endswith(ends) for word in words)):
            return each
    return role or Role.UNKNOWN


def _role_by_all_words(key: str, words: set[str]) -> Role | None:
    """Tell what words say together."""
    if _is_pair_of_currencies(key) or _is_of_a_unit(words_of(key)):
        return Role.RATE
    if any(one == "p" and other.isdigit() and len(other) < 3 for one, other in pairwise(words_of(key))):
        return Role.AVERAGE  # a percentile, such as P75
    if words <= words_for.QUOTES:
        return Role.PRICE
    if words & words_for.EACH and words & words_for.MONEY:
        return Role.PRICE
    return Role.AGE if words & words_for.DAYS and words & words_for.LAG else None


def _is_of_a_unit(words: tuple[str, ...]) -> bool:
    """Tell whether a name has a unit such as km/h, m³/s or €/kg."""
    return any(one == "/" and other in words_for.PER_UNIT for one, other in pairwise(words))


def _is_pair_of_currencies(key: str) -> bool:
    match = _PAIR_OF_CODES.fullmatch(key.strip()) if len(key) <= _LONGEST_PAIR else None
    return match is not None and names_currency_code(match[1]) and names_currency_code(match[2])


def _words(key: str) -> frozenset[str]:
    return frozenset(words_of(key[:_LONGEST_NAME]))


@lru_cache(maxsize=1024)
def words_of(key: str) -> tuple[str, ...]:
    """Split a name into its words, in lower case and without accents: ``unitPrice`` has ``unit`` and ``price``."""
    spread = unicodedata.normalize("NFKD", key.translate(_LETTERS))
    bare = "".join(sign for sign in spread if not unicodedata.combining(sign))
    return tuple(word.casefold() for word in _WORDS.findall(bare))
