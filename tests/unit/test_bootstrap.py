from __future__ import annotations

import re
import tomllib
from pathlib import Path

from reports import bootstrap

ROOT = Path(__file__).resolve().parents[2]


def test_the_engines_versions_are_those_of_the_project_and_of_its_lock() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    pinned = re.search(r"^weasyprint==(\S+)", (ROOT / "requirements/heavy.txt").read_text("utf-8"), re.MULTILINE)
    assert pinned

    assert bootstrap.engine_versions() == {"pressrun": project["version"], "weasyprint": pinned[1]}
