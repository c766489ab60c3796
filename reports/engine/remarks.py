"""Keep what is said of a report short enough to be kept with its job, whatever is in the data."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

MOST_BYTES_OF_READING = 32 * 1024
MOST_BYTES_OF_WARNINGS = 24 * 1024

_MOST_SECTIONS = 20
_MOST_COLUMNS = 40
_LONGEST_TEXT = 200


def short_warnings(warnings: Sequence[Mapping[str, Any]]) -> tuple[Mapping[str, Any], ...]:
    """Return as many of the first warnings as there is room for, and how many more there were."""
    kept: list[Mapping[str, Any]] = []
    room = MOST_BYTES_OF_WARNINGS
    for warning in warnings:
        room -= _size(warning)
        if room < 0:
            left = len(warnings) - len(kept)
            message = f"{left} more {'warning is' if left == 1 else 'warnings are'} left out here."
            return (*kept, {"code": "more_warnings", "message": message})
        kept.append(warning)
    return tuple(kept)


def short_reading(reading: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reading as it is, or shorter: without previews, then without reasons, then the first parts of it.

    ``is_short`` in it says that something was left out.
    """
    for shorten in (_whole, _without_previews, _without_words, _first_parts):
        shorter = shorten(reading)
        if _size(shorter) <= MOST_BYTES_OF_READING:
            return shorter if shorten is _whole else {**shorter, "is_short": True}
    return {"is_short": True}


def _size(value: object) -> int:
    return len(json.dumps(value))


def _whole(reading: Mapping[str, Any]) -> dict[str, Any]:
    return dict(reading)


def _without_previews(reading: Mapping[str, Any]) -> dict[str, Any]:
    return {**reading, "sections": [_without(section, "preview") for section in reading.get("sections", ())]}


def _without_words(reading: Mapping[str, Any]) -> dict[str, Any]:
    sections = [
        {**_without(section, "preview", "notes"), "columns": [_without(c, "why") for c in section.get("columns", ())]}
        for section in reading.get("sections", ())
    ]
    return {**reading, "sections": sections}


def _first_parts(reading: Mapping[str, Any]) -> dict[str, Any]:
    sections = [
        {
            "name": str(section.get("name", ""))[:_LONGEST_TEXT],
            "rows": section.get("rows", 0),
            "columns": [_cut(column) for column in section.get("columns", ())[:_MOST_COLUMNS]],
        }
        for section in reading.get("sections", ())[:_MOST_SECTIONS]
    ]
    short = {**_cut(reading), "sections": sections}
    while sections and _size(short) > MOST_BYTES_OF_READING:
        sections.pop()
    return short


def _cut(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return facts that are short texts, numbers or truths."""
    return {
        name: value[:_LONGEST_TEXT] if isinstance(value, str) else value
        for name, value in facts.items()
        if isinstance(value, str | int | float)
    }


def _without(facts: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: value for name, value in facts.items() if name not in names}
