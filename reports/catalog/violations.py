"""Put in plain words what jsonschema and pydantic find wrong with data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jsonschema.exceptions import ValidationError, best_match

from reports.errors import Violation

if TYPE_CHECKING:
    from pydantic import ValidationError as PydanticError

MAX_VIOLATIONS = 50
_LONGEST_QUOTE = 60
_LONGEST_MESSAGE = 300
_LONGEST_POINTER = 300
_MOST_NAMES = 12
# Beyond it they are not even looked at: each costs memory, and a body of 4 MB has room for half a million.
_MOST_TO_LIST = 1000
# What a text of that name has to be. A regular expression says it to few.
_FORMS = {
    "email": "This is no e-mail address: give one such as you@example.org.",
    "webhook": "This is no URL of a webhook: give one such as https://example.org/hook, without user or fragment.",
    "locale": "This is no language and region: give a tag such as en-GB.",
    "replaces": "This is no key: give up to 120 letters, digits, dots, colons, dashes and underscores.",
    "idempotency_key": "This is no key: give 1 to 255 characters of printable ASCII.",
    "filename": "This is no name of a file: leave out slashes, backslashes, ${ and control characters.",
    "content_type": "This is no media type: give one such as text/csv.",
}


def violation_of(error: ValidationError, below: str = "") -> Violation:
    """Describe an error of jsonschema's; ``below`` is the pointer to what was validated."""
    # Of alternatives (anyOf) it says more which one was nearly met than that none was.
    error = best_match([error]) or error
    return Violation(below + json_pointer(error.absolute_path), reason_of(error)[:_LONGEST_MESSAGE])


def reason_of(error: ValidationError) -> str:
    """Describe an error of jsonschema's in words: no regular expression and no schema."""
    quoted = repr(error.instance)
    # A message of jsonschema's starts with the whole value, which may be megabytes.
    value = quoted if len(quoted) <= _LONGEST_QUOTE else "the value"
    kind, description = error.validator, _description_of(error.schema)
    if kind == "pattern":
        return f"{value} does not fit here: {description}" if description else f"{value} has not the form that it needs"
    if kind == "not":
        return f"{value} is not allowed here{f': {description}' if description else ''}"
    if kind == "oneOf":
        return f"{value} fits several alternatives of the schema, and may fit only one"
    if kind == "additionalProperties":
        names, regexes, _ = error.message.partition(" match any of the regexes")
        return f"{names} belong here" if regexes else f"{names}{_choice_of(error.schema)}"
    message = error.message.replace(quoted, value)
    return f"{message}: {description}" if kind in ("minimum", "maximum") and description else message


def _description_of(schema: object) -> str:
    description = schema.get("description") if isinstance(schema, Mapping) else None
    return description.rstrip(".") if isinstance(description, str) else ""


def _choice_of(schema: object) -> str:
    names = [repr(name) for name in schema.get("properties", {})] if isinstance(schema, Mapping) else []
    return f": choose one of {', '.join(names)}" if 0 < len(names) <= _MOST_NAMES else ""


def violations_of(error: PydanticError, below: str = "") -> list[Violation]:
    """Describe the first of the errors of pydantic's; ``below`` is the pointer to what was validated."""
    count = error.error_count()
    if count > _MOST_TO_LIST:
        return [Violation(below, f"{count:,} things are wrong here, too many to name them.")]
    found = error.errors(include_url=False, include_input=False, include_context=False)[:MAX_VIOLATIONS]
    return [
        Violation(below + json_pointer(each["loc"]), _in_words(each["type"], each["loc"], each["msg"]))
        for each in found
    ]


def _in_words(kind: str, path: Sequence[int | str], message: str) -> str:
    """Describe what is wrong; of a text that does not match its pattern, what it should be instead."""
    if kind != "string_pattern_mismatch":
        return message.removeprefix("Value error, ")[:_LONGEST_MESSAGE]
    return _FORMS.get(str(path[-1]) if path else "", "This text has not the form that it needs.")


def json_pointer(path: Any) -> str:
    """Write a path of keys and indexes as a JSON pointer (RFC 6901); of one that is very long, the beginning."""
    pointer = "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
    return pointer if len(pointer) <= _LONGEST_POINTER else f"{pointer[:_LONGEST_POINTER]}…"
