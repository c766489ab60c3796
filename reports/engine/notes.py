"""Gather what there is to say of a report while it is made, from wherever that is found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_MOST = 20

_notes: ContextVar[list[Mapping[str, Any]] | None] = ContextVar("notes", default=None)


def note(code: str, message: str, **facts: Any) -> None:
    """Add a warning to the report that is being made, once; outside of a render, do nothing."""
    notes = _notes.get()
    said = {"code": code, "message": message, **facts}
    if notes is not None and said not in notes and len(notes) < _MOST:
        notes.append(said)


@contextmanager
def noted() -> Iterator[list[Mapping[str, Any]]]:
    """Gather what is noted in the block, in the order of the notes."""
    notes: list[Mapping[str, Any]] = []
    token = _notes.set(notes)
    try:
        yield notes
    finally:
        _notes.reset(token)
