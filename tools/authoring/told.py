"""Turn what the engine says of a template into findings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from reports.errors import PressrunError, TemplateBrokenError
from reports.findings import Finding, Severity
from reports.render_contract import RenderedReport

_PLACE = re.compile(r"(.+), line (\d+)")


def finding_of(error: PressrunError, templates: Path) -> Finding | None:
    """Return where a template fails, with the line; None for an error of another kind, or without a line."""
    if not isinstance(error, TemplateBrokenError):
        return None
    place = _PLACE.fullmatch(str(error.detail.get("place", "")))
    if place is None:
        return None
    column = error.detail.get("column")
    said = {name: str(error.detail.get(name, "")) for name in ("reason", "pointer", "cure")}
    finding = Finding(
        place[1],
        int(place[2]),
        said["reason"],
        column if isinstance(column, int) else None,
        path=said["pointer"],
        cure=said["cure"],
    )
    return finding.located(templates)


def findings_of_warnings(report: RenderedReport, main: str) -> Iterator[Finding]:
    """Yield what a report's warnings say of its template, and why a long table is not laid out row by row."""
    for warning in report.warnings:
        code, message = str(warning["code"]), str(warning["message"])
        if code == "layout" and ("Ignored `" in message or " at " in message):
            continue  # a style sheet's own check names its file
        place = _PLACE.fullmatch(str(warning.get("place", "")))
        file, line = (place[1], int(place[2])) if place else (main, None)
        severity = Severity.ERROR if code == "content_lost" else Severity.WARNING
        yield Finding(file, line, message.rstrip("."), severity=severity)
    reason = str(report.layout.get("reason", ""))
    if reason and not reason.startswith("no table "):
        yield Finding(
            main,
            None,
            f"long tables are laid out as a whole: {reason}",
            cure="That takes many times as long, and 20,000 rows are the most. docs/templates.md lists what is fast.",
            severity=Severity.WARNING,
        )
