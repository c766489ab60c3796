"""Check a template of a tenant's own before it is rendered for the first time, in the process that renders."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from reports.engine.checks.fonts_check import FONTS, fault_of_font
from reports.engine.checks.reading import located_once, read_findings, style_findings
from reports.engine.weasy.svg_work import check_work, parse_svg
from reports.errors import PressrunError, TemplateRefusedError
from reports.findings import Finding, Severity

FINDING = "template_finding"
_MOST_TOLD = 30
_LONGEST = 300

_logger = logging.getLogger(__name__)


def check_own_template(folder: Path) -> Sequence[Mapping[str, Any]]:
    """Return what its author should know of a template, as warnings. Raises TemplateRefusedError for its errors."""
    found = located_once(list(_findings(folder)), folder.parent)
    errors = [each for each in found if each.severity is Severity.ERROR]
    if errors:
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        raise TemplateRefusedError(
            f"The template is refused. {errors[0]}{more}", findings=[_told(each) for each in found[:_MOST_TOLD]]
        )
    return [{"code": FINDING, **_told(each)} for each in found[:_MOST_TOLD]]


def _findings(folder: Path) -> Iterator[Finding]:
    name = folder.name
    try:
        yield from read_findings(folder.parent, name)
        yield from style_findings(folder.parent, name)
        for path in sorted(each for each in folder.rglob("*") if each.is_file()):
            if reason := _fault_of(path):
                yield Finding(f"{name}/{path.relative_to(folder).as_posix()}", None, reason)
    except MemoryError:
        raise
    except Exception as error:
        # Whatever a stranger wrote that breaks a reader of ours is a fault of the template.
        _logger.exception("a template cannot be checked")
        yield Finding(name, None, f"it cannot be read ({type(error).__name__})", cure="Make it simpler.")


def _fault_of(path: Path) -> str:
    if path.suffix.lower() in FONTS:
        return fault_of_font(path.read_bytes())
    if path.suffix.lower() == ".svg":
        body = path.read_bytes()
        try:
            check_work(parse_svg(body), len(body))
        except PressrunError as error:
            return error.message
    return ""


def _told(finding: Finding) -> dict[str, Any]:
    facts = {name: value for name, value in asdict(finding).items() if value not in (None, "") and name != "case"}
    facts["severity"] = str(finding.severity)
    return {name: value[:_LONGEST] if isinstance(value, str) else value for name, value in facts.items()}
