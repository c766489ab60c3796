"""Make data that a schema allows of a template's sample: the least, the most, and long words."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.catalog.catalog import Catalog
from reports.engine.checks.schema_types import Shape
from reports.engine.templating.rows_tag import SHORT
from reports.errors import InvalidDataError
from reports.render_contract import Template

_WORD = "Donaudampfschifffahrtsgesellschaftskapitaensmuetze"
_LONG_TEXT = 400
_MANY = 40


@dataclass(frozen=True, slots=True)
class Case:
    """Data to render a template with, in a language."""

    name: str
    data: Mapping[str, Any]
    locale: str = "en"


def cases_of(catalog: Catalog, template: Template, labels: Mapping[str, Any]) -> Iterator[Case]:
    """Yield the sample in all languages of the labels and from right to left, and other data that the schema allows."""
    sample = catalog.sample(template.name)
    yield Case("sample", sample)
    whole = Shape.of(template.schema, template.schema)
    made: dict[str, Any] = {
        "the least that the schema allows": _changed(sample, whole, _Least()),
        "all that the schema allows": _changed(sample, whole, _Most()),
        "long words": _changed(sample, whole, _LongWords()),
    }
    for name, data in made.items():
        if data != sample and _is_allowed(catalog, template, data):
            yield Case(name, data)
    for language in labels:
        if language != "en":
            yield Case(f"sample in {language}", sample, language)
    if not {"ar", "he", "fa"} & labels.keys():
        yield Case("sample from right to left", sample, "ar")


def with_many_rows(catalog: Catalog, template: Template, count: int = SHORT + 1) -> Case | None:
    """Return the sample with so many rows that a long table is one; None where the schema allows no list so long."""
    sample = catalog.sample(template.name)
    lists = {name: value for name, value in sample.items() if isinstance(value, list) and value}
    for name in sorted(lists, key=lambda name: -len(lists[name])):
        rows = (lists[name] * count)[:count]
        data = {**sample, name: rows}
        if _is_allowed(catalog, template, data):
            return Case(f"{count:,} rows", data)
    return None


def _is_allowed(catalog: Catalog, template: Template, data: Any) -> bool:
    try:
        catalog.validate(template, data)
    except InvalidDataError:
        return False
    return True


class _Least:
    def names(self, data: Mapping[str, Any], shape: Shape) -> list[str]:
        return [name for name in data if name not in shape.names or shape.requires(name)]

    def length(self, length: int, least: int, most: int | None) -> int:
        del most
        return min(length, least)

    def text(self, value: str, most: int | None) -> str:
        del most
        return value


class _Most(_Least):
    def names(self, data: Mapping[str, Any], shape: Shape) -> list[str]:
        return [*data, *(name for name in sorted(shape.names) if name not in data)]

    def length(self, length: int, least: int, most: int | None) -> int:
        del least
        return min(_MANY if most is None else most, max(length, _MANY)) if length else 0

    def text(self, value: str, most: int | None) -> str:
        room = min(_LONG_TEXT, most or _LONG_TEXT)
        return (f"{value} " * (room // (len(value) + 1))).strip() if 0 < len(value) < room else value


class _LongWords(_Least):
    def names(self, data: Mapping[str, Any], shape: Shape) -> list[str]:
        del shape
        return list(data)

    def length(self, length: int, least: int, most: int | None) -> int:
        del least, most
        return length

    def text(self, value: str, most: int | None) -> str:
        return _WORD[: most or len(_WORD)] if value else value


def _changed(data: Any, shape: Shape | None, way: _Least) -> Any:
    """Return data that are changed wherever the schema leaves that open."""
    if shape is None:
        return data
    if isinstance(data, Mapping):
        changed = {}
        for name in way.names(data, shape):
            inner = shape.property(name)
            value = data[name] if name in data else _made(inner)
            if value is not None or name in data:
                changed[name] = _changed(value, inner, way)
        return changed
    if isinstance(data, list):
        items = [_changed(each, shape.item(), way) for each in data]
        bounds: Callable[[str], int | None] = lambda name: _bound(shape, name)  # noqa: E731
        length = way.length(len(items), bounds("minItems") or 0, bounds("maxItems"))
        return (items * (length // len(items) + 1))[:length] if items else items
    is_open = not any(set(each) & {"pattern", "format", "enum", "const"} for each in shape.alternatives)
    if isinstance(data, str) and is_open and not data.startswith("data:"):
        return way.text(data, _bound(shape, "maxLength"))
    return data


def _bound(shape: Shape, name: str) -> int | None:
    found = [each[name] for each in shape.alternatives if isinstance(each.get(name), int)]
    return min(found) if found else None


def _made(shape: Shape | None) -> Any:
    """Return a value for a property that the sample lacks, if the schema names one or leaves a text open."""
    for each in shape.alternatives if shape is not None else ():
        if "default" in each:
            return each["default"]
        if each.get("examples"):
            return each["examples"][0]
        if each.get("enum"):
            return each["enum"][0]
        if each.get("type") == "string" and not set(each) & {"pattern", "format"}:
            return "Text"
        if each.get("type") == "boolean":
            return True
    return None
