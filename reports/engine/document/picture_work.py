"""Count the work of all pictures of a report together, for each alone may be within its limits, and their sum not."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from reports.errors import UnreadableFileError

MOST_PIXELS_IN_ALL = 400_000_000
"""Pixels that are decoded for one report; up to 20 s of work. What is slow to decode counts as more of them."""


@dataclass(slots=True)
class _Counted:
    pictures: set[bytes] = field(default_factory=set)
    pixels: int = 0
    made: set[bytes] = field(default_factory=set)


_counted: ContextVar[_Counted | None] = ContextVar("counted_pictures", default=None)


def count_picture(body: bytes, pixels: int) -> None:
    """Count a picture of the report that is being made, and the same one once; outside of a render, do nothing.

    Raises UnreadableFileError when all are too many.
    """
    counted = _counted.get()
    if counted is None:
        return
    # A logo is fetched anew for each part of a long table.
    picture = hashlib.sha256(body).digest()
    if picture not in counted.pictures:
        counted.pictures.add(picture)
        counted.pixels += pixels
    if counted.pixels > MOST_PIXELS_IN_ALL:
        raise UnreadableFileError(
            f"The pictures of the report have more than {MOST_PIXELS_IN_ALL // 1_000_000} megapixels in all. "
            "Use fewer pictures, or make them smaller."
        )


def note_as_made(body: bytes) -> None:
    """Note a picture that the engine has encoded for the report itself, from pixels, so that it needs no check."""
    counted = _counted.get()
    if counted is not None:
        counted.made.add(hashlib.sha256(body).digest())


def was_made(body: bytes) -> bool:
    """Tell whether the engine has encoded a picture for this very report."""
    counted = _counted.get()
    return counted is not None and bool(counted.made) and hashlib.sha256(body).digest() in counted.made


@contextmanager
def counting_pictures() -> Iterator[None]:
    """Count the pictures that are opened in the block, from nought."""
    token = _counted.set(_Counted())
    try:
        yield
    finally:
        _counted.reset(token)
