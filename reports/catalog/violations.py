"""Put in plain words what jsonschema and pydantic find wrong with data."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Any

from jsonschema.exceptions import ValidationError, best_match

from reports.errors import Violation

if TYPE_CHECKING:
    from pydantic import ValidationError as PydanticError

MAX_VIOLATIONS = 50
_LONGEST_QUOTE = 60
_LONGEST_MESSAGE = 300
_LONGEST_POINTER = 300
_MOST_NAMES, _MOST_UNKNOWN = 12, 3
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
        return f"{names} belong here" if regexes else _unknown(error.instance, error.schema)
    message = error.message.replace(quoted, value)
    return f"{message}: {description}" if kind in ("minimum", "maximum") and description else message


def _description_of(schema: object) -> str:
    description = schema.get("description") if isinstance(schema, Mapping) else None
    return description.rstrip(".") if isinstance(description, str) else ""


def _unknown(instance: object, schema: object) -> str:
    """Name the members that are not known, and those that they may stand for: the likeliest ones first."""
    known = schema.get("properties", {}) if isinstance(schema, Mapping) else {}
    unknown = [str(name) for name in instance if name not in known] if isinstance(instance, Mapping) else []
    said = ", ".join(repr(name[:_LONGEST_QUOTE]) for name in unknown[:_MOST_UNKNOWN])
    more = f" and {len(unknown) - _MOST_UNKNOWN:,} others" if len(unknown) > _MOST_UNKNOWN else ""
    verb = "is" if len(unknown) == 1 else "are"
    if not known:
        return f"{said}{more} {verb} not known here: leave it out"
    names = list(known)
    if len(names) > _MOST_NAMES:
        names = sorted(names, key=lambda name: -max(_likeness(each, name, known[name]) for each in unknown[:1]))
    left = len(names) - _MOST_NAMES
    rest = f" (and {left:,} more)" if left > 0 else ""
    return f"{said}{more} {verb} not known here: choose one of {', '.join(map(repr, names[:_MOST_NAMES]))}{rest}"


def _likeness(unknown: str, name: str, schema: object) -> float:
    """Tell how much one name is like another, or like words of what describes it."""
    words = {word for word in re.split(r"[^a-z0-9]+", unknown.casefold()) if word}
    described = set(re.split(r"[^a-z0-9]+", f"{name} {_description_of(schema)}".casefold()))
    return SequenceMatcher(None, unknown.casefold(), name.casefold()).ratio() + len(words & described) / len(
        words or "1"
    )


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
