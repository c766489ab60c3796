"""Find the rows in a JSON object: programs wrap a list in it, write a column per key, or name each row by a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import Any

from reports.datasets.grid.cell import is_data
from reports.datasets.json_stat import rows_of_json_stat

_DEEPEST = 4
_LONGEST_TITLE = 200
_MOST_NAMED = 12
_TITLES = ("title", "name")
_SUBTITLES = ("subtitle", "description")
_KEY, _VALUE = "Key", "Value"
_LISTS = ("data", "rows", "values", "records", "result", "results", "dataset", "data_array")
_NAMES = ("columns", "fields", "cols", "headers", "header", "column_names", "columnNames", "names")
_NAME_OF_COLUMN = ("display_name", "displayName", "name", "title", "label", "columnName", "column_name", "field", "id")
# Keys that rather are data than names: numbers, days, months, quarters, weeks and times.
_KEY_OF_DATA = re.compile(
    r"[0-9]{1,20}|[0-9]{4}-(?:[0-9]{2}(?:-[0-9]{2}(?:[T ][0-9:.]{4,15}(?:Z|[+-][0-9:]{2,6})?)?)?|[QW]?[0-9]{1,2})",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Shape:
    """The lists of rows in an object, by their names; ``about`` says how they were found, for people."""

    lists: Mapping[str, Sequence[Any]]
    title: str = ""
    subtitle: str = ""
    about: str = ""


def shape_of(value: Mapping[str, Any]) -> Shape:
    """Return the lists of rows that an object holds, at least one; the object itself is a row if there is none."""
    for find in (_features, _statistics, named_lists, _wrapped, _columns, _columns_within, _rows_by_key, _pairs):
        if shape := find(value):
            return shape
    return Shape({"": [value]})


def _statistics(value: Mapping[str, Any]) -> Shape | None:
    """Take the values of a statistical table (JSON-stat) for rows."""
    rows = rows_of_json_stat(value)
    about = "The rows are the values of a table as statistical offices send it (JSON-stat)."
    return Shape({"": rows}, _text(value.get("label")), about=about) if rows else None


def _features(value: Mapping[str, Any]) -> Shape | None:
    """Take the properties of features on a map for rows (RFC 7946)."""
    features = value.get("features")
    if value.get("type") != "FeatureCollection" or not isinstance(features, list) or not _is_of(features, dict):
        return None
    rows = [_feature(each) for each in features]
    about = "The rows are the features on a map; of their geometries, points are shown, and of others the kind."
    return Shape({"": rows}, about=about)


def _feature(feature: Mapping[str, Any]) -> dict[str, Any]:
    properties, geometry = feature.get("properties"), feature.get("geometry")
    row: dict[str, Any] = {"id": feature["id"]} if "id" in feature else {}
    row |= properties if isinstance(properties, dict) else {}
    if isinstance(geometry, dict):
        places = geometry.get("coordinates")
        if geometry.get("type") == "Point" and isinstance(places, list) and len(places) > 1:
            row |= {"longitude": places[0], "latitude": places[1]}
        else:
            row["geometry"] = geometry.get("type")
    return row


def named_lists(value: Mapping[str, Any]) -> Shape | None:
    """Take lists of cells whose names stand beside them, as pandas, databases and query services write them."""
    objects = list(_objects_in(value))
    for path, each in objects:
        for key in _LISTS:
            lists = _lists_of_cells(each.get(key))
            if not lists:
                continue
            for other in (each, *(other for _, other in objects)):
                names = next((found for name in _NAMES if (found := _column_names(other.get(name)))), [])
                if len(names) == max(map(len, lists)):
                    about = "" if each is value is other else f"The rows are those of “{path}{key}”."
                    # Names such as 2025 would be taken for cells.
                    rows = [dict(zip_longest(names, row)) for row in lists] if any(map(is_data, names)) else None
                    return Shape({"": rows or [names, *lists]}, about=about)
    return None


def _objects_in(value: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Yield an object, and those within it, with their paths; a list of one object is that object."""
    level: list[tuple[str, Mapping[str, Any]]] = [("", value)]
    for _ in range(_DEEPEST):
        yield from level
        within = [(f"{path}{key}.", item) for path, each in level for key, item in each.items()]
        level = [
            (path, item[0] if isinstance(item, list) else item)
            for path, item in within
            if isinstance(item, dict) or (isinstance(item, list) and len(item) == 1 and isinstance(item[0], dict))
        ]


def _lists_of_cells(value: object) -> list[list[Any]]:
    """Return lists of cells; BigQuery has each cell in an object: ``{"f": [{"v": 1}]}``."""
    if not isinstance(value, list) or not value:
        return []
    if all(isinstance(row, dict) and row.keys() == {"f"} and _is_of(row["f"], dict) for row in value):
        return [[cell.get("v") for cell in row["f"]] for row in value]
    return value if _is_of(value, list) else []


def _column_names(value: object) -> list[str]:
    """Return the names of columns: texts, or a member of objects."""
    if not isinstance(value, list) or not value:
        return []
    if _is_of(value, dict):
        key = next((key for key in _NAME_OF_COLUMN if all(isinstance(each.get(key), str) for each in value)), None)
        value = [] if key is None else [each[key] for each in value]
    return value if _is_of(value, str) and len(set(value)) == len(value) else []


def _wrapped(value: Mapping[str, Any]) -> Shape | None:
    """Take the lists of objects, or of lists, that are least deep in an object."""
    level: list[tuple[str, Mapping[str, Any]]] = [("", value)]
    for _ in range(_DEEPEST):
        lists = {
            f"{prefix}{key}": item
            for prefix, each in level
            for key, item in each.items()
            if _is_of(item, dict) or _is_of(item, list)
        }
        if lists:
            return _unwrapped(value, lists)
        level = [
            (f"{prefix}{key}.", item) for prefix, each in level for key, item in each.items() if isinstance(item, dict)
        ]
    empty = [key for key, item in value.items() if item == []]
    return _unwrapped(value, {empty[0]: []}) if len(empty) == 1 and len(value) > 1 else None


def _unwrapped(value: Mapping[str, Any], lists: Mapping[str, Sequence[Any]]) -> Shape:
    title = next((text for key in _TITLES if (text := _text(value.get(key)))), "")
    subtitle = next((text for key in _SUBTITLES if (text := _text(value.get(key)))), "")
    used = {key.split(".")[0] for key in lists}
    left = [key for key in value if key not in used and value[key] not in (title, subtitle, None, {}, [])]
    names = ", ".join(f"“{key}”" for key in list(lists)[:_MOST_NAMED])
    about = f"The rows are those of {names}."
    if left:
        more = ", …" if len(left) > _MOST_NAMED else ""
        about += f" Left out is what stands beside: {', '.join(f'“{key}”' for key in left[:_MOST_NAMED])}{more}."
    return Shape(lists if len(lists) > 1 else {"": next(iter(lists.values()))}, title, subtitle, about)


def _text(value: object) -> str:
    return value[:_LONGEST_TITLE] if isinstance(value, str) else ""


def _columns(value: Mapping[str, Any]) -> Shape | None:
    """Take keys for columns if each has as many values: in a list, or by the same numbers."""
    columns = list(value.values())
    if _is_of(columns, list) and columns[0] and len({len(column) for column in columns}) == 1:
        cells: Iterator[Sequence[Any]] = zip(*columns, strict=True)
    elif _is_of(columns, dict) and columns[0] and _are_numbered(columns[0]) and _have_same_keys(columns):
        cells = zip(*(column.values() for column in columns), strict=True)
    else:
        return None
    rows = [dict(zip(value, row, strict=True)) for row in cells]
    return Shape({"": rows}, about="Each key of the object is taken for a column.")


def _columns_within(value: Mapping[str, Any]) -> Shape | None:
    """Take objects within an object for tables if each of their keys has as many single values in a list."""
    found = {path.rstrip("."): each for path, each in _objects_in(value) if path and _are_columns(each)}
    if not found:
        return None
    lists = {
        path: [dict(zip(each, row, strict=True)) for row in zip(*each.values(), strict=True)]
        for path, each in found.items()
    }
    return _unwrapped(value, lists)


def _are_columns(value: Mapping[str, Any]) -> bool:
    lists = list(value.values())
    if len(lists) < 2 or not _is_of(lists, list) or len({len(each) for each in lists}) != 1 or len(lists[0]) < 2:
        return False
    return not any(isinstance(cell, dict | list) for each in lists for cell in each)


def _rows_by_key(value: Mapping[str, Any]) -> Shape | None:
    """Take objects of the same keys for rows; their own keys are a column, unless they only count."""
    rows = list(value.values())
    if len(rows) < 2 or not _is_of(rows, dict) or not rows[0] or not _have_same_keys(rows):
        return None
    if _are_numbered(value):
        return Shape({"": rows}, about="Each object within the object is taken for a row.")
    named = [{_KEY: key, **row} for key, row in value.items()]
    return Shape({"": named}, about=f"Each object within the object is taken for a row; its key is “{_KEY}”.")


def _pairs(value: Mapping[str, Any]) -> Shape | None:
    """Take single values that stand by days, months or numbers for rows of two columns."""
    if len(value) < 2 or not all(map(_KEY_OF_DATA.fullmatch, value)):
        return None
    if any(isinstance(each, dict | list) for each in value.values()):
        return None
    rows = [{_KEY: key, _VALUE: each} for key, each in value.items()]
    return Shape({"": rows}, about=f"Each value of the object is taken for a row; its key is “{_KEY}”.")


def _is_of(value: object, kind: type) -> bool:
    return isinstance(value, list) and bool(value) and all(isinstance(each, kind) for each in value)


def _are_numbered(value: Mapping[str, Any]) -> bool:
    return all(key.isdecimal() for key in value)


def _have_same_keys(objects: Sequence[Mapping[str, Any]]) -> bool:
    first = objects[0].keys()
    return all(each.keys() == first for each in objects)
