"""Look at a report again and again, until it is over."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pressrun_client.errors import NotOverError
from pressrun_client.model import Report
from pressrun_client.transport import Waiting

# Small reports take a fraction of a second, large ones minutes.
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.2, 1.4, 2.0


def follow(
    look: Callable[[], Report | None], waiting: Waiting, *, timeout: float | None, name: str
) -> Iterator[Report]:
    """Yield a report as it is now, whenever it has changed, and last as it has ended. Raises NotOverError."""
    deadline = None if timeout is None else waiting.monotonic() + timeout
    seen: Mapping[str, Any] | None = None
    for pause in pauses():
        report = look()
        # Links are signed anew each time, and are no change.
        shown = None if report is None else {**report.document, "artifacts": None}
        if report is not None and shown != seen:
            seen = shown
            yield report
        if report is not None and report.is_over:
            return
        if deadline is not None and waiting.monotonic() + pause > deadline:
            raise NotOverError(f"{name} was not over within {timeout:g} s. It goes on; look again later.")
        waiting.sleep(pause)


def pauses() -> Iterator[float]:
    """Yield how long to wait between looks, in seconds: ever longer, and for ever."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(_LONGEST_PAUSE, pause * _GROWTH)
