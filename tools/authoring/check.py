"""Check a template: first what can be read without a render, then what its schema allows, rendered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.catalog.catalog import Catalog
from reports.catalog.json_places import line_of
from reports.catalog.template_folder import LABELS, MAIN, SAMPLE
from reports.engine.checks.reading import json_of, located_once, read_findings, style_findings, text_of
from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.authored_places import html_with_places, place_of
from reports.engine.templating.template_code import load_template_code
from reports.engine.weasy.conservation import pages_kept
from reports.errors import InvalidDataError, PressrunError, ResourceBlockedError
from reports.findings import Finding, Severity
from reports.render_contract import RenderContext, RenderedReport, RenderRequest, Template
from tools.authoring.boxes_check import findings_of_boxes
from tools.authoring.cases import Case, cases_of, with_many_rows
from tools.authoring.html_check import findings_of_html, styles_of
from tools.authoring.told import finding_of, findings_of_warnings

NOON = datetime(2026, 1, 31, 12, tzinfo=UTC)


class Checker:
    """A warm engine that renders templates of a folder over and over."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._renderer = WeasyPrintRenderer(quotes_data=True, workers=1)

    def check(self, name: str, told: Callable[[str], object] = lambda _: None) -> list[Finding]:
        """Return all that is wrong with a template; ``told`` hears what is rendered."""
        found = [*read_findings(self.folder, name), *style_findings(self.folder, name)]
        catalog = Catalog(self.folder)
        try:
            template = catalog.get(name)
        except PressrunError:
            return found  # all of it is in there
        labels = json_of(template.folder / LABELS)
        cases = list(cases_of(catalog, template, labels))
        if "{% rows" in text_of(template.folder / MAIN) and (many := with_many_rows(catalog, template)) is not None:
            cases.append(many)
        for case in cases:
            told(case.name)
            found += self.rendered(template, case)[1]
        return located_once(found, self.folder)

    def _of_styles_within(self, html: str, folder: Path) -> Iterator[Finding]:
        """Look at style in a document: all in the line of its start tag, as values may have made other lines."""
        from reports.engine.checks.css_check import findings_of_css

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
                found += _of_data(error, template, case)
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


def _of_data(error: InvalidDataError, template: Template, case: Case) -> Iterator[Finding]:
    """Yield where the sample cannot be used; of other data, which a program makes, a note says so."""
    if case.name != "sample":
        yield Finding(f"{template.name}/{MAIN}", None, error.message, severity=Severity.NOTE)
        return
    file = template.folder / SAMPLE
    for each in error.violations:
        line = line_of(text_of(file), each.pointer)
        yield Finding(f"{template.name}/{SAMPLE}", line, each.message, path=each.pointer)


def _own_fonts(folder: Path) -> frozenset[str]:
    from reports.engine.checks.css_check import own_families

    return frozenset(name for each in folder.rglob("*.css") for name in own_families(text_of(each)))
