"""Make archives of templates."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

SCHEMA: Mapping[str, Any] = {
    "title": "Receipt",
    "description": "A receipt.",
    "type": "object",
    "required": ["name"],
    "properties": {"name": {"type": "string", "maxLength": 100}},
    "additionalProperties": False,
}
DOCUMENT = """<!DOCTYPE html>
<html lang="{{ lang }}"><head><title>Receipt</title></head><body><h1>Receipt of {{ data.name }}</h1></body></html>
"""


def files_of(**changes: Any) -> dict[str, Any]:
    """Return the files of a template that is in order, some of them changed; None leaves one out."""
    files: dict[str, Any] = {
        "template.html.j2": DOCUMENT,
        "style.css": "h1 { color: #036 }",
        "schema.json": SCHEMA,
        "sample.json": {"name": "Ada"},
    }
    named = {name.replace("__", "."): content for name, content in changes.items()}
    return {name: content for name, content in (files | named).items() if content is not None}


def zipped(files: Mapping[str, Any], *, way: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack texts, bytes and values of JSON, always to the same bytes."""
    body = io.BytesIO()
    with zipfile.ZipFile(body, "w", way) as archive:
        for name, content in files.items():
            packed = content if isinstance(content, str | bytes) else json.dumps(content)
            archive.writestr(zipfile.ZipInfo(name), packed, way)
    return body.getvalue()
