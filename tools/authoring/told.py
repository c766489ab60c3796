"""Turn what the engine says of a template into findings."""

from __future__ import annotations

import re
from pathlib import Path

from reports.errors import PressrunError, TemplateBrokenError
from reports.findings import Finding

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
