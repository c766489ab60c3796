"""Read a template from its folder, or say what is wrong with it: in which file, on which line, and why."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.catalog.json_places import JSONFileError, line_of, read_json
from reports.catalog.row_schema import RowSchema
from reports.catalog.schema_faults import faults_of_schema
from reports.errors import TemplateOutOfOrderError, Violation
from reports.findings import Finding
from reports.render_contract import InputKind, Template, TemplateLimits

SCHEMA, SAMPLE, LABELS, MAIN = "schema.json", "sample.json", "labels.json", "template.html.j2"

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_LIMITS = ("seconds", "pages")
_OURS = ("kind", "property", "limits", "understand", "einvoice")


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """What a template's folder says, and what is wrong with it; ``template`` is None when its schema is no use."""

    name: str
    template: Template | None
    sample: Any
    sample_text: str
    rows: RowSchema | None
    faults: tuple[Finding, ...]

    def in_order(self) -> Template:
        """Return the template. Raises TemplateOutOfOrderError with the first fault."""
        if self.template is None or self.faults:
            raise TemplateOutOfOrderError(self.name, self.faults[0].place, self.faults[0].message)
        return self.template

    def fault_of_sample(self, violation: Violation) -> Finding:
        """Return where the sample does not fit."""
        where = violation.pointer or "the sample"
        line = line_of(self.sample_text, violation.pointer)
        return Finding(f"{self.name}/{SAMPLE}", line, f"{where}: {violation.message}")


def is_template(folder: Path) -> bool:
    """Tell whether a folder is, or means to be, a template: others hold what templates share, or nothing."""
    if folder.name.startswith(("_", ".")) or not folder.is_dir():
        return False
    return any(os.path.lexists(folder / name) for name in (SCHEMA, MAIN))


def read_folder(folder: Path) -> TemplateFolder:
    """Read a template's folder, whatever is in it."""
    faults: list[Finding] = []
    if not _NAME.fullmatch(folder.name):
        faults.append(Finding(folder.name, None, "a template's name is up to 64 letters, digits, '.', '-' and '_'"))
    schema, text = _object(folder / SCHEMA, faults)
    template, rows = None, None
    if schema is not None:
        found = _faults_of(schema)
        faults += [_fault(folder / SCHEMA, text, each) for each in found]
        if not found:
            template = _template(folder, schema)
            rows, more = _rows_of(template)
            faults += [_fault(folder / SCHEMA, text, each) for each in more]
    sample, sample_text = _object(folder / SAMPLE, faults)
    if os.path.lexists(folder / LABELS):
        labels, text = _object(folder / LABELS, faults)
        faults += [_fault(folder / LABELS, text, each) for each in _faults_of_labels(labels or {})]
    return TemplateFolder(folder.name, template, sample, sample_text, rows, tuple(faults))


def _object(path: Path, faults: list[Finding]) -> tuple[Mapping[str, Any] | None, str]:
    file = f"{path.parent.name}/{path.name}"
    try:
        value, text = read_json(path)
    except JSONFileError as error:
        faults.append(Finding(file, error.line, error.reason))
        return None, ""
    if not isinstance(value, dict):
        faults.append(Finding(file, 1, "it is no JSON object"))
        return None, text
    return value, text


def _fault(path: Path, text: str, violation: Violation) -> Finding:
    reason = f"{violation.pointer}: {violation.message}" if violation.pointer else violation.message
    return Finding(f"{path.parent.name}/{path.name}", line_of(text, violation.pointer), reason)


def _faults_of(schema: Mapping[str, Any]) -> list[Violation]:
    """Find what is wrong with a schema as one of a template."""
    faults = [
        Violation("" if name not in schema else f"/{name}", f"it needs a {name}: a text that callers see")
        for name in ("title", "description")
        if not isinstance(schema.get(name), str) or not schema[name].strip()
    ]
    if not isinstance(schema.get("properties", {}), dict):
        faults.append(Violation("/properties", "it has to be an object"))
    return [*faults, *_faults_of_ours(schema), *faults_of_schema(schema)]


def _faults_of_ours(schema: Mapping[str, Any]) -> list[Violation]:
    at = "/x-pressrun"
    ours = schema.get("x-pressrun", {})
    if not isinstance(ours, dict):
        return [Violation(at, "it has to be an object")]
    faults = [Violation(f"{at}/{name}", f"there is no such thing; it may have {_listed(_OURS)}")
              for name in ours if name not in _OURS]  # fmt: skip
    kinds = [str(kind) for kind in InputKind]
    kind = ours.get("kind", InputKind.OBJECT)
    if kind not in kinds:
        faults.append(Violation(f"{at}/kind", f"{kind!r} is no kind; choose one of {_listed(kinds)}"))
    name = ours.get("property")
    if name is not None and not isinstance(name, str):
        faults.append(Violation(f"{at}/property", "it has to be the name of a property"))
    elif name is None and kind in (InputKind.ROWS, InputKind.IMAGE):
        faults.append(
            Violation(at, f"the kind {kind!r} needs 'property': the name of the property that takes the upload")
        )
    faults += [
        Violation(f"{at}/{name}", "it has to be true or false")
        for name in ("understand", "einvoice")
        if not isinstance(ours.get(name, False), bool)
    ]
    limits = ours.get("limits", {})
    if not isinstance(limits, dict) or not all(_is_limit(*each) for each in limits.items()):
        faults.append(
            Violation(f"{at}/limits", f"x-pressrun.limits may have {_listed(_LIMITS)}, whole numbers from 1 on")
        )
    return faults


def _is_limit(name: str, value: object) -> bool:
    return name in _LIMITS and isinstance(value, int) and not isinstance(value, bool) and value >= 1


def _template(folder: Path, schema: Mapping[str, Any]) -> Template:
    ours = schema.get("x-pressrun", {})
    return Template(
        name=folder.name,
        title=schema["title"],
        description=schema["description"],
        folder=folder,
        schema=schema,
        kind=InputKind(ours.get("kind", InputKind.OBJECT)),
        property=ours.get("property"),
        limits=TemplateLimits(**ours.get("limits", {})),
        understands=ours.get("understand", False),
        einvoices=ours.get("einvoice", False),
    )


def _rows_of(template: Template) -> tuple[RowSchema | None, list[Violation]]:
    """Return what a template asks of its rows, which has to stand on its own: rows are checked one by one."""
    if template.kind is not InputKind.ROWS or template.property is None:
        return None, []
    at = f"/properties/{template.property.replace('~', '~0').replace('/', '~1')}"
    try:
        rows = RowSchema.of(template.name, template.schema, template.property)
    except ValueError as error:
        return None, [Violation(at, str(error))]
    # References within the rows, and from around them, where the rows are not.
    apart = [rows.row, template.schema_around_rows()]
    faults = [
        Violation(at, f"rows are checked one by one: {each.message}") for s in apart for each in faults_of_schema(s)
    ]
    return rows, faults


def _faults_of_labels(labels: Mapping[str, Any]) -> list[Violation]:
    faults: list[Violation] = []
    for language, texts in labels.items():
        if not isinstance(texts, dict):
            faults.append(Violation(f"/{language}", "a language has an object with its texts"))
        else:
            wrong = [name for name, text in texts.items() if not isinstance(text, str)]
            faults += [Violation(f"/{language}/{name}", "a label has to be a text") for name in wrong]
    return faults


def _listed(names: Any) -> str:
    return ", ".join(repr(str(name)) for name in names)
