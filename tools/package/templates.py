"""Refuse templates that are out of order before they are packaged, each with file, line and reason."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from jinja2 import TemplateSyntaxError

from reports.catalog.catalog import Catalog
from reports.catalog.template_folder import MAIN, is_template
from reports.engine.templating.template_code import environment_of
from reports.findings import Finding
from tools.package.errors import PackageError


def check_templates(folder: Path) -> None:
    """Raise PackageError with all faults of the templates of a folder, if there are any."""
    faults = sorted([*Catalog(folder).faults(), *_faults_of_documents(folder)], key=str)
    if faults:
        lines = "\n".join(f"  {folder.name}/{fault}" for fault in faults)
        names = ", ".join(sorted({fault.file.partition("/")[0] for fault in faults}))
        raise PackageError(
            f"These templates are out of order: {names}. Nothing is packaged until they are mended.\n{lines}"
        )


def _faults_of_documents(folder: Path) -> Iterator[Finding]:
    """Yield faults of templates' documents that Jinja would find when a report is rendered."""
    for template in filter(is_template, folder.glob("*")):
        if not (template / MAIN).is_file():
            yield Finding(f"{template.name}/{MAIN}", None, "it is missing")
    for document in folder.glob("*/**/*.html.j2"):
        file = document.relative_to(folder).as_posix()
        if not document.is_file():
            yield Finding(file, None, "it is a folder, and has to be a file")
            continue
        content = document.read_bytes()
        try:
            environment_of(document.parent).compile(content.decode("utf-8"), document.name, str(document), raw=True)
        except TemplateSyntaxError as error:
            yield Finding(file, error.lineno, error.message or "it is no template of Jinja's")
        except UnicodeDecodeError as error:
            line = content.count(b"\n", 0, error.start) + 1
            yield Finding(file, line, f"it is not text in UTF-8: byte {error.start} cannot be read")
