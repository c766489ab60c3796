"""Find the options that had no effect, since they are about other data than there were."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

CODE = "option_unused"

_OF_TEXT = ("delimiter", "quote")
_OF_VALUES = ("decimal", "date_order")


def unused_options(
    given: Collection[str], file_format: str | None, *, is_understood: bool
) -> Iterator[Mapping[str, Any]]:
    """Yield a warning for each option that had no effect.

    ``file_format`` is that of a file with rows, else None. ``is_understood`` is whether columns were looked at.
    """
    for name in given:
        if reason := _reason(name, file_format, is_understood=is_understood):
            yield {"code": CODE, "message": f"The option {name} had no effect: {reason}."}


def _reason(name: str, file_format: str | None, *, is_understood: bool) -> str | None:
    if name in _OF_VALUES:
        return None if is_understood else "the template prints values as they are"
    if file_format is None:
        return "it is about files with rows, and the data are none"
    if name == "sheet":
        return None if file_format == "xlsx" else "the file is no workbook"
    if file_format == "xlsx":
        return None if name == "header_row" else "a workbook has no such thing"
    if file_format.startswith("json") and name in _OF_TEXT:
        return "the file is JSON"
    return None
