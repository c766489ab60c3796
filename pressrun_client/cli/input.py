"""Read what reports are asked for with, and say what to do with a file that is for something else."""

from __future__ import annotations

import base64
import json
import shlex
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click

from pressrun_client.cli.app import App
from pressrun_client.errors import InputError, PressrunError

_PICTURES = (*(".jpg", ".jpeg", ".png", ".webp", ".heic", ".heif", ".hif", ".avif", ".tiff", ".tif", ".gif", ".bmp"),)
_KINDS = {
    **dict.fromkeys((".csv", ".tsv", ".xlsx", ".jsonl", ".ndjson"), "rows"),
    **dict.fromkeys(_PICTURES, "image"),
}
"""What a file of a suffix holds, in the words of a template's ``made_from``."""

_START = 1024

FILE = click.Path(path_type=Path, allow_dash=True)
"""The type of an argument that is a file, or `-` for the standard input."""


def read_data(app: App, path: Path, template: str) -> Mapping[str, Any]:
    """Read the data of a report. Raises InputError, which says what to do with a file of another kind."""
    name = name_of(path)
    body = read(path)
    if (invoice := _einvoice(body)) is not None:
        return {"einvoice": invoice}
    try:
        content = json.loads(body.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise InputError(f"{name} is not text in UTF-8. {_advice(app, path, template)}") from None
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not JSON: {_reason(error)}. {_advice(app, path, template)}") from None
    if not isinstance(content, dict):
        raise InputError(f"{name} has no JSON object. The data of a report must be one. {_advice(app, path, template)}")
    return content


def _einvoice(body: bytes) -> str | None:
    """Return XML or a PDF as data of an invoice's copy are; None for any other file."""
    is_pdf = body.startswith(b"%PDF-")
    if not is_pdf and not body[:_START].translate(None, b"\x00\xef\xbb\xbf\xff\xfe").lstrip().startswith(b"<"):
        return None
    return f"data:application/{'pdf' if is_pdf else 'xml'};base64,{base64.b64encode(body).decode('ascii')}"


def read(path: Path) -> bytes:
    """Read a file, or the standard input for ``-``. Raises InputError."""
    if str(path) == "-":
        if sys.stdin is None:
            raise InputError("The standard input is closed.")
        return sys.stdin.buffer.read()
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} can't be read: {error.strerror}.") from None


def name_of(path: Path) -> str:
    """Call a file by its path."""
    return "the standard input" if str(path) == "-" else str(path)


def _reason(error: ValueError | RecursionError) -> str:
    if isinstance(error, json.JSONDecodeError):
        return f"line {error.lineno}: {error.msg}"
    return "nested too deeply" if isinstance(error, RecursionError) else "a number has too many digits"


def _advice(app: App, path: Path, template: str) -> str:
    """Name the command that makes a report from a file; for a file that none takes, explain what data are."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        return f"For an example, see: pressrun templates {shlex.quote(template)} --sample"
    try:
        made_from = {each.name: each.made_from for each in app.client.templates()}
    except PressrunError:
        # The file is what is wrong, whether the service answers or not.
        return "For files of rows and pictures, use `pressrun upload` with a template for them."
    fitting = [name for name, known in made_from.items() if known == kind]
    what = "rows" if kind == "rows" else "a picture"
    if template in fitting:
        fitting = [template]
    elif not fitting:
        return f"It holds {what}, from which no template here is made."
    commands = ", or ".join(f"pressrun upload {shlex.quote(name)} {shlex.quote(str(path))}" for name in fitting)
    return f"It holds {what}, for which there is: {commands}"
