"""Watch how much processor time a rendering process and its forks take, from outside, where they cannot lie."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from reports.clock import Deadline

_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Fields of /proc/<pid>/stat behind the name, which may hold spaces: state, parent, group …; from the 12th on, ticks of
# its own in programs and in the kernel, and both of its children that have ended.
_GROUP, _TICKS = 2, slice(11, 15)
_SHORTEST_PAUSE = 0.25


class SpentBudgetError(Exception):
    """The end of a budget; the render that it was for has to be ended."""


class CpuBudget:
    """A number of seconds of processor time that a group of processes may take from now on."""

    def __init__(self, group: int, seconds: float) -> None:
        self._group = group
        self._at_first = cpu_seconds(group)
        self._most = self._at_first + seconds
        self._cores = len(os.sched_getaffinity(0))
        self._look_again_at(seconds)

    def check(self) -> Deadline:
        """Return when to check again. Raises SpentBudgetError."""
        if self._next.is_over:
            left = self._most - cpu_seconds(self._group)
            if left <= 0:
                raise SpentBudgetError
            self._look_again_at(left)
        return self._next

    def spent(self) -> float:
        """Return the seconds that have been taken so far."""
        return cpu_seconds(self._group) - self._at_first

    def _look_again_at(self, left: float) -> None:
        # All cores together cannot spend it sooner.
        self._next = Deadline.after(max(left / self._cores, _SHORTEST_PAUSE))


def cpu_seconds(group: int) -> float:
    """Return the processor time that the processes of a group have taken, with those of them that have ended."""
    return sum(_ticks_of(group)) / _TICKS_PER_SECOND


def _ticks_of(group: int) -> Iterator[int]:
    for place in Path("/proc").iterdir():
        if place.name.isdecimal():
            # A process may end at any time.
            with suppress(OSError):
                fields = (place / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()
                if int(fields[_GROUP]) == group:
                    yield sum(map(int, fields[_TICKS]))
