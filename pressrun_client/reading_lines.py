"""Describe what was inferred of a report's data. Without third parties: ``tools.render`` uses this, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

_WORDS: Mapping[str, str] = {"\t": "tab", " ": "space"}
_MOST_COLUMNS = 30
_WIDEST_KEY = 40


def reading_lines(reading: Mapping[str, Any]) -> Iterator[str]:
    """Yield how a file was read, then each table with its columns: what they hold, and what was summed."""
    for line in _lines(reading):
        # Keys are a file's, and may have what a terminal would obey.
        yield "".join(character if character.isprintable() else "\ufffd" for character in line)


def _lines(reading: Mapping[str, Any]) -> Iterator[str]:
    how = [str(reading[name]) for name in ("format", "encoding") if reading.get(name)]
    if delimiter := reading.get("delimiter"):
        how.append(f"cells divided by {_WORDS.get(str(delimiter), str(delimiter))}")
    if how:
        yield f"read as {', '.join(how)}"
    if not reading.get("sections") and (row := reading.get("header_row")):
        yield f"columns named by row {row}"
    sections = [section for section in reading.get("sections") or () if isinstance(section, Mapping)]
    for number, section in enumerate(sections, 1):
        yield from _of_section(section, f"table {number}" if len(sections) > 1 else "")


def _of_section(section: Mapping[str, Any], number: str) -> Iterator[str]:
    columns = [column for column in section.get("columns") or () if isinstance(column, Mapping)]
    others = section.get("more_columns")
    count = len(columns) + (others if isinstance(others, int) else 0)
    name = ", ".join(str(part) for part in (number, section.get("name") or section.get("title")) if part)
    counts = f"{_counted(section.get('rows', 0), 'row')}, {_counted(count, 'column')}"
    row = section.get("header_row")
    named = "" if row is None else f", named by row {row}" if row else ", not named"
    yield f"{name}: {counts}{named}" if name else f"{counts}{named}"
    width = min(_WIDEST_KEY, max((len(str(column.get("key", ""))) for column in columns[:_MOST_COLUMNS]), default=0))
    for column in columns[:_MOST_COLUMNS]:
        facts = [_type_of(column), "summed" if column.get("summed") else "", str(column.get("why") or "")]
        yield f"  {column.get('key', '')!s:<{width}}  {', '.join(fact for fact in facts if fact)}"
    if count > len(columns[:_MOST_COLUMNS]):
        yield f"  and {_counted(count - len(columns[:_MOST_COLUMNS]), 'more column')}"


def _type_of(column: Mapping[str, Any]) -> str:
    kind = str(column.get("type", "text"))
    around = f"{column.get('prefix', '')}…{column.get('suffix', '')}"
    return kind if around == "…" else f"{kind} ({around})"


def _counted(count: Any, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}" if isinstance(count, int) else f"{count} {word}s"
