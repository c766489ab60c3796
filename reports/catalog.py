"""List, load and validate templates: the folders below ``templates/`` that have a schema.json."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, best_match

from reports.errors import InvalidDataError, UnknownTemplateError, Violation
from reports.model import InputKind, Template, TemplateLimits

MAX_VIOLATIONS = 50
_LONGEST_QUOTE = 60
_LONGEST_MESSAGE = 300


class Catalog:
    """Give access to the templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._validators: dict[str, Draft202012Validator] = {}

    @cached_property
    def _templates(self) -> Mapping[str, Template]:
        schemas = sorted(self._folder.glob("*/schema.json"))
        return {path.parent.name: _load(path) for path in schemas}

    def names(self) -> list[str]:
        """Return the names of all templates, sorted."""
        return list(self._templates)

    def all(self) -> list[Template]:
        """Return all templates, sorted by name."""
        return list(self._templates.values())

    def get(self, name: str) -> Template:
        """Return a template. Raises UnknownTemplateError, which names those that exist."""
        try:
            return self._templates[name]
        except KeyError:
            raise UnknownTemplateError(name, self.names()) from None

    def sample(self, name: str) -> Any:
        """Return the data of a template's sample. Raises UnknownTemplateError."""
        return json.loads((self.get(name).folder / "sample.json").read_text("utf-8"))

    def validate(self, template: Template, data: Any) -> None:
        """Hold data against a template's schema. Raises InvalidDataError with the first 50 violations."""
        validator = self._validators.get(template.name)
        if validator is None:
            validator = Draft202012Validator(template.schema, format_checker=Draft202012Validator.FORMAT_CHECKER)
            self._validators[template.name] = validator
        violations: list[Violation] = []
        for error in validator.iter_errors(data):
            violations.append(_violation(error))
            if len(violations) == MAX_VIOLATIONS:
                break
        if violations:
            raise InvalidDataError(template.name, violations)


def _load(path: Path) -> Template:
    schema = json.loads(path.read_text("utf-8"))
    ours = schema.get("x-pressrun", {})
    return Template(
        name=path.parent.name,
        title=schema["title"],
        description=schema["description"],
        folder=path.parent,
        schema=schema,
        kind=InputKind(ours.get("kind", InputKind.OBJECT)),
        property=ours.get("property"),
        limits=_limits(path, ours.get("limits", {})),
    )


def _limits(path: Path, given: Mapping[str, Any]) -> TemplateLimits:
    for name, value in given.items():
        if name not in ("seconds", "pages") or not isinstance(value, int) or isinstance(value, bool) or value < 1:
            raise ValueError(f"{path}: x-pressrun.limits may have 'seconds' and 'pages', whole numbers from 1 on.")
    return TemplateLimits(**given)


def _violation(error: ValidationError) -> Violation:
    # Of alternatives (anyOf) it says more which one was nearly met than that none was.
    error = best_match([error]) or error
    message = error.message
    quoted = repr(error.instance)
    # A message of jsonschema's starts with the whole value, which may be megabytes.
    if len(quoted) > _LONGEST_QUOTE:
        message = message.replace(quoted, "the value")
    return Violation(json_pointer(error.absolute_path), message[:_LONGEST_MESSAGE])


def json_pointer(path: Any) -> str:
    """Write a path of keys and indexes as a JSON pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)
