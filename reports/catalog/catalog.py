"""List templates, the folders below ``templates/`` that have a schema.json, and hold data to their schemas."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from dataclasses import replace
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from reports.catalog.json_places import read_json
from reports.catalog.json_schema import validator_of
from reports.catalog.patience import OutOfPatienceError, patient
from reports.catalog.row_schema import RowSchema
from reports.catalog.template_folder import LABELS, TemplateFolder, is_template, read_folder
from reports.catalog.violations import MAX_VIOLATIONS, violation_of
from reports.errors import InvalidDataError, UnknownTemplateError, Violation
from reports.findings import Finding
from reports.render_contract import EINVOICE, InputKind, Template

log = logging.getLogger(__name__)

SHARED = "_shared"
"""Name of the folder with what templates share."""


TOO_SLOW = (
    "the schema takes too long to be held against them; make its patterns simpler, give texts a maxLength, "
    "and use fewer alternatives"
)


class Catalog:
    """The templates of one folder. Each is read when it is first asked for, and one out of order harms no other.

    ``owner`` is the tenant whose own they are; empty for those of the product.
    """

    def __init__(self, folder: Path, *, owner: str = "") -> None:
        self._folder = folder
        self._owner = owner
        self._read: dict[str, TemplateFolder] = {}
        self._validators: dict[str, Draft202012Validator] = {}
        self._digests: dict[str, str] = {}

    @cached_property
    def _folders(self) -> Mapping[str, Path]:
        return {path.name: path for path in sorted(self._folder.glob("*")) if is_template(path)}

    def _folder_of(self, name: str) -> TemplateFolder:
        if name not in self._folders:
            raise UnknownTemplateError(name, self.names())
        if name not in self._read:
            read = self._read[name] = self._read_folder(name)
            for fault in read.faults:
                log.error("a template is out of order", extra={"template": name, "fault": str(fault)})
        return self._read[name]

    def _read_folder(self, name: str) -> TemplateFolder:
        read = read_folder(self._folders[name])
        return read if read.template is None else replace(read, template=replace(read.template, owner=self._owner))

    def knows(self, name: str) -> bool:
        """Tell whether there is a template of that name, in order or not."""
        return name in self._folders

    def shared_folders(self) -> list[Path]:
        """Return the folders that hold what templates share."""
        return [path.resolve() for path in sorted(self._folder.glob("_*")) if path.is_dir()]

    def names(self) -> list[str]:
        """Return the names of all templates that are in order, sorted."""
        return [template.name for template in self.all()]

    def all(self) -> list[Template]:
        """Return all templates that are in order, sorted by name."""
        folders = (self._folder_of(name) for name in self._folders)
        return [each.in_order() for each in folders if not each.faults]

    def get(self, name: str) -> Template:
        """Return a template.

        Raises UnknownTemplateError, which names those that are in order, or TemplateOutOfOrderError.
        """
        return self._folder_of(name).in_order()

    def sample(self, name: str) -> Any:
        """Return the data of a template's sample. Raises as get() does."""
        self.get(name)
        return self._folder_of(name).sample

    def labels(self, name: str) -> Mapping[str, Mapping[str, str]]:
        """Return the texts of a template by their languages; none for one without. Raises as get() does."""
        place = self.get(name).folder / LABELS
        if not place.is_file():
            return {}
        labels, _ = read_json(place)
        return labels if isinstance(labels, Mapping) else {}

    def faults(self) -> list[Finding]:
        """Return all that is wrong with templates, samples that do not fit among it."""
        return [fault for name in self._folders for fault in self._faults_of(name)]

    def _faults_of(self, name: str) -> Sequence[Finding]:
        # What is read for its faults is not logged: they are returned.
        folder = self._read.get(name) or self._read_folder(name)
        self._read[name] = folder
        if folder.template is None or folder.faults:
            return folder.faults
        try:
            self.validate(folder.template, folder.sample)
        except InvalidDataError as error:
            return [folder.fault_of_sample(violation) for violation in error.violations]
        return ()

    def validate(self, template: Template, data: Any, *, most: int = MAX_VIOLATIONS) -> None:
        """Hold data against a template's schema. Raises InvalidDataError with the first violations.

        Rows come last, and those that have the same keys cost next to nothing.
        """
        rows = data.get(template.property) if template.kind is InputKind.ROWS and isinstance(data, Mapping) else None
        if template.einvoices and isinstance(data, Mapping) and EINVOICE in data:
            # What it says is read where it is rendered.
            self._validate(template, f"{template.name} as an invoice", template.schema_of_einvoice(), data, most)
        elif isinstance(rows, list):
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
        self._validate(template, f"{template.name} around rows", template.schema_around_rows(), data, most)
        rows = self._folder_of(template.name).rows
        assert rows is not None
        return rows

    def _validate(self, template: Template, key: str, schema: Mapping[str, Any], data: Any, most: int) -> None:
        validator = self._validators.get(key)
        if validator is None:
            validator = self._validators[key] = validator_of(schema)
        try:
            with patient() if template.owner else nullcontext():
                violations = [violation_of(error) for error in islice(validator.iter_errors(data), most)]
        except OutOfPatienceError:
            violations = [Violation("", TOO_SLOW)]
        except RecursionError:
            # By a schema that refers to itself, as those of trees do. One that does so without end was refused.
            violations = [Violation("", "it is nested too deep")]
        if violations:
            raise InvalidDataError(template.name, violations)

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
