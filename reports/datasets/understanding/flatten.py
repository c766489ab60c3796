"""Spread what is nested in rows over columns of their own: ``address.city``; lists are joined."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from reports import strict_json
from reports.datasets.source import Row, SourceTable

MOST_COLUMNS = 400
"""Columns that nested values may make. Further ones stay together in a cell, as text."""

_DEEPEST = 6
_NESTED = frozenset({dict, list})
# What stands for a value of a type, in DynamoDB's JSON and in that of MongoDB.
_DYNAMODB = frozenset({"S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"})
_MONGODB = frozenset({"$oid", "$date", "$numberDecimal", "$numberLong", "$numberInt", "$numberDouble", "$uuid"})


def flattened(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield rows without nested values; those that have none are passed on as they are."""
    flat = _Flat()
    for row in rows:
        yield row if _NESTED.isdisjoint(map(type, row.values())) else flat.row(row)


def flat(table: SourceTable) -> SourceTable:
    """Return a table whose rows have no nested values."""
    return replace(table, rows=lambda: flattened(table.rows()), is_nested=False) if table.is_nested else table


class _Flat:
    """The columns that were made so far."""

    def __init__(self) -> None:
        self._made: set[str] = set()

    def row(self, row: Row) -> Row:
        found: Row = {}
        is_typed = all(map(_is_dynamodb, row.values()))
        for key, value in row.items():
            self._spread(key, _plain(value) if is_typed else value, found, _DEEPEST)
        return found

    def _spread(self, key: str, value: Any, found: Row, depth: int) -> None:
        value = _of_mongodb(value)
        if isinstance(value, list):
            self._put(key, _joined(value), found)
        elif not isinstance(value, dict):
            self._put(key, value, found)
        elif not value:
            self._put(key, None, found)
        elif depth and self._has_room(key, value):
            for name, item in value.items():
                self._spread(f"{key}.{name}", item, found, depth - 1)
        else:
            self._put(key, _text(value), found)

    def _has_room(self, key: str, value: Mapping[str, Any]) -> bool:
        new = {f"{key}.{name}" for name in value} - self._made
        if len(self._made) + len(new) > MOST_COLUMNS:
            return False
        self._made |= new
        return True

    def _put(self, key: str, value: Any, found: Row) -> None:
        while key in found:
            key += " (2)"
        found[key] = value


def _is_dynamodb(value: object) -> bool:
    return isinstance(value, dict) and len(value) == 1 and value.keys() <= _DYNAMODB


def _plain(value: Mapping[str, Any]) -> Any:
    """Return the value that DynamoDB's JSON says with its type."""
    [(kind, item)] = value.items()
    if kind == "NULL":
        return None
    if kind == "L" and isinstance(item, list):
        return [_plain(each) if _is_dynamodb(each) else each for each in item]
    if kind == "M" and isinstance(item, dict):
        return {key: _plain(each) if _is_dynamodb(each) else each for key, each in item.items()}
    return item


def _of_mongodb(value: Any) -> Any:
    if isinstance(value, dict) and len(value) == 1 and value.keys() <= _MONGODB:
        [item] = value.values()
        return _of_mongodb(item)
    return value


def _joined(items: list[Any]) -> str | None:
    """Return a list as people write one: objects are set apart by semicolons."""
    parts = [_text(_of_mongodb(item)) for item in items if item is not None]
    return (("; " if any(isinstance(item, dict | list) for item in items) else ", ").join(parts)) or None


def _text(value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, dict):
        return ", ".join(f"{key}: {_text(_of_mongodb(item))}" for key, item in value.items())
    if isinstance(value, list):
        return ", ".join(map(_text, value))
    return "" if value is None else strict_json.dumps(value)
