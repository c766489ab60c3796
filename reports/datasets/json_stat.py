"""Read JSON-stat 2.0, in which Eurostat and other statistical offices send their tables: a row for each value."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any

_MOST_VALUES = 1_000_000
_VALUE, _FLAG = "Value", "Flag"


def rows_of_json_stat(value: Mapping[str, Any]) -> list[dict[str, Any]] | None:
    """Return the rows of a dataset; None if the object is none, or contradicts itself."""
    ids, sizes, dimensions, values = (value.get(key) for key in ("id", "size", "dimension", "value"))
    if not (isinstance(ids, list) and isinstance(sizes, list) and isinstance(dimensions, dict) and len(ids) > 0):
        return None
    if not all(isinstance(size, int) for size in sizes) or not 0 < prod(sizes) <= _MOST_VALUES:
        return None
    categories = [_categories(dimensions.get(each)) for each in ids]
    if [len(each) for each in categories] != sizes or not _has_values(values, prod(sizes)):
        return None
    names = _names(ids, dimensions)
    return list(_rows(names, categories, values, value.get("status")))


def _rows(
    names: Sequence[str], categories: Sequence[Sequence[str]], values: Any, flags: Any
) -> Iterator[dict[str, Any]]:
    for place, labels in enumerate(product(*categories)):
        number, flag = _at(values, place), _at(flags, place)
        if number is not None or flag is not None:
            row = {**dict(zip(names, labels, strict=True)), _VALUE: number}
            yield {**row, _FLAG: flag} if flags else row


def _categories(dimension: Any) -> list[str]:
    """Return the labels of a dimension's categories, in their order."""
    category = dimension.get("category") if isinstance(dimension, dict) else None
    if not isinstance(category, dict):
        return []
    index, labels = category.get("index"), category.get("label")
    labels = labels if isinstance(labels, dict) else {}
    if isinstance(index, dict) and all(isinstance(place, int) for place in index.values()):
        codes = sorted(index, key=index.__getitem__)
    else:
        codes = [str(code) for code in (index if isinstance(index, list) else labels)]
    return [str(labels.get(code, code)) for code in codes]


def _names(ids: Sequence[Any], dimensions: Mapping[str, Any]) -> list[str]:
    labels = [str(dimensions[each].get("label") or each) for each in ids]
    is_clear = len({*labels, _VALUE, _FLAG}) == len(labels) + 2
    return labels if is_clear else [str(each) for each in ids]


def _has_values(values: Any, count: int) -> bool:
    return len(values) == count if isinstance(values, list) else isinstance(values, dict)


def _at(values: Any, place: int) -> Any:
    if isinstance(values, list):
        return values[place] if place < len(values) else None
    return values.get(str(place)) if isinstance(values, dict) else None
