"""Put values into the texts of labels: ``{name}``, and forms by number as ICU's messages have them.

``{n, plural, one {# item} other {# items}}`` takes the form that CLDR says of the language, and ``=0 {…}`` that of
one number.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from reports.engine.templating.exact_numbers import number_of
from reports.engine.templating.formats import Formats
from reports.engine.templating.unusable_values import UnusableValueError

_NAME = re.compile(r"\{(\w+)\}")
_PLURAL = re.compile(r"\{\s*(\w+)\s*,\s*plural\s*,")
_FORM = re.compile(r"\s*(=\d+|\w+)\s*\{")
_END = re.compile(r"\s*\}")


class Plural(NamedTuple):
    """A place of a label whose text depends on a number."""

    name: str
    forms: Mapping[str, str]


Parts = tuple[str | Plural, ...]


@lru_cache(maxsize=512)
def parts_of(text: str) -> Parts:
    """Divide a label into texts and places with forms. Raises ValueError for a place that has no end or no form."""
    parts: list[str | Plural] = []
    at = 0
    while (found := _PLURAL.search(text, at)) is not None:
        parts.append(text[at : found.start()])
        forms, at = _forms(text, found.end())
        if "other" not in forms:
            raise UnusableValueError(f"the plural of {{{found[1]}}} has no form 'other'", text)
        parts.append(Plural(found[1], forms))
    return (*parts, text[at:])


def _forms(text: str, at: int) -> tuple[dict[str, str], int]:
    forms: dict[str, str] = {}
    while (form := _FORM.match(text, at)) is not None:
        end, depth = form.end(), 1
        while depth:
            if end >= len(text):
                raise UnusableValueError(f"the form {form[1]!r} of a plural has no closing brace", text)
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        forms[form[1]] = text[form.end() : end - 1]
        at = end
    closing = _END.match(text, at)
    if closing is None:
        raise UnusableValueError("a plural has no closing brace", text)
    return forms, closing.end()


def places_of(text: str) -> set[str]:
    """Return the names of all places of a label. Raises ValueError as parts_of() does."""
    return set(_places(parts_of(text)))


def plurals_of(text: str) -> list[Plural]:
    """Return the places of a label that have forms, those within forms too. Raises ValueError as parts_of() does."""
    found = [part for part in parts_of(text) if isinstance(part, Plural)]
    return found + [inner for each in found for form in each.forms.values() for inner in plurals_of(form)]


def _places(parts: Parts) -> Iterator[str]:
    for part in parts:
        if isinstance(part, Plural):
            yield part.name
            for form in part.forms.values():
                yield from places_of(form)
        else:
            yield from _NAME.findall(part)


def fill(text: str, formats: Formats, mark: Callable[[str], str] = str, /, **values: object) -> str:
    """Put values into the places of a label, each through ``mark``. Not str.format, which reaches attributes."""
    # A label that is missing says so when it is made a text.
    return _filled(str(text), formats, mark, values, "#")


def _filled(text: str, formats: Formats, mark: Callable[[str], str], values: Mapping[str, Any], counted: str) -> str:
    filled = [_chosen(part, formats, mark, values) if isinstance(part, Plural)
              else _named(part.replace("#", counted), mark, values)
              for part in parts_of(text)]  # fmt: skip
    return "".join(filled)


def _named(text: str, mark: Callable[[str], str], values: Mapping[str, object]) -> str:
    return _NAME.sub(lambda match: mark(str(values[match[1]])) if match[1] in values else match[0], text)


def _chosen(plural: Plural, formats: Formats, mark: Callable[[str], str], values: Mapping[str, Any]) -> str:
    if plural.name not in values:
        return f"{{{plural.name}}}"
    value = values[plural.name]
    try:
        number = Decimal(number_of(value))
    except ValueError:  # such as 1e99999999, which is of no form that people have words for
        return _filled(plural.forms["other"], formats, mark, values, mark(str(value)))
    exactly = plural.forms.get(f"={int(number)}") if number == number.to_integral_value() else None
    form = plural.forms.get(formats.plural_form(number), plural.forms["other"]) if exactly is None else exactly
    return _filled(form, formats, mark, values, mark(formats.number(number)))
