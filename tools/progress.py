"""Tell a person what a command waits for, when it takes longer than a moment.

``python -m tools.progress WHAT PROGRAM …`` does so for a program; it needs nothing that is not in the standard library.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

_AFTER_SECONDS = 1.0
_AGAIN_SECONDS = 15.0


@contextmanager
def progress(what: str | None) -> Iterator[None]:
    """Print what is being done after a second, unless it is None, for it has been said; then, each 15 s, how long."""
    done = threading.Event()
    thread = threading.Thread(target=_say_until, args=(done, what), daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _say_until(done: threading.Event, what: str | None) -> None:
    started = time.monotonic()
    if done.wait(_AFTER_SECONDS):
        return
    if what is not None:
        print(f"{what} …", file=sys.stderr, flush=True)
    while not done.wait(_AGAIN_SECONDS):
        print(f"  … for {time.monotonic() - started:.0f} s now", file=sys.stderr, flush=True)


def main(arguments: list[str]) -> int:
    """Run a program, and say what it does. Returns its exit status, or 130 when it is interrupted."""
    what, *command = arguments
    try:
        with progress(what):
            return subprocess.run(command, check=False).returncode
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
