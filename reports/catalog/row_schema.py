"""Hold rows to a template's schema one by one, while they stream by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any, Self

from jsonschema import Draft202012Validator

from reports.catalog.json_schema import validator_of
from reports.catalog.violations import MAX_VIOLATIONS, violation_of
from reports.errors import InvalidDataError, Violation

Row = dict[str, Any]

_ABOUT_THE_LIST = {"type", "items", "minItems", "maxItems"}
_ABOUT_KEYS = {"type", "required", "minProperties", "maxProperties", "propertyNames"}
_REMARKS = {"$schema", "$defs", "$comment", "title", "description", "default", "examples"}
# Rows of a table have the same keys. Should they not, what is known of them must not grow with their number.
_MOST_KNOWN_KEYS = 1000


@dataclass(frozen=True, slots=True)
class RowSchema:
    """A template's demands on its rows: ``row`` is a schema by itself, ``property`` is where rows stand."""

    template: str
    property: str
    row: Mapping[str, Any]
    least: int = 0
    most: int | None = None

    @classmethod
    def of(cls, template: str, schema: Mapping[str, Any], property_name: str) -> Self:
        """Take the part of a template's schema that is about rows.

        Raises ValueError when it says something that is not about single rows, nor about their number.
        """
        rows = schema.get("properties", {}).get(property_name, {})
        items = rows.get("items", {}) if isinstance(rows, Mapping) else rows
        if not isinstance(items, Mapping):
            raise ValueError("rows need a schema that is an object")  # noqa: TRY004 - a fault of the schema
        unknown = rows.keys() - _ABOUT_THE_LIST - _REMARKS
        if unknown:
            raise ValueError(f"rows are checked one by one, so that it cannot have {', '.join(sorted(unknown))}")
        shared = {name: schema[name] for name in ("$schema", "$defs") if name in schema}
        return cls(
            template=template,
            property=property_name,
            row={**shared, **items},
            least=rows.get("minItems", 0),
            most=rows.get("maxItems"),
        )

    def checked(self, rows: Iterator[Row], *, most: int = MAX_VIOLATIONS) -> Iterator[Row]:
        """Pass rows on.

        Raises InvalidDataError with the first violations when there is one; rows before it have been passed on.
        """
        validator = validator_of(self.row)
        keys_decide = self.row.keys() <= _ABOUT_KEYS | _REMARKS and "object" in self.row.get("type", "object")
        keys = _Keys(self.row, validator) if keys_decide else None
        most_rows = float("inf") if self.most is None else self.most
        number = -1
        for number, row in enumerate(rows):
            if number >= most_rows:
                raise self._refusal([self._about_all(f"has more than {most_rows:,} rows")])
            if (keys is None or not keys.fit(row)) and not validator.is_valid(row):
                raise self._refusal(list(islice(self._violations(validator, number, row, rows), most)))
            yield row
        if number + 1 < self.least:
            raise self._refusal([self._about_all(f"has {number + 1} rows, and needs {self.least} at the least")])

    def _violations(
        self, validator: Draft202012Validator, number: int, row: Row, others: Iterator[Row]
    ) -> Iterator[Violation]:
        """Yield what is wrong with a row and those after it."""
        for place, each in enumerate(chain([row], others), number):
            below = f"/{self.property}/{place}"
            yield from (violation_of(error, below) for error in validator.iter_errors(each))

    def _about_all(self, message: str) -> Violation:
        return Violation(f"/{self.property}", message)

    def _refusal(self, violations: list[Violation]) -> InvalidDataError:
        return InvalidDataError(self.template, violations)


class _Keys:
    """What is known of keys, where a schema asks for nothing else of a row."""

    def __init__(self, schema: Mapping[str, Any], validator: Draft202012Validator) -> None:
        self._required = frozenset(schema.get("required", ()))
        self._least = schema.get("minProperties", 0)
        self._most = schema.get("maxProperties", float("inf"))
        self._of_names = schema.get("propertyNames", {})
        self._validator = validator.evolve(schema=self._of_names)
        self._known: set[str] = set()

    def fit(self, row: object) -> bool:
        """Tell whether a row fits for certain; the validator says so of others."""
        if not isinstance(row, dict) or not self._least <= len(row) <= self._most or not self._required <= row.keys():
            return False
        if row.keys() <= self._known:
            return True
        if len(self._known) > _MOST_KNOWN_KEYS:
            self._known.clear()
        if not all(self._is_fitting(name) for name in row):
            return False
        self._known |= row.keys()
        return True

    def _is_fitting(self, name: str) -> bool:
        if isinstance(self._of_names, dict) and self._of_names.keys() <= {"minLength", "maxLength"}:
            least, most = self._of_names.get("minLength", 0), self._of_names.get("maxLength", len(name))
            return bool(least <= len(name) <= most)
        fits: bool = self._validator.is_valid(name)
        return fits
