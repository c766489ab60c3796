"""The reasons for which a document is laid out as a whole instead of row by row."""

from __future__ import annotations

from reports.errors import InternalError


class UnsupportedTableError(Exception):
    """A document has to be laid out as a whole; the text says why, and holds none of the data."""


class FastPathError(InternalError):
    """A fault in the fast path itself; ``kind`` is the name of the exception that it ended with."""

    def __init__(self, kind: str) -> None:
        super().__init__("Pressrun's fast path for long tables failed")
        self.kind = kind
