"""Infer a schema and a first design of data: facts as a list, lists of objects as tables."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,9})?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST_TEXT, _LONGEST_LIST, _LONGEST_LABEL = 2_000, 100_000, 60
_HEAD = """{% from "page.html.j2" import page_style with context %}
<!doctype html>
<html lang="{{ lang }}" dir="{{ direction }}">
<head>
  <meta charset="utf-8">
  <title>{{ context.title or labels.heading }}</title>
  {{ page_style("A4") }}
</head>
<body>
<h1 class="set-title">{{ context.title or labels.heading }}</h1>
"""
_SHOWN = """{% macro shown(value) %}
{% if value is none %}–{% elif value is number and value is not boolean %}{{ number(value) }}
{% else %}{{ isolate(value) }}{% endif %}
{% endmacro %}
"""


@dataclass
class Inferred:
    """What was inferred: the schema, the labels, and the document."""

    schema: Mapping[str, Any]
    labels: dict[str, str] = field(default_factory=dict)
    document: str = ""


def as_numbers(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows of texts with numbers in those columns where all values are written as JSON writes numbers."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    texts = {name: [row[name] for row in rows if row.get(name) not in (None, "")] for name in names}
    numeric = {
        name
        for name, values in texts.items()
        if values and all(isinstance(each, str) and _NUMBER.fullmatch(each) for each in values)
    }
    return [{name: _number(value) if name in numeric else value for name, value in row.items()} for row in rows]


def _number(text: Any) -> Any:
    return json.loads(text) if isinstance(text, str) and text else text


def inferred_of(data: Mapping[str, Any], title: str) -> Inferred:
    """Infer a template of its data."""
    found = Inferred(_schema_of(data), {"heading": title, "page_of": "Page {n} of {m}"})
    parts = [_SHOWN, _HEAD]
    facts = {name: value for name, value in data.items() if not isinstance(value, dict | list)}
    if facts:
        parts.append(_facts(facts, "data", found.labels))
    for name, value in data.items():
        if isinstance(value, dict):
            inner = {key: each for key, each in value.items() if not isinstance(each, dict | list)}
            parts.append(f"<h2>{{{{ labels.{_label(found.labels, name)} }}}}</h2>\n")
            parts.append(_facts(inner, f"data[{json.dumps(name)}]", found.labels))
        elif isinstance(value, list) and value and all(isinstance(each, dict) for each in value):
            parts += _table(name, value, found.labels)
    found.document = "".join((*parts, "</body>\n</html>\n"))
    return found


def _schema_of(value: Any) -> dict[str, Any]:
    match value:
        case bool():
            return {"type": "boolean"}
        case int() | float():
            return {"type": ["number", "string"]}
        case str() if _DAY.fullmatch(value):
            return {"type": "string", "format": "date"}
        case dict():
            return {
                "type": "object",
                "additionalProperties": False,
                "required": sorted(value),
                "properties": {name: _described(_schema_of(each), name) for name, each in value.items()},
            }
        case list():
            return {"type": "array", "maxItems": _LONGEST_LIST, "items": _schema_of_all(value)}
    return {"type": ["string", "number", "null"], "maxLength": _LONGEST_TEXT}


def _described(schema: dict[str, Any], name: str) -> dict[str, Any]:
    return {**schema, "description": f"{_words(name)}."}


def _schema_of_all(values: Sequence[Any]) -> dict[str, Any]:
    """Return a schema that all values of a list fit."""
    if not values:
        return {}
    if not all(isinstance(each, dict) for each in values):
        schemas = [_schema_of(each) for each in values]
        return schemas[0] if all(each == schemas[0] for each in schemas) else {}
    names = list(dict.fromkeys(name for each in values for name in each))
    properties = {}
    for name in names:
        properties[name] = _described(_schema_of_all([each[name] for each in values if name in each]), name)
    required = sorted(name for name in names if all(name in each for each in values))
    return {"type": "object", "additionalProperties": False, "required": required, "properties": properties}


def _facts(facts: Mapping[str, Any], place: str, labels: dict[str, str]) -> str:
    lines = "".join(
        f'  <div><dt class="label">{{{{ labels.{_label(labels, name)} }}}}</dt>'
        f"<dd>{{{{ shown({place}[{json.dumps(name)}]) }}}}</dd></div>\n"
        for name in facts
    )
    return f'<dl class="facts">\n{lines}</dl>\n'


def _table(name: str, rows: Sequence[Mapping[str, Any]], labels: dict[str, str]) -> Iterator[str]:
    columns = list(dict.fromkeys(key for row in rows for key in row))
    numeric = {key for key in columns if any(isinstance(row.get(key), int | float) for row in rows)}

    def cell(tag: str, key: str, content: str) -> str:
        side = ' class="num"' if key in numeric else ""
        return f"<{tag}{side}>{content}</{tag}>"

    heads = "".join(cell("th", key, f"{{{{ labels.{_label(labels, key)} }}}}") for key in columns)
    yield f"<table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n"
    cells = "".join(cell("td", key, f"{{{{ shown({_value(key, rows)}) }}}}") for key in columns)
    yield f"{{% rows data[{json.dumps(name)}] as row %}}<tr>{cells}</tr>{{% endrows %}}\n</tbody>\n</table>\n"


def _value(key: str, rows: Sequence[Mapping[str, Any]]) -> str:
    """Write the value of a column, which some rows may lack."""
    return f"row[{json.dumps(key)}]{'' if all(key in row for row in rows) else ' | default(none)'}"


def _label(labels: dict[str, str], name: str) -> str:
    """Return the name of a label for a name of the data, and keep its text."""
    wanted = re.sub(r"[^a-z0-9_]+", "_", name.lower()).strip("_")[:40] or "column"
    plain = wanted if wanted[0].isalpha() else f"column_{wanted}"
    text = _words(name)
    number = 2
    key = plain
    while labels.get(key, text) != text:
        key, number = f"{plain}_{number}", number + 1
    labels[key] = text
    return key


def _words(name: str) -> str:
    words = re.sub(r"[_\s]+", " ", name).strip()[:_LONGEST_LABEL]
    return words[:1].upper() + words[1:] if words else "Column"
