"""Tell whether inputs have changed since they were last built."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path


def digest_of(parts: Iterable[str | bytes]) -> str:
    """Return a hash of a sequence of texts, 32 hexadecimal digits; where one ends and the next starts counts."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return digest.hexdigest()[:32]


def digest_of_files(files: Mapping[str, Path]) -> str:
    """Return a hash of the names and contents of files. Modes count only as far as a zip keeps them."""
    parts: list[str | bytes] = []
    for name in sorted(files):
        path = files[name]
        parts += [name, "x" if path.stat().st_mode & 0o100 else "-", path.read_bytes()]
    return digest_of(parts)
