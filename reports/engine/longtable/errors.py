"""Say why a table cannot take the fast path."""

from __future__ import annotations


class UnsupportedTableError(Exception):
    """Say that a document has to be laid out as a whole; the text says why, and holds none of the data."""
