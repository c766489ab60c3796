"""List, load and validate templates: the folders below ``templates/`` that have a schema.json."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from reports.errors import InvalidDataError, UnknownTemplateError
from reports.json_schema import validator_of
from reports.render_model import InputKind, Template, TemplateLimits
from reports.row_schema import RowSchema
from reports.violations import MAX_VIOLATIONS, violation_of

SHARED = "_shared"
"""Name of the folder with what templates share."""


class Catalog:
    """Give access to the templates of one folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._validators: dict[str, Draft202012Validator] = {}
        self._digests: dict[str, str] = {}

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

    def validate(self, template: Template, data: Any, *, most: int = MAX_VIOLATIONS) -> None:
        """Hold data against a template's schema. Raises InvalidDataError with the first violations.

        Rows come last, and those that have the same keys cost next to nothing.
        """
        rows = data.get(template.property) if template.kind is InputKind.ROWS and isinstance(data, Mapping) else None
        if isinstance(rows, list):
            schema = self.validate_around_rows(template, data, most=most)
            for _ in schema.checked(iter(rows), most=most):
                pass
        else:
            self._validate(template, template.name, template.schema, data, most)

    def validate_around_rows(
        self, template: Template, data: Mapping[str, Any], *, most: int = MAX_VIOLATIONS
    ) -> RowSchema:
        """Hold all but the rows against a template's schema, and return what to hold each row against.

        Raises InvalidDataError.
        """
        assert template.property is not None
        schema = {**template.schema}
        schema["properties"] = {**schema.get("properties", {}), template.property: {}}
        self._validate(template, f"{template.name} around rows", schema, data, most)
        return self._row_schemas[template.name]

    def _validate(self, template: Template, key: str, schema: Mapping[str, Any], data: Any, most: int) -> None:
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = validator_of(schema)
        violations = [violation_of(error) for error in islice(validator.iter_errors(data), most)]
        if violations:
            raise InvalidDataError(template.name, violations)

    @cached_property
    def _row_schemas(self) -> Mapping[str, RowSchema]:
        return {
            template.name: RowSchema.of(template.name, template.schema, template.property)
            for template in self.all()
            if template.kind is InputKind.ROWS and template.property is not None
        }

    def sha256(self, template: Template) -> str:
        """Return the digest of all that a template is made of: its folder's files, and those that templates share."""
        if template.name not in self._digests:
            self._digests[template.name] = _digest_of(template.folder, template.folder.parent / SHARED)
        return self._digests[template.name]


def _digest_of(*folders: Path) -> str:
    """Digest the names and contents of files, in the order of their paths; what Python has compiled is no source."""
    digest = hashlib.sha256()
    for folder in folders:
        files = (path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
        for path in sorted(files):
            content = path.read_bytes()
            digest.update(f"{path.relative_to(folder.parent).as_posix()}\0{len(content)}\0".encode())
            digest.update(content)
    return digest.hexdigest()


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
