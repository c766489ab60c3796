"""Open a file for reading, whether or not gzip has compressed it; what it unpacks to has an end."""

from __future__ import annotations

import gzip
import io
import zlib
from pathlib import Path
from typing import Any, BinaryIO, cast

from reports.errors import TooLargeError, UnreadableFileError

MOST_TIMES = 200
"""How many times its own size a compressed file may unpack to, besides a megabyte. Tables come to five to thirty."""

MOST_UNPACKED = 2 * 2**30
"""Bytes that a compressed file may unpack to, whatever its own size."""

_MAGIC = b"\x1f\x8b\x08"
_ALLOWANCE = 2**20


def is_compressed(path: Path) -> bool:
    """Tell whether a file is compressed by gzip."""
    with path.open("rb") as file:
        return file.read(len(_MAGIC)) == _MAGIC


def opened(path: Path) -> BinaryIO:
    """Open what a file holds. Reading raises UnreadableFileError or TooLargeError where a compressed one is broken."""
    if not is_compressed(path):
        return path.open("rb")
    most = min(_ALLOWANCE + MOST_TIMES * path.stat().st_size, MOST_UNPACKED)
    return cast(BinaryIO, io.BufferedReader(_Unpacked(path, most), 64 * 1024))


class _Unpacked(io.RawIOBase):
    """A compressed file, unpacked while it is read."""

    def __init__(self, path: Path, most: int) -> None:
        super().__init__()
        self._file = gzip.open(path, "rb")  # noqa: SIM115, closed with this
        self._most = most
        self._done = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer)
        part = self._part(len(view))
        self._done += len(part)
        if self._done > self._most:
            raise TooLargeError(
                f"The compressed file unpacks to more than {self._most // 2**20:,} MB. Upload it unpacked.",
                max_bytes=self._most,
            )
        view[: len(part)] = part
        return len(part)

    def _part(self, size: int) -> bytes:
        try:
            return self._file.read(size)
        except (OSError, EOFError, zlib.error):
            raise UnreadableFileError(
                "The file is compressed by gzip, but is broken or cut off. Compress it again, or upload it unpacked."
            ) from None

    def close(self) -> None:
        self._file.close()
        super().close()
