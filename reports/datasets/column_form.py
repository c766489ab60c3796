"""Describe how the values of a column were written, so that they can be printed alike."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ColumnType(StrEnum):
    """Name what a column holds; also the allowed values of ``columns[].type``."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    MOMENT = "datetime"
    TIME = "time"
    DURATION = "duration"
    BOOLEAN = "boolean"


class Precision(StrEnum):
    """Name the smallest part of a time that the cells of a column say."""

    MINUTE = "minute"
    SECOND = "second"
    MILLISECOND = "millisecond"
    MICROSECOND = "microsecond"


@dataclass(frozen=True, slots=True)
class ColumnForm:
    """How a column's values were written.

    ``decimals`` are those of the most exact number, None where that is left to the values. ``prefix`` and ``suffix``
    stand around each number as the file has them, such as ``$`` or `` kg``. A ``percent`` is kept as a fraction: 0.125
    is printed as 12.5 % (``decimals`` are those of 12.5). ``grouped`` says whether thousands are set apart: not in
    years and codes. ``precision`` is that of times. ``skeleton`` is a CLDR skeleton for dates that say less, or in
    another way, than a day: ``yMMM``.
    """

    type: ColumnType = ColumnType.TEXT
    decimals: int | None = None
    prefix: str = ""
    suffix: str = ""
    percent: bool = False
    grouped: bool = True
    precision: Precision = Precision.MINUTE
    skeleton: str | None = None


AS_TEXT = ColumnForm()
"""The form of a column that is printed as it is written."""
