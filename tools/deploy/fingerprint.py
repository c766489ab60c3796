"""Tell whether there is anything new to deploy."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path


def fingerprint(project: Path, artifacts: Path, options: Iterable[str]) -> str:
    """Hash all that decides what a deployment is: the packages, the declarations, the CLI and its options."""
    digest = hashlib.sha256()
    for option in options:
        digest.update(option.encode() + b"\0")
    for file in _inputs(project, artifacts):
        with file.open("rb") as content:
            digest.update(file.name.encode() + b"\0" + hashlib.file_digest(content, "sha256").digest())
    return digest.hexdigest()[:32]


def _inputs(project: Path, artifacts: Path) -> Iterator[Path]:
    yield from (artifacts / "light.zip", artifacts / "sign.zip", artifacts / "heavy.zip")
    yield from (project / "serverless.yml", project / "package-lock.json")
    for folder in ("resources", "tools/osls"):
        yield from sorted(path for path in (project / folder).rglob("*") if path.is_file())
