"""Note a render's progress on its job, a few times."""

from __future__ import annotations

import logging
from collections.abc import Callable

from reports.errors import JobConflictError, PressrunError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore
from reports.render_contract import Progress

FIRST_AFTER_SECONDS = 3.0
"""How long a render takes at the least before its progress is worth a write."""

MOST_NOTES = 20
# With this growth, twenty notes are enough for nine minutes, more than any render may take.
_GROWTH = 1.2

log = logging.getLogger(__name__)


class ProgressNotes:
    """Note progress now and then: every three seconds at first, then ever more rarely.

    No report depends on it, so a note that fails is the last one. But one that is refused, as the job was cancelled or
    is another worker's by now, ends the render.
    """

    def __init__(self, jobs: JobStore, job: Job, monotonic: Callable[[], float]) -> None:
        self._jobs = jobs
        self._job = job
        self._monotonic = monotonic
        self._pause = FIRST_AFTER_SECONDS
        self._next_at = monotonic() + self._pause
        self._left = MOST_NOTES

    def tell(self, progress: Progress) -> None:
        """Note the progress, if it is time to. Raises JobConflictError when the job has moved on without it."""
        if self._left == 0 or self._monotonic() < self._next_at:
            return
        try:
            self._jobs.note_progress(self._job.id, self._job.attempt, progress)
        except JobConflictError:
            raise
        except PressrunError as error:
            self._left = 0
            facts = {**self._job.log_facts, "code": error.code}
            log.warning("progress could not be noted", extra=facts, exc_info=True)
            return
        self._left -= 1
        self._pause *= _GROWTH
        self._next_at = self._monotonic() + self._pause
