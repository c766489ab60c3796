"""Keep a job's lease, and its message hidden, for as long as the worker of both is alive, and hardly longer."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from reports.clock import Clock
from reports.errors import JobConflictError, PressrunError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, RenderQueue

log = logging.getLogger(__name__)

BEATS_PER_LEASE = 3
"""Two beats may fail, or come late, before another worker takes the job."""

MESSAGE_AFTER_LEASE_SECONDS = 2
"""The message comes back a little after the lease, as the clocks of two workers differ: one that comes too early finds
the lease, and waits once more."""
# Of the time between two beats, after one that failed.
_SOONER = 0.25

Wait = Callable[[threading.Event, float], bool]
"""What waits for an event for so many seconds at the most, and tells whether it has come."""


class Heartbeat:
    """The sign of life of a worker, in a thread beside the render.

    Each beat has the lease and the message's invisibility end a lease from now. After the death of the process, both
    run out, and another worker receives the message and claims the job.
    """

    def __init__(
        self, *, jobs: JobStore, queue: RenderQueue, clock: Clock, lease: timedelta, wait: Wait = threading.Event.wait
    ) -> None:
        self._jobs = jobs
        self._queue = queue
        self._clock = clock
        self._lease = lease
        self._wait = wait

    @contextmanager
    def during(self, job: Job, receipt_handle: str) -> Iterator[None]:
        """Beat until the block has ended. The job has just been claimed, so its lease is fresh.

        The queue hides a message for longer than the function may run, so the block begins with hiding it for less.
        """
        pause = self._lease.total_seconds() / BEATS_PER_LEASE
        try:
            self._hide(receipt_handle)
        except PressrunError:
            log.warning("the message stays hidden for longer", extra=job.log_facts, exc_info=True)
            pause *= _SOONER
        over = threading.Event()
        beating = threading.Thread(
            target=self._beat_until, args=(over, job, receipt_handle, pause), name="heartbeat", daemon=True
        )
        beating.start()
        try:
            yield
        finally:
            over.set()
            # What the caller does with the message must come last.
            beating.join()

    def _beat_until(self, over: threading.Event, job: Job, receipt_handle: str, pause: float) -> None:
        usual = self._lease.total_seconds() / BEATS_PER_LEASE
        while not self._wait(over, pause):
            try:
                self._jobs.extend_lease(job.id, job.attempt, self._clock.now() + self._lease)
                self._hide(receipt_handle)
                pause = usual
            except JobConflictError:
                return  # It is over, or another worker's by now, and so is the message.
            except Exception:
                log.warning("a heartbeat failed", extra=job.log_facts, exc_info=True)
                pause = usual * _SOONER

    def _hide(self, receipt_handle: str) -> None:
        seconds = round(self._lease.total_seconds()) + MESSAGE_AFTER_LEASE_SECONDS
        self._queue.postpone(receipt_handle, seconds=seconds)
