"""Tell data from words, as far as that shows which line of a table names its columns."""

from __future__ import annotations

import re
from enum import Enum


class Kind(Enum):
    """What a cell looks like."""

    NOTHING = 0
    WORDS = 1
    NUMBER = 2
    DAY = 3


_DAY = re.compile(
    r"[0-9]{4}[-/][0-9]{1,2}(?:[-/][0-9]{1,2})?(?:[T ][0-9:.,+Z-]*)?"
    r"|[0-9]{1,4}[-/.][0-9]{1,2}[-/.][0-9]{1,4}(?:[T ][0-9:.,+Z-]*)?"
    r"|[0-9]{1,2}:[0-9]{2}(?::[0-9.,]+)?"
)
_NUMBER = re.compile(r"[-+(−]?[$€£¥₹]?[.,]?[0-9][0-9.,'’ \u00a0\u202f]*(?:[eE][-+]?[0-9]+)?[%$€£¥₹)-]*")


def kind_of(cell: str) -> Kind:
    """Return what a cell looks like; its column may know better."""
    cell = cell.strip()
    if not cell:
        return Kind.NOTHING
    if _DAY.fullmatch(cell):
        return Kind.DAY
    return Kind.NUMBER if _NUMBER.fullmatch(cell) else Kind.WORDS


def is_data(cell: str) -> bool:
    """Tell whether a cell is a number, a day or a time."""
    return kind_of(cell) in (Kind.NUMBER, Kind.DAY)
