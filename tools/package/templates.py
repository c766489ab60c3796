"""Refuse templates that are out of order before they are packaged, each with file, line, reason and cure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError

from reports.catalog.template_folder import is_template
from reports.engine.checks.reading import read_findings
from reports.engine.templating.template_code import SHARED, environment_of
from reports.findings import Finding, Severity
from tools.package.errors import PackageError


def check_templates(folder: Path) -> None:
    """Raise PackageError with all faults of the templates of a folder, if there are any."""
    names = sorted(each.name for each in folder.glob("*") if is_template(each))
    found = [*(each for name in names for each in read_findings(folder, name)), *_faults_of_shared(folder)]
    faults = sorted((each for each in found if each.severity is Severity.ERROR), key=str)
    if faults:
        lines = "\n".join(f"  {folder.name}/{fault}" for fault in faults)
        bad = ", ".join(sorted({fault.file.partition("/")[0] for fault in faults}))
        raise PackageError(
            f"These templates are out of order: {bad}. Nothing is packaged until they are mended.\n{lines}"
        )


def _faults_of_shared(folder: Path) -> Iterator[Finding]:
    """Yield what Jinja cannot compile of what templates share."""
    for document in sorted((folder / SHARED).rglob("*.html.j2")):
        file = document.relative_to(folder).as_posix()
        try:
            text = document.read_text("utf-8")
            environment_of(document.parent).compile(text, document.name, str(document), raw=True)
        except TemplateSyntaxError as error:
            yield Finding(file, error.lineno, error.message or "it is no template of Jinja's")
        except (UnicodeDecodeError, OSError) as error:
            yield Finding(file, None, f"it cannot be read: {error}")
