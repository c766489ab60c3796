"""Define how a caller overrules what is inferred of a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ReadingOptions:
    """A caller's word on how a file is to be read; None leaves a thing to be inferred.

    ``encoding`` is a name that Python knows. ``quote`` is one character, or ``none`` for a file without quoted cells.
    ``header_row`` counts from 1 as the file's lines or the sheet's rows do; 0 says that no row names the columns.
    ``sheet`` is a sheet's name, or its number from 1 on. ``decimal`` is ``.`` or ``,``; ``date_order`` is ``dmy``,
    ``mdy`` or ``ymd``. ``within`` is the key of a JSON object under which its rows are. ``locale`` is the report's, a
    hint for what is ambiguous.
    """

    encoding: str | None = None
    delimiter: str | None = None
    quote: str | None = None
    header_row: int | None = None
    sheet: str | int | None = None
    decimal: str | None = None
    date_order: str | None = None
    within: str | None = None
    locale: str = "en"


INFER_ALL = ReadingOptions()
"""Nothing said: all is inferred."""
