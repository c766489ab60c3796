"""Describe what goes in and out as schemas: our types by pydantic, the data of each template by its own schema."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from pydantic import BaseModel, TypeAdapter
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaMode

from handlers.http import answers as published
from handlers.http.routes.batches import BatchRequest
from reports.jobs.request import BatchItem, ReportRequest
from reports.render_contract import Template
from reports.shelf.own_template import NAME

Schema = dict[str, Any]

_PLACE = "#/components/schemas/"
_BODY: JsonSchemaMode = "validation"
_ANSWER: JsonSchemaMode = "serialization"


class _Untitled(GenerateJsonSchema):
    """Leave out the titles that pydantic makes of the names of fields."""

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 - pydantic calls it so
        return False


def reference(name: str) -> Schema:
    """Point to a schema of the document."""
    return {"$ref": f"{_PLACE}{name}"}


def of_types(bodies: Iterable[type[BaseModel]], answers: Iterable[Any]) -> dict[str, Schema]:
    """Describe types, and all types in them, by name. Only docstrings of ``handlers.http.answers`` are for callers."""
    adapters: list[tuple[Any, JsonSchemaMode, TypeAdapter[Any]]] = [
        *((kind, _BODY, TypeAdapter(kind)) for kind in bodies),
        *((kind, _ANSWER, TypeAdapter(kind)) for kind in answers),
    ]
    _, found = TypeAdapter.json_schemas(adapters, ref_template=f"{_PLACE}{{model}}", schema_generator=_Untitled)
    return {
        name: _without(schema, "title") if hasattr(published, name) else _without(schema, "title", "description")
        for name, schema in cast("dict[str, Schema]", found["$defs"]).items()
    }


def parameters(query: type[BaseModel]) -> list[Schema]:
    """Describe the fields of a query, each by itself."""
    schema = TypeAdapter(query).json_schema(ref_template=f"{_PLACE}{{model}}", schema_generator=_Untitled)
    return [
        {"name": name, "in": "query", "required": False, "schema": _without_null(_without(field, "title"))}
        for name, field in schema["properties"].items()
    ]


def of_requests(templates: Iterable[Template]) -> dict[str, Schema]:
    """Describe requests: of each template its data, and what a request and an item of a batch is with them."""
    schemas: dict[str, Schema] = {}
    names: dict[str, str] = {}
    for template in templates:
        names[template.name] = name = "".join(word.capitalize() for word in template.name.split("-"))
        schemas |= _of_template(template, f"{name}Data")
        schemas[f"{name}Request"] = _of_request(ReportRequest, template, f"{name}Data")
        schemas[f"{name}Item"] = _of_request(BatchItem, template, f"{name}Data")
    for kind in (ReportRequest, BatchItem):
        suffix = "Request" if kind is ReportRequest else "Item"
        mapping = {template: f"{_PLACE}{name}{suffix}" for template, name in names.items()}
        schemas[f"Own{suffix}"] = _of_own_request(kind, names)
        schemas[kind.__name__] = {
            "description": f"A request for a report, by its template. {_SAMPLES}",
            "oneOf": [{"$ref": place} for place in (*mapping.values(), f"{_PLACE}Own{suffix}")],
            "discriminator": {"propertyName": "template", "mapping": mapping},
        }
    [(name, batch)] = of_types([BatchRequest], []).items()
    batch["properties"]["items"]["items"] = reference(BatchItem.__name__)
    return {**schemas, name: batch}


_SAMPLES = "`GET /templates/{name}` has the schema and a sample of each template."


def _of_request(kind: type[ReportRequest], template: Template, data: str) -> Schema:
    schema = of_types([kind], [])[kind.__name__]
    fields = schema["properties"]
    fields["template"] = {"const": template.name}
    fields["data"] = reference(data)
    return {**schema, "description": f"A report of the template `{template.name}`."}


def _of_own_request(kind: type[ReportRequest], product: Iterable[str]) -> Schema:
    schema = of_types([kind], [])[kind.__name__]
    named = {
        "type": "string",
        "description": "The name of a template that you have stored, and perhaps one of its versions.",
        "pattern": f"^{NAME.pattern}(@[0-9]{{1,6}})?$",
        "not": {"enum": sorted(product)},
    }
    schema["properties"] |= {"template": named, "data": {"type": "object"}}
    text = "A report of a template of your own, such as `receipt`, or of one of its versions, such as `receipt@3`."
    return {**schema, "description": text}


def _of_template(template: Template, name: str) -> dict[str, Schema]:
    """Return the schema of a template's data, and those of its ``$defs`` by names that no other template has."""
    defined = template.schema.get("$defs", {})
    places = {f"#/$defs/{key}": f"{_PLACE}{name}.{key}" for key in defined}
    own = {key: value for key, value in template.schema.items() if key not in ("$schema", "$defs")}
    found = {name: own} | {f"{name}.{key}": value for key, value in defined.items()}
    return {key: cast("Schema", _moved(value, places)) for key, value in found.items()}


def _moved(schema: Any, places: Mapping[str, str]) -> Any:
    if isinstance(schema, list):
        return [_moved(each, places) for each in schema]
    if not isinstance(schema, dict):
        return schema
    return {key: places[value] if key == "$ref" else _moved(value, places) for key, value in schema.items()}


def _without(schema: Schema, *words: str) -> Schema:
    return {key: value for key, value in schema.items() if key not in words}


def _without_null(schema: Schema) -> Schema:
    """Describe an optional field by what it is when it is there: a query knows no null."""
    kinds = [kind for kind in schema.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return schema
    return {**kinds[0], **_without(schema, "anyOf", "default")}
