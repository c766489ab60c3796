"""Hold answers to the OpenAPI document, as strictly as its clients need not: with no member that it does not name."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from tools.openapi.document import TARGET

_HERE = "urn:pressrun:openapi"
# Problems have members of their own, and what stands in these is not ours to name. What was inferred differs by format.
_OPEN = {"ProblemDocument", "ReportReading", "ReadSection", "ReadColumn"}


def departures(method: str, path: str, status: int, headers: Mapping[str, str], content: Any) -> list[str]:
    """Return in what an answer departs from the document; ``content`` is its JSON, or None.

    A HEAD is answered as a GET, but without content.
    """
    method, path = "GET" if method == "HEAD" else method, path.rstrip("/")
    operation = _operation(method, path)
    if operation is None:
        return [] if status in (404, 405) else [f"{method} {path} is not in the document"]
    response = operation["responses"].get(str(status))
    if response is None:
        return [f"{method} {path}: {status} is not in the document: {content}"]
    found = [f"the header {name} is missing" for name in response.get("headers", {}) if name not in headers]
    if content is None:
        return found
    media_type = headers["Content-Type"].partition(";")[0]
    body = response.get("content", {}).get(media_type)
    if body is None:
        return [*found, f"{media_type} is not in the document"]
    if media_type == "application/problem+json" and content["code"] not in body["examples"]:
        found.append(f"{method} {path}: the problem {content['code']} is not in the document")
    schema = body["schema"]
    strict = _strict_validator(schema["$ref"]) if set(schema) == {"$ref"} else _validator_in(schema, f"{_HERE}:strict")
    return found + [f"{error.json_path}: {error.message}" for error in strict.iter_errors(content)]


def validator(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Return what holds values to a schema that refers to others of the document, as it is."""
    return _validator_in(schema, _HERE)


@cache
def described() -> dict[str, Any]:
    """Return the document as it is committed; test_openapi.py holds it to the code."""
    document: dict[str, Any] = json.loads(TARGET.read_text("utf-8"))
    return document


@cache
def _operation(method: str, path: str) -> dict[str, Any] | None:
    # Paths without parameters first, as OpenAPI says.
    for template, rule in _rules():
        if rule.fullmatch(path):
            operation: dict[str, Any] | None = described()["paths"][template].get(method.lower())
            if operation is not None or "{" not in template:
                return operation
    return None


@cache
def _rules() -> list[tuple[str, re.Pattern[str]]]:
    paths = sorted(described()["paths"], key=lambda path: "{" in path)
    return [(path, re.compile("[^/]+".join(map(re.escape, re.split(r"\{\w+\}", path))))) for path in paths]


def _strict() -> dict[str, Any]:
    made = deepcopy(described())
    for name, schema in made["components"]["schemas"].items():
        if name not in _OPEN and "properties" in schema:
            schema["additionalProperties"] = False
    return made


@cache
def _registry() -> Any:
    resources = {f"{_HERE}:strict": _strict(), _HERE: described()}
    return Registry().with_resources(
        (uri, Resource.from_contents(content, default_specification=DRAFT202012)) for uri, content in resources.items()
    )


@cache
def _strict_validator(reference: str) -> Draft202012Validator:
    return _validator_in({"$ref": reference}, f"{_HERE}:strict")


def _validator_in(schema: Mapping[str, Any], uri: str) -> Draft202012Validator:
    here = _absolute(schema, uri)
    return Draft202012Validator(here, registry=_registry(), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _absolute(schema: Any, uri: str) -> Any:
    if isinstance(schema, list):
        return [_absolute(each, uri) for each in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {key: f"{uri}{value}" if key == "$ref" else _absolute(value, uri) for key, value in schema.items()}
