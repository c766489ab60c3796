"""Look at reports again and again, until they are over."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping
from typing import Any, TypeVar

from pressrun_client.errors import NotOverError
from pressrun_client.model import Report
from pressrun_client.outcomes import Batch
from pressrun_client.timing import Deadline, Waiting

Name = TypeVar("Name", bound=Hashable)
Thing = TypeVar("Thing")

# Small reports take a fraction of a second, large ones minutes.
_FIRST_PAUSE, _GROWTH, _LONGEST_PAUSE = 0.2, 1.4, 2.0


def follow(
    what: Mapping[Name, Thing],
    look: Callable[[Thing | str], Report | None],
    waiting: Waiting,
    deadline: Deadline,
) -> Iterator[tuple[Name, Report]]:
    """Yield each report as it is now, again whenever it has changed, and last as it has ended.

    Raises NotOverError, which names those that were not over in time.
    """
    left: dict[Name, Thing | str] = dict(what)
    seen: dict[Name, Mapping[str, Any]] = {}
    for pause in pauses():
        for name, thing in list(left.items()):
            report = look(thing)
            if report is None:
                continue
            if report.is_over:
                del left[name]
            else:
                # From now on by its id: a list lags behind.
                left[name] = report.id
            # Links are signed anew each time, and are no change.
            shown = {**report.document, "artifacts": None, "thumbnail": None}
            if shown != seen.get(name):
                seen[name] = shown
                yield name, report
        if not left:
            return
        if not deadline.left:
            raise _late([str(name) for name in left], deadline)
        waiting.sleep(min(pause, deadline.left))


def follow_batch(look: Callable[[], Batch], waiting: Waiting, deadline: Deadline) -> Iterator[Batch]:
    """Yield the counts of a batch until all of its reports are over. Raises NotOverError."""
    for pause in pauses():
        batch = look()
        yield batch
        if batch.over == batch.total:
            return
        if not deadline.left:
            raise NotOverError(
                f"{batch.over:,} of {batch.total:,} reports were over within {deadline.seconds:g} s. The rest goes on."
            )
        waiting.sleep(min(pause, deadline.left))


def pauses() -> Iterator[float]:
    """Yield how long to wait between looks, in seconds: ever longer, and for ever."""
    pause = _FIRST_PAUSE
    while True:
        yield pause
        pause = min(_LONGEST_PAUSE, pause * _GROWTH)


def _late(names: list[str], deadline: Deadline) -> NotOverError:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    goes = "It goes" if len(names) == 1 else "They go"
    first = ", ".join(names[:3])
    return NotOverError(f"Not over within {deadline.seconds:g} s: {first}{more}. {goes} on; look again later.")
