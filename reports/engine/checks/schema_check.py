"""Hold a template's schema to a strict vocabulary: JSON Schema passes over keywords that it does not know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from jsonschema_specifications import REGISTRY

from reports.catalog.json_places import line_of
from reports.catalog.violations import json_pointer
from reports.findings import Finding, Severity, did_you_mean

_VOCABULARIES = ("core", "applicator", "unevaluated", "validation", "meta-data", "format-annotation", "content")
_META = "https://json-schema.org/draft/2020-12/meta/"
_SCHEMA = ("items", "contains", "additionalProperties", "propertyNames", "not", "if", "then", "else",
           "unevaluatedItems", "unevaluatedProperties")  # fmt: skip
_LISTS = ("allOf", "anyOf", "oneOf", "prefixItems")
_BY_NAME = ("properties", "patternProperties", "$defs", "dependentSchemas")


@cache
def keywords() -> frozenset[str]:
    """Return all keywords of JSON Schema, draft 2020-12."""
    return frozenset(name for each in _VOCABULARIES for name in REGISTRY.contents(_META + each)["properties"])


def findings_of_schema(file: str, schema: Mapping[str, Any], text: str) -> Iterator[Finding]:
    """Yield keywords that mean nothing, and required properties that no data can have."""
    for path, part in _parts(schema, ()):
        for name in part:
            if name not in keywords() and not name.startswith("x-"):
                where = (*path, name)
                yield Finding(
                    file,
                    line_of(text, json_pointer(where)),
                    f"{name!r} is no keyword of JSON Schema, and has no effect",
                    path=json_pointer(where),
                    cure=did_you_mean(name, keywords()),
                )
        properties = part.get("properties")
        if isinstance(properties, Mapping) and isinstance(part.get("required"), list):
            yield from _undescribed(file, text, path, part, properties)


def _undescribed(
    file: str, text: str, path: tuple[Any, ...], part: Mapping[str, Any], properties: Mapping[str, Any]
) -> Iterator[Finding]:
    is_closed = part.get("additionalProperties") is False and "patternProperties" not in part
    for number, name in enumerate(part["required"]):
        if name not in properties:
            where = json_pointer((*path, "required", number))
            yield Finding(
                file,
                line_of(text, where),
                f"{name!r} is required, and is none of the properties",
                path=where,
                cure=did_you_mean(str(name), properties),
                severity=Severity.ERROR if is_closed else Severity.WARNING,
            )


def _parts(schema: object, path: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Mapping[str, Any]]]:
    """Yield a schema and all schemas within it, each with its path."""
    if not isinstance(schema, Mapping):
        return
    yield path, schema
    for keyword in _SCHEMA:
        yield from _parts(schema.get(keyword), (*path, keyword))
    for keyword in _LISTS:
        for number, each in enumerate(schema.get(keyword, ())):
            yield from _parts(each, (*path, keyword, number))
    for keyword in _BY_NAME:
        for name, each in schema.get(keyword, {}).items():
            yield from _parts(each, (*path, keyword, name))
