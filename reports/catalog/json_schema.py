"""Validate data against JSON Schemas. A list or text that is too long is refused before its items are read."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from jsonschema.validators import extend
from referencing import Registry

_WIDE = Context(prec=10_000)  # a whole number has 4,300 digits at the most
_Check = Callable[[Any, Any, Any, Mapping[str, Any]], Iterator[ValidationError] | None]

# Each of these looks at all of a value; the bound beside it says how long the value may be.
_BOUNDED = {
    "items": "maxItems",
    "prefixItems": "maxItems",
    "contains": "maxItems",
    "uniqueItems": "maxItems",
    "properties": "maxProperties",
    "patternProperties": "maxProperties",
    "additionalProperties": "maxProperties",
    "propertyNames": "maxProperties",
    "pattern": "maxLength",
    "format": "maxLength",
}
_REFERENCES = ("$ref", "$dynamicRef")


def _unless_too_long(check: _Check, bound: str) -> _Check:
    def bounded(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        most = schema.get(bound)
        if most is None or not isinstance(instance, list | dict | str) or len(instance) <= most:
            yield from check(validator, value, instance, schema) or ()

    return bounded


def _described(check: _Check) -> _Check:
    """Hand the description beside a reference on to an error about the same value that has none of its own."""

    def described(validator: Any, value: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
        for error in check(validator, value, instance, schema) or ():
            if not error.path and "description" in schema and isinstance(error.schema, Mapping):
                error.schema = {"description": schema["description"], **error.schema}
            yield error

    return described


def _multiple_of(validator: Any, step: Any, instance: Any, schema: Mapping[str, Any]) -> Iterator[ValidationError]:
    """Divide numbers as they are written: 0.3 is a multiple of 0.1."""
    del schema
    if validator.is_type(instance, "number") and _WIDE.remainder(Decimal(str(instance)), Decimal(str(step))):
        yield ValidationError(f"{instance} is not a multiple of {step}")


_VALIDATORS = Draft202012Validator.VALIDATORS
_Validator: Any = extend(  # type: ignore[no-untyped-call]
    Draft202012Validator,
    {
        **{keyword: _unless_too_long(_VALIDATORS[keyword], bound) for keyword, bound in _BOUNDED.items()},
        **{keyword: _described(_VALIDATORS[keyword]) for keyword in _REFERENCES},
        "multipleOf": _multiple_of,
    },
)


def validator_of(schema: Mapping[str, Any]) -> Draft202012Validator:
    """Return what holds data to a schema, formats included."""
    # With a registry of its own, which is empty, so that no reference is ever followed into the net.
    validator: Draft202012Validator = _Validator(
        schema, format_checker=Draft202012Validator.FORMAT_CHECKER, registry=Registry()
    )
    return validator
