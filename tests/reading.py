"""Read files in tests, from bytes."""

from __future__ import annotations

import io
import zipfile
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile

from reports.datasets import Dataset, read_file
from reports.render_contract import InputKind


def read(name: str, body: bytes) -> Dataset:
    """Read a file of that name and content; its rows, too, into a list."""
    with NamedTemporaryFile() as file:
        file.write(body)
        file.flush()
        dataset = read_file(name, Path(file.name))
        return replace(dataset, value=list(dataset.value)) if dataset.kind is InputKind.ROWS else dataset


def zipped(parts: dict[str, bytes]) -> bytes:
    """Write a zip file of parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return file.getvalue()
