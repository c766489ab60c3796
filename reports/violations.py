"""Say in our own words what jsonschema and pydantic find wrong with data."""

from __future__ import annotations

from typing import Any

from jsonschema.exceptions import ValidationError, best_match

from reports.errors import Violation

MAX_VIOLATIONS = 50
_LONGEST_QUOTE = 60
_LONGEST_MESSAGE = 300


def violation_of(error: ValidationError, below: str = "") -> Violation:
    """Describe an error of jsonschema's; ``below`` is the pointer to what was validated."""
    # Of alternatives (anyOf) it says more which one was nearly met than that none was.
    error = best_match([error]) or error
    message = error.message
    quoted = repr(error.instance)
    # A message of jsonschema's starts with the whole value, which may be megabytes.
    if len(quoted) > _LONGEST_QUOTE:
        message = message.replace(quoted, "the value")
    return Violation(below + json_pointer(error.absolute_path), message[:_LONGEST_MESSAGE])


def json_pointer(path: Any) -> str:
    """Write a path of keys and indexes as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
