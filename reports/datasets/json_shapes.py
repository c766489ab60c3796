"""Find the rows in a JSON object: programs wrap a list in it, write a column per key, or name each row by a key."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_DEEPEST = 4
_LONGEST_TITLE = 200
_MOST_NAMED = 12
_TITLES = ("title", "name")
_SUBTITLES = ("subtitle", "description")
_KEY, _VALUE = "Key", "Value"
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
    for find in (_features, _split, _wrapped, _columns, _rows_by_key, _pairs):
        if shape := find(value):
            return shape
    return Shape({"": [value]})


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


def _split(value: Mapping[str, Any]) -> Shape | None:
    """Take lists of cells whose names stand beside them, as pandas writes them with ``orient="split"``."""
    names, lists = value.get("columns"), value.get("data")
    if not isinstance(names, list) or not isinstance(lists, list) or not _is_of(names, str) or not _is_of(lists, list):
        return None
    if any(len(each) != len(names) for each in lists):
        return None
    return Shape({"": [names, *lists]})


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
