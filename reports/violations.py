"""Say in our own words what jsonschema and pydantic find wrong with data."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jsonschema.exceptions import ValidationError, best_match

from reports.errors import Violation

if TYPE_CHECKING:
    from pydantic import ValidationError as PydanticError

MAX_VIOLATIONS = 50
_LONGEST_QUOTE = 60
_LONGEST_MESSAGE = 300
_LONGEST_POINTER = 300
# Beyond it they are not even looked at: each costs memory, and a body of 4 MB has room for half a million.
_MOST_TO_LIST = 1000


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


def violations_of(error: PydanticError, below: str = "") -> list[Violation]:
    """Describe the first of the errors of pydantic's; ``below`` is the pointer to what was validated."""
    count = error.error_count()
    if count > _MOST_TO_LIST:
        return [Violation(below, f"{count:,} things are wrong here, too many to name them.")]
    found = error.errors(include_url=False, include_input=False, include_context=False)[:MAX_VIOLATIONS]
    return [Violation(below + json_pointer(each["loc"]), each["msg"][:_LONGEST_MESSAGE]) for each in found]


def json_pointer(path: Any) -> str:
    """Write a path of keys and indexes as a JSON pointer (RFC 6901); of one that is very long, the beginning."""
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return pointer if len(pointer) <= _LONGEST_POINTER else f"{pointer[:_LONGEST_POINTER]}…"
