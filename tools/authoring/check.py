"""Check a template: first what can be read without a render, then what its schema allows, rendered."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from jinja2 import TemplateError

from reports.catalog.catalog import Catalog
from reports.catalog.template_folder import LABELS, MAIN, SCHEMA
from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.authored_places import html_with_places, place_of
from reports.engine.templating.causes import cause_of
from reports.engine.templating.template_code import environment_of, load_template_code
from reports.engine.weasy.conservation import pages_kept
from reports.errors import InvalidDataError, PressrunError, ResourceBlockedError
from reports.findings import Finding, Severity
from reports.render_contract import RenderContext, RenderedReport, RenderRequest, Template
from tools.authoring.boxes_check import findings_of_boxes
from tools.authoring.cases import Case, cases_of, with_many_rows
from tools.authoring.files_check import findings_of_addresses
from tools.authoring.html_check import findings_of_html, styles_of
from tools.authoring.jinja_check import findings_of_document
from tools.authoring.labels_check import Labels, findings_of_labels
from tools.authoring.schema_check import findings_of_schema
from tools.authoring.schema_types import Shape
from tools.authoring.told import finding_of, findings_of_warnings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


def read_findings(folder: Path, name: str) -> list[Finding]:
    """Return what is wrong with a template as it is read. No engine is needed."""
    catalog = Catalog(folder)
    faults = [fault for fault in catalog.faults() if fault.file.partition("/")[0] == name]
    path = folder / name
    wrong = {fault.file.partition("/")[2] for fault in faults}
    schema, labels = ({} if file in wrong else _json(path / file) for file in (SCHEMA, LABELS))
    known = None if LABELS in wrong else labels
    found = [*faults, *_document_findings(path, schema, known)]
    if schema:
        found += findings_of_schema(f"{name}/{SCHEMA}", schema, (path / SCHEMA).read_text("utf-8-sig"))
    if labels:
        found += findings_of_labels(f"{name}/{LABELS}", labels, (path / LABELS).read_text("utf-8-sig"))
    for each in sorted(path.rglob("*.css")):
        found += findings_of_addresses(f"{name}/{each.relative_to(path).as_posix()}", _text(each), each)
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
        yield from findings_of_addresses(file, _text(each), each)


class Checker:
    """A warm engine that renders templates of a folder over and over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._renderer = WeasyPrintRenderer(quotes_data=True, workers=1)

    def check(self, name: str, told: Callable[[str], object] = lambda _: None) -> list[Finding]:
        """Return all that is wrong with a template; ``told`` hears what is rendered."""
        found = [*read_findings(self.folder, name), *self.style_findings(name)]
        catalog = Catalog(self.folder)
        try:
            template = catalog.get(name)
        except PressrunError:
            return found  # all of it is in there
        labels = _json(template.folder / LABELS)
        cases = list(cases_of(catalog, template, labels))
        if "{% rows" in _text(template.folder / MAIN) and (many := with_many_rows(catalog, template)) is not None:
            cases.append(many)
        for case in cases:
            told(case.name)
            found += self.rendered(template, case)[1]
        return located_once(found, self.folder)

    def style_findings(self, name: str) -> list[Finding]:
        """Return what WeasyPrint passes over in a template's style sheets."""
        from tools.authoring.css_check import findings_of_css  # only now are its libraries loaded

        path = self.folder / name
        sheets = [each for each in sorted(path.rglob("*.css")) if each.is_file()]
        return [
            finding
            for each in sheets
            for finding in findings_of_css(f"{name}/{each.relative_to(path).as_posix()}", _text(each), each.parent)
        ]

    def _of_styles_within(self, html: str, folder: Path) -> Iterator[Finding]:
        """Look at style in a document: all in the line of its start tag, as values may have made other lines."""
        from tools.authoring.css_check import findings_of_css

        known = _own_fonts(folder)
        for text, file, line in styles_of(html):
            for each in findings_of_css(file, text, folder, known):
                yield replace(each, line=line, column=None, source="")

    def forget(self, folder: Path, *, style: bool = True) -> None:
        """Read a template anew when it is next rendered."""
        self._renderer.forget(folder, style=style)

    def rendered(
        self,
        template: Template,
        case: Case,
        pdf: Callable[[bytes], object] = lambda _: None,
        *,
        is_fresh: bool = True,
        looks: bool = True,
    ) -> tuple[RenderedReport | None, list[Finding]]:
        """Render a case, and return the report if there is one, and what is wrong with it.

        ``is_fresh`` reads the template anew; ``looks`` looks at the boxes on its pages, too.
        """
        if is_fresh:
            self.forget(template.folder)
        context = RenderContext("check", NOON, case.locale)
        main = f"{template.name}/{MAIN}"
        found: list[Finding] = []
        report: RenderedReport | None = None
        with pages_kept() as pages:
            try:
                report = self._renderer.render(RenderRequest(template, case.data, context), output=pdf)
                found += findings_of_warnings(report, main)
            except ResourceBlockedError as error:
                found.append(Finding(main, None, error.message))
            except InvalidDataError as error:
                severity = Severity.ERROR if case.name == "sample" else Severity.NOTE
                found.append(Finding(main, None, error.message, severity=severity))
            except PressrunError as error:
                found.append(finding_of(error, self.folder) or Finding(main, None, error.message))
        if looks:
            found += self._looked_at(template, case, context, pages if report is not None else [])
        return report, [replace(each, case=case.name) for each in found]

    def _looked_at(self, template: Template, case: Case, context: RenderContext, pages: list[Any]) -> Iterator[Finding]:
        from weasyprint import HTML

        try:
            code = load_template_code(template.folder.resolve())
            html = html_with_places(code, code.view(case.data, context), context)
        except Exception:  # noqa: BLE001, the render has told it already, whatever it was
            return
        yield from findings_of_html(html)
        yield from self._of_styles_within(html, template.folder)
        tree: list[Any] = []

        def place(element: Any) -> tuple[str, int] | None:
            if not tree:
                tree.extend(HTML(string=html).etree_element.iter())
            written = place_of(element, iter(tree))
            file, _, line = (written or "").partition(", line ")
            return (file, int(line)) if line else None

        yield from findings_of_boxes(pages, place, f"{template.name}/{MAIN}")


def _own_fonts(folder: Path) -> frozenset[str]:
    from tools.authoring.css_check import own_families

    return frozenset(name for each in folder.rglob("*.css") for name in own_families(_text(each)))


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


def _json(path: Path) -> dict[str, Any]:
    try:
        value = json.loads(path.read_text("utf-8-sig"))
    except (OSError, ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _text(path: Path) -> str:
    try:
        return path.read_text("utf-8", errors="replace")
    except OSError:
        return ""
