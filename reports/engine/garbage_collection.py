"""Keep Python's cyclic garbage collector out of the way of a render."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


def keep_out_of_collections() -> None:
    """Take all that is loaded now out of later collections; to be called once, when the process is set up."""
    gc.collect()
    gc.freeze()


def collect() -> None:
    """Free what a render has left behind."""
    gc.collect()


@contextmanager
def collector_paused(*, collects: bool = True) -> Iterator[None]:
    """Pause the collector, and collect once at the end, or leave that to the caller, who has an answer to send first.

    While a document grows the collector goes over all of it again and again, and finds nothing: a fifth of the time
    of a short table, most of it of a long one.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
        if collects:
            gc.collect()
