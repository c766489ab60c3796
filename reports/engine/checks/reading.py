"""Find what is wrong with a template as it is read, before anything is rendered."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from reports.catalog.catalog import Catalog
from reports.catalog.template_folder import LABELS, MAIN, SCHEMA
from reports.engine.checks.files_check import findings_of_addresses
from reports.engine.checks.jinja_check import findings_of_document
from reports.engine.checks.labels_check import Labels, findings_of_labels
from reports.engine.checks.schema_check import findings_of_schema
from reports.engine.checks.schema_types import Shape
from reports.engine.templating.causes import cause_of
from reports.engine.templating.template_code import environment_of
from reports.findings import Finding, Severity


def read_findings(folder: Path, name: str) -> list[Finding]:
    """Return what is wrong with a template as it is read. No engine is needed."""
    catalog = Catalog(folder)
    faults = [fault for fault in catalog.faults() if fault.file.partition("/")[0] == name]
    path = folder / name
    wrong = {fault.file.partition("/")[2] for fault in faults}
    schema, labels = ({} if file in wrong else json_of(path / file) for file in (SCHEMA, LABELS))
    known = None if LABELS in wrong else labels
    found = [*faults, *_document_findings(path, schema, known)]
    if schema:
        found += findings_of_schema(f"{name}/{SCHEMA}", schema, (path / SCHEMA).read_text("utf-8-sig"))
    if labels:
        found += findings_of_labels(f"{name}/{LABELS}", labels, (path / LABELS).read_text("utf-8-sig"))
    for each in sorted(path.rglob("*.css")):
        found += findings_of_addresses(f"{name}/{each.relative_to(path).as_posix()}", text_of(each), each)
    if not (path / "style.css").is_file() and not any(fault.file == name for fault in faults):
        cure = 'Add one; it may be empty, or begin with `@import "../_shared/base.css";`.'
        found.append(Finding(f"{name}/style.css", None, "it is missing", cure=cure))
    return located_once(found, folder)


def _document_findings(path: Path, schema: Mapping[str, Any], labels: Labels | None) -> Iterator[Finding]:
    if not (path / MAIN).is_file():
        yield Finding(f"{path.name}/{MAIN}", None, "it is missing", cure="It is the document; add it.")
    prepares = (path / "view.py").is_file()
    data = None if prepares or not schema else Shape.of(schema, schema)
    for each in sorted(path.rglob("*.html.j2")):
        file = f"{path.name}/{each.relative_to(path).as_posix()}"
        if not each.is_file():
            yield Finding(file, None, "it is a folder, and has to be a file")
            continue
        try:
            environment_of(each.parent).compile(each.read_text("utf-8"), each.name, str(each), raw=True)
        except TemplateError as error:
            yield cause_of(error, path, MAIN, schema, quotes_data=True)
            continue
        except UnicodeDecodeError as error:
            line = each.read_bytes().count(b"\n", 0, error.start) + 1
            yield Finding(file, line, f"it is not text in UTF-8: byte {error.start} cannot be read")
            continue
        yield from findings_of_document(file, each, data, labels, is_main=each.name == MAIN)
        yield from findings_of_addresses(file, text_of(each), each)


def style_findings(folder: Path, name: str) -> list[Finding]:
    """Return what WeasyPrint passes over in a template's style sheets. The engine has to be loaded."""
    from reports.engine.checks.css_check import findings_of_css  # only now are its libraries loaded

    path = folder / name
    sheets = [each for each in sorted(path.rglob("*.css")) if each.is_file()]
    return [
        finding
        for each in sheets
        for finding in findings_of_css(f"{name}/{each.relative_to(path).as_posix()}", text_of(each), each.parent)
    ]


def located_once(findings: list[Finding], folder: Path) -> list[Finding]:
    """Return each finding once, with its line, errors first."""
    order = list(Severity)
    first: dict[tuple[str, str], Finding] = {}
    for each in findings:
        located = each.located(folder)
        if (kept := first.get((each.place, each.message))) is None or (not kept.path and each.path):
            first[each.place, each.message] = located
    # What is known without a render is said by the render, too, in other words.
    lines = {(each.file, each.line, each.column) for each in first.values() if not each.case and each.line}
    kept_findings = [
        each for each in first.values() if not each.case or (each.file, each.line, each.column) not in lines
    ]
    return sorted(kept_findings, key=lambda each: (order.index(each.severity), each.file, each.line or 0))


def json_of(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def text_of(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
