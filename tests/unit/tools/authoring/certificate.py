"""Write the complete template of docs/templates.md into a folder, for tests that break it."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

from tests.unit.engine.rendering import TEMPLATES

FILES = ("schema.json", "sample.json", "labels.json", "template.html.j2", "style.css")
_BLOCK = re.compile(r"^ *```(?:json|jinja|css)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)


def certificate(folder: Path) -> Path:
    """Return the folder of the template that the documentation calls complete."""
    text = (TEMPLATES.parent / "docs" / "templates.md").read_text("utf-8").partition("## Add a template")[2]
    path = folder / "certificate"
    path.mkdir(parents=True)
    if not (folder / "_shared").exists():
        (folder / "_shared").symlink_to(TEMPLATES / "_shared")
    for name, block in zip(FILES, _BLOCK.findall(text), strict=False):
        (path / name).write_text(textwrap.dedent(block), "utf-8")
    return path
