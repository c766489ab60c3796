"""Read the JSON files of a project strictly, and say on which line of them something stands."""

from __future__ import annotations

import json
import re
from json.decoder import scanstring  # type: ignore[attr-defined]
from pathlib import Path
from typing import Any

from reports import strict_json

_SPACE = re.compile(r"[ \t\n\r]*")
_decoder = json.JSONDecoder()


class JSONFileError(ValueError):
    """What makes a file no JSON file of ours, and on which line if that can be told."""

    def __init__(self, reason: str, line: int | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.line = line


def read_json(path: Path) -> tuple[Any, str]:
    """Return the value of a JSON file, and its text. Raises JSONFileError."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise JSONFileError("it is missing") from None
    except IsADirectoryError:
        raise JSONFileError("it is a folder, and has to be a file") from None
    except OSError as error:
        raise JSONFileError(f"it cannot be read ({error.strerror})") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise JSONFileError(f"it is not text in UTF-8: byte {error.start} cannot be read", line) from None
    try:
        return strict_json.parse(text), text
    except ValueError as error:
        raise JSONFileError(str(error), _line_of_fault(text)) from None


def line_of(text: str, pointer: str) -> int | None:
    """Return the line on which the value at a JSON pointer begins, or the nearest one around it."""
    steps = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    return text.count("\n", 0, _place_of(text, steps)) + 1


def _place_of(text: str, steps: list[str]) -> int:
    """Walk to a value of a text that is JSON; each step is the key of a member, or the number of an item."""
    at = _skip(text, 0)
    for step in steps:
        found = next((start for key, start in _parts(text, at) if key == step), None)
        if found is None:
            return at
        at = found
    return at


def _parts(text: str, at: int) -> list[tuple[str, int]]:
    """Return the keys or numbers of what is in an object or a list, and where each begins."""
    parts: list[tuple[str, int]] = []
    if text[at] not in "{[":
        return parts
    is_object, end = text[at] == "{", _skip(text, at + 1)
    while text[end] not in "}]":
        key = str(len(parts))
        if is_object:
            key, end = scanstring(text, end + 1)
            end = _skip(text, _skip(text, end) + 1)  # the colon
        parts.append((key, end))
        _, end = _decoder.raw_decode(text, end)
        end = _skip(text, end)
        if text[end] == ",":
            end = _skip(text, end + 1)
    return parts


def _skip(text: str, at: int) -> int:
    match = _SPACE.match(text, at)
    assert match is not None
    return match.end()


def _line_of_fault(text: str) -> int | None:
    """Return the line of what the strict reader refuses, if Python's own can read it or says where it cannot."""
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        return error.lineno
    except (ValueError, RecursionError):
        return None
    return text.count("\n", 0, _refused(text, _skip(text, 0))) + 1


def _refused(text: str, at: int) -> int:
    """Return where the innermost part begins that the strict reader refuses."""
    parts = _parts(text, at)
    keys = [key for key, _ in parts]
    if text[at] == "{":
        for number, (key, start) in enumerate(parts):
            if key in keys[:number]:
                return start
    for _, start in parts:
        try:
            strict_json.parse_at(text, start)
        except ValueError:
            return _refused(text, start)
    return at
