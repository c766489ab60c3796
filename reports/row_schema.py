"""Hold rows to a template's schema one by one, while they stream by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, Self

from jsonschema import Draft202012Validator

from reports.errors import InvalidDataError, Violation
from reports.violations import MAX_VIOLATIONS, violation_of

Row = dict[str, Any]

_ABOUT_THE_LIST = {"type", "items", "minItems", "maxItems"}
_ABOUT_KEYS = {"type", "required", "minProperties", "maxProperties", "propertyNames"}
_REMARKS = {"$schema", "$defs", "$comment", "title", "description", "default", "examples"}
# Rows of a table have the same keys. Should they not, what is known of them must not grow with their number.
_MOST_KNOWN_KEYS = 1000


@dataclass(frozen=True, slots=True)
class RowSchema:
    """Hold what a template asks of its rows: ``row`` is a schema by itself, ``property`` is where rows stand."""

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
        unknown = rows.keys() - _ABOUT_THE_LIST - _REMARKS
        if unknown:
            raise ValueError(
                f"{template}: rows are checked one by one, so {property_name} cannot have {sorted(unknown)}."
            )
        shared = {name: schema[name] for name in ("$schema", "$defs") if name in schema}
        return cls(
            template=template,
            property=property_name,
            row={**shared, **rows.get("items", {})},
            least=rows.get("minItems", 0),
            most=rows.get("maxItems"),
        )

    def checked(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Pass rows on.

        Raises InvalidDataError with the first 50 violations when there is one; rows before it have been passed on.
        """
        validator = Draft202012Validator(self.row, format_checker=Draft202012Validator.FORMAT_CHECKER)
        keys_decide = self.row.keys() <= _ABOUT_KEYS | _REMARKS
        valid_keys: set[tuple[str, ...]] = set()
        most = float("inf") if self.most is None else self.most
        number = -1
        for number, row in enumerate(rows):
            if number >= most:
                raise self._refusal([self._about_all(f"has more than {most:,} rows")])
            if keys_decide:
                keys = tuple(row)
                if keys in valid_keys:
                    yield row
                    continue
                if len(valid_keys) == _MOST_KNOWN_KEYS:
                    valid_keys.clear()
                valid_keys.add(keys)
            if not validator.is_valid(row):
                raise self._refusal(list(islice(self._violations(validator, number, row, rows), MAX_VIOLATIONS)))
            yield row
        if number + 1 < self.least:
            raise self._refusal([self._about_all(f"has {number + 1} rows, and needs {self.least} at the least")])

    def _violations(
        self, validator: Draft202012Validator, number: int, row: Row, others: Iterator[Row]
    ) -> Iterator[Violation]:
        """Yield what is wrong with a row and those after it."""
        while True:
            below = f"/{self.property}/{number}"
            yield from (violation_of(error, below) for error in validator.iter_errors(row))
            following = next(others, None)
            if following is None:
                return
            number, row = number + 1, following

    def _about_all(self, message: str) -> Violation:
        return Violation(f"/{self.property}", message)

    def _refusal(self, violations: list[Violation]) -> InvalidDataError:
        return InvalidDataError(self.template, violations)
