"""Find what is wrong with a JSON Schema itself, before any data are held to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.exceptions import NoSuchResource, Unresolvable
from referencing.jsonschema import DRAFT202012

from reports.catalog.violations import json_pointer, reason_of
from reports.errors import Violation

DIALECT = "https://json-schema.org/draft/2020-12/schema"

_REFERENCES = ("$ref", "$dynamicRef")
# The schemas below these are about the same value, so a circle of them never comes to an end.
_ABOUT_THE_SAME_VALUE = ("not", "if", "then", "else")
_LISTS_ABOUT_THE_SAME_VALUE = ("allOf", "anyOf", "oneOf")
_MOST_FAULTS = 10
_TYPES = ("array", "boolean", "integer", "null", "number", "object", "string")

_check: Any = Draft202012Validator(Draft202012Validator.META_SCHEMA, format_checker=Draft202012Validator.FORMAT_CHECKER)


def faults_of_schema(schema: Mapping[str, Any]) -> list[Violation]:
    """Return what is wrong with a schema; none when any data can be held to it, and without a look at other files."""
    written_for = schema.get("$schema", DIALECT)
    if not isinstance(written_for, str) or written_for.removesuffix("#") != DIALECT:
        return [Violation("/$schema", f"it has to be {DIALECT}, by which data are checked")]
    try:
        errors = [best_match([error]) or error for error in islice(_check.iter_errors(schema), _MOST_FAULTS)]
        if errors:
            return [Violation(json_pointer(error.absolute_path), _reason(error)) for error in errors]
        resource = DRAFT202012.create_resource(schema)
        registry: Registry[Any] = Registry()
        resolver = registry.resolver_with_root(resource)
        dead = list(islice(_dead_references(resource, resolver), _MOST_FAULTS))
        if dead:
            return [
                Violation(
                    f"{_pointer_to(part, schema)}/{keyword}",
                    f"{part[keyword][:200]!r} leads to nothing in this file, and no other is read",
                )
                for part, keyword in dead
            ]
        return [Violation("", "it refers to itself without end")] if _has_circle(resource, resolver) else []
    except RecursionError:
        return [Violation("", "it is nested too deep")]


def _reason(error: Any) -> str:
    if list(error.absolute_path)[-1:] == ["type"] and isinstance(error.instance, str):
        return f"{error.instance[:80]!r} is no type; choose one of {', '.join(sorted(_TYPES))}"
    return reason_of(error)[:300]


def _dead_references(resource: Resource[Any], resolver: Any) -> Iterator[tuple[Any, str]]:
    """Yield what has a reference that leads to nothing in the schema, and by which keyword.

    None is followed to another file, or into the net.
    """
    contents = resource.contents
    for keyword in _REFERENCES:
        if isinstance(contents, Mapping) and keyword in contents:
            try:
                resolver.lookup(contents[keyword])
            except (Unresolvable, NoSuchResource, ValueError):
                yield contents, keyword
    for each in resource.subresources():
        yield from _dead_references(each, resolver.in_subresource(each))


def _pointer_to(part: object, within: object) -> str | None:
    """Return the JSON pointer to a part of a value: to just this one, not to an equal one."""
    if part is within:
        return ""
    items = within.items() if isinstance(within, Mapping) else enumerate(within) if isinstance(within, list) else ()
    for step, each in items:
        if (pointer := _pointer_to(part, each)) is not None:
            return json_pointer([step]) + pointer
    return None


def _has_circle(resource: Resource[Any], resolver: Any) -> bool:
    """Tell whether a schema, or one within it, comes back to itself without a step into the value."""
    done: set[int] = set()

    def comes_back(contents: Any, resolver: Any, path: frozenset[int]) -> bool:
        if not isinstance(contents, Mapping) or id(contents) in done:
            return False
        if id(contents) in path:
            return True
        path |= {id(contents)}
        found = any(comes_back(each, at, path) for each, at in _next(contents, resolver))
        done.add(id(contents))
        return found

    def any_below(resource: Resource[Any], resolver: Any) -> bool:
        return comes_back(resource.contents, resolver, frozenset()) or any(
            any_below(each, resolver.in_subresource(each)) for each in resource.subresources()
        )

    return any_below(resource, resolver)


def _next(contents: Mapping[str, Any], resolver: Any) -> Iterator[tuple[Any, Any]]:
    for keyword in _REFERENCES:
        if keyword in contents:
            resolved = resolver.lookup(contents[keyword])
            yield resolved.contents, resolved.resolver
    below = [contents[keyword] for keyword in _ABOUT_THE_SAME_VALUE if keyword in contents]
    for keyword in _LISTS_ABOUT_THE_SAME_VALUE:
        below += contents.get(keyword, [])
    below += contents.get("dependentSchemas", {}).values()
    for each in below:
        yield each, resolver.in_subresource(DRAFT202012.create_resource(each))
