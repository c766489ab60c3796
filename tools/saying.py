"""Tell a person what a command waits for, when it takes longer than a moment."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_AFTER_SECONDS = 1.0
_AGAIN_SECONDS = 15.0


@contextmanager
def saying(what: str) -> Iterator[None]:
    """Print what is being done once it takes longer than a second, and every 15 s that it still is."""
    done = threading.Event()
    thread = threading.Thread(target=_say_until, args=(done, what), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _say_until(done: threading.Event, what: str) -> None:
    started = time.monotonic()
    if done.wait(_AFTER_SECONDS):
        return
    print(f"{what} …", file=sys.stderr, flush=True)
    while not done.wait(_AGAIN_SECONDS):
        print(f"  … for {time.monotonic() - started:.0f} s now", file=sys.stderr, flush=True)
