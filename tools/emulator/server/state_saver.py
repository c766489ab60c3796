"""Save a process's state while it works: a forked child writes what was in memory at the moment of the fork."""

from __future__ import annotations

import asyncio
import gc
import logging
import os
import signal
import time
import traceback
import warnings
from collections.abc import Callable

log = logging.getLogger("saver")

_TICK_SECONDS = 0.1
# Not more often, however quick it is.
_PAUSE_SECONDS = 0.5
# Of the time, so that a large state does not take a processor for itself.
_SHARE = 0.25
# A request may be answered before all of its effects are there, as S3's notifications are.
_SETTLED_SECONDS = 1.0
# A child that hangs, as it may when a thread held a lock at the fork, is given up.
_PATIENCE_SECONDS = 60.0
_MAX_HANDLES = 65536


class StateSaver:
    """A saver of the state, soon after it was touched, and not when nothing happens.

    ``save`` runs in the child. ``before`` and ``after`` run in this process, in a thread: before each fork, and after a
    save that succeeded.
    """

    def __init__(self, save: Callable[[], None], before: Callable[[], None], after: Callable[[], None]) -> None:
        self._save = save
        self._before = before
        self._after = after
        self._touched = float("-inf")
        self._begun = float("-inf")
        self._not_before = float("-inf")
        self._busy = asyncio.Lock()

    def touch(self) -> None:
        """Note that the state may have changed."""
        self._touched = time.monotonic()

    @property
    def is_due(self) -> bool:
        """Tell whether there may be something that no snapshot has, and it is time for the next one."""
        return self._touched > self._begun - _SETTLED_SECONDS and time.monotonic() >= self._not_before

    async def run(self) -> None:
        """Save whenever it is due, for ever."""
        while True:
            await asyncio.sleep(_TICK_SECONDS)
            if self.is_due:
                await self.save()

    async def save(self) -> bool:
        """Save the state as it is now. Returns whether that succeeded; the log says why not."""
        async with self._busy:
            await asyncio.to_thread(self._before)
            begun = time.monotonic()
            saved = await _wait_for(_fork(self._save))
            took = time.monotonic() - begun
            self._not_before = time.monotonic() + max(_PAUSE_SECONDS, took * (1 / _SHARE - 1))
            if saved:
                self._begun = begun
                await asyncio.to_thread(self._after)
            return saved


def _fork(work: Callable[[], None]) -> int:
    """Do the work in a child, and return its process id. Called on the event loop, so that no request is half-way."""
    with warnings.catch_warnings():
        # Python warns of threads that hold locks at this moment. The work takes none, and a child that hangs is ended.
        warnings.simplefilter("ignore", DeprecationWarning)
        pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        gc.disable()
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, signal.SIG_DFL)
        # The port and the functions' pipes: this process must not be taken for the emulator.
        os.closerange(3, _MAX_HANDLES)
        work()
        status = 0
    except BaseException:  # noqa: BLE001 - the child may never return into the parent's code
        traceback.print_exc()
    finally:
        os._exit(status)


async def _wait_for(pid: int) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while True:
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            if status:
                log.error("The state could not be saved: the process that saves it ended with status %s.", status)
            return status == 0
        if time.monotonic() > deadline:
            log.error("Saving the state takes longer than %s s, and is begun anew.", _PATIENCE_SECONDS)
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            return False
        await asyncio.sleep(0.01)
