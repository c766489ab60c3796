"""The site's diagrams are drawn by the release of Mermaid that is pinned, and by no other."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
from pathlib import Path

import pytest

from tools import mermaid
from tools.mermaid import MermaidError, program_in

PROGRAM = b"globalThis.mermaid = {}"


def package(folder: Path, name: str = "package/dist/mermaid.min.js") -> tuple[Path, str]:
    """Write a package, and return it with its integrity."""
    path = folder / "mermaid.tgz"
    with tarfile.open(path, "w:gz") as files:
        entry = tarfile.TarInfo(name)
        entry.size = len(PROGRAM)
        files.addfile(entry, io.BytesIO(PROGRAM))
    return path, f"sha512-{base64.b64encode(hashlib.sha512(path.read_bytes()).digest()).decode()}"


def test_the_program_of_the_pinned_package_is_taken(tmp_path: Path) -> None:
    path, integrity = package(tmp_path)

    assert program_in(path, integrity) == PROGRAM


def test_another_package_is_refused(tmp_path: Path) -> None:
    path, _ = package(tmp_path)

    with pytest.raises(MermaidError, match="not the release that is pinned"):
        program_in(path, mermaid.INTEGRITY)


def test_a_program_that_was_fetched_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, integrity = package(tmp_path)
    fetched: list[Path] = []
    monkeypatch.setattr(mermaid, "INTEGRITY", integrity)

    def packed(folder: Path) -> Path:
        fetched.append(folder)
        return path

    monkeypatch.setattr(mermaid, "_packed", packed)

    first, second = (mermaid.mermaid(tmp_path / "kept") for _ in range(2))

    assert first == second
    assert first.read_bytes() == PROGRAM
    assert len(fetched) == 1
