"""Name the small reports, and change their data from render to render, as no two letters of a real run are the same."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.bench.programs.engine import BENCH, TEMPLATES

FOLDERS = {"letter": BENCH / "letter", "invoice": TEMPLATES / "invoice"}
VARIANTS = 20
"""Different reports in turn; more than the compilations that Typst keeps."""


def data_of(document: str) -> list[dict[str, Any]]:
    """Return the data of each variant of a document."""
    sample = json.loads((FOLDERS[document] / "sample.json").read_text("utf-8"))
    return list(_variants(document, sample))


def folder_of(document: str) -> Path:
    """Return the folder of a document's template."""
    return FOLDERS[document]


def _variants(document: str, sample: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for number in range(VARIANTS):
        data = json.loads(json.dumps(sample))
        (data if document == "letter" else data["invoice"])["number"] = f"2026-{1000 + number}"
        for place, line in enumerate(data["lines"]):
            line["name"] = f"{line['name']} {number * 37 % 100:02d}"
            line["quantity"] = line["quantity"] + (number + place) % 7
        yield data
