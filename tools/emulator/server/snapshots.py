"""Keep snapshots of a state on disk so that a half-written one is never taken for a whole one."""

from __future__ import annotations

import hashlib
import json
import logging
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

log = logging.getLogger("snapshots")

_FORMAT = 1
_SUFFIX = ".snapshot"
_PARTIAL = ".partial"
# The newest, and the one before it, should the disk have damaged the newest.
_KEPT = 2


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A state as it was at one moment; ``taken_at`` is in seconds since 1970."""

    taken_at: float
    body: bytes


class Snapshots:
    """The snapshots in a folder, each with a number and a checksum."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def save(self, snapshot: Snapshot) -> Path:
        """Write a snapshot. When this returns it outlives a power cut; until then the one before it counts."""
        self._folder.mkdir(parents=True, exist_ok=True)
        numbers = sorted(self._numbers())
        path = self._path((numbers or [0])[-1] + 1)
        partial = path.with_suffix(_PARTIAL)
        with partial.open("wb") as file:
            file.write(_packed(snapshot))
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(self._folder)
        for old in numbers[: 1 - _KEPT]:
            self._path(old).unlink(missing_ok=True)
        for left_over in self._folder.glob(f"*{_PARTIAL}"):
            left_over.unlink(missing_ok=True)
        return path

    def newest(self) -> Snapshot | None:
        """Return the newest snapshot that is whole, or None when there is none."""
        for number in sorted(self._numbers(), reverse=True):
            path = self._path(number)
            try:
                return _unpacked(path.read_bytes())
            except (OSError, ValueError) as error:
                log.warning("The snapshot %s is damaged (%s). The one before it is tried.", path, error)
        return None

    def _numbers(self) -> Iterator[int]:
        for path in self._folder.glob(f"*{_SUFFIX}"):
            with suppress(ValueError):
                yield int(path.stem)

    def _path(self, number: int) -> Path:
        return self._folder / f"{number:010}{_SUFFIX}"


def _packed(snapshot: Snapshot) -> bytes:
    """Return the content of a file: the checksum of all that follows, a line of facts, and the body."""
    facts = json.dumps({"format": _FORMAT, "taken_at": snapshot.taken_at, "bytes": len(snapshot.body)}).encode()
    rest = facts + b"\n" + snapshot.body
    return hashlib.sha256(rest).hexdigest().encode() + b"\n" + rest


def _unpacked(content: bytes) -> Snapshot:
    """Return the snapshot that is in a file. Raises ValueError when it is not whole."""
    checksum, _, rest = content.partition(b"\n")
    if checksum != hashlib.sha256(rest).hexdigest().encode():
        raise ValueError(f"its {len(content):,} bytes are not those that were written")
    line, _, body = rest.partition(b"\n")
    facts = json.loads(line)
    if facts["format"] != _FORMAT:
        raise ValueError(f"its format is {facts['format']}, not {_FORMAT}")
    return Snapshot(float(facts["taken_at"]), body)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
