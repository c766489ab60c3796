"""Each step of a job is recorded with the revision that it leads to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from reports.jobs.job import Job
from reports.jobs.timeline import Step
from reports.jobs.values import Failure
from tests.builders import LEASE, a_job
from tests.fakes.clock import NOON
from tests.fakes.jobs import InMemoryJobStore

LATER = NOON + timedelta(minutes=5)
LOST = Failure("worker_lost", "It died.", retryable=True)

STEPS: dict[Step, Callable[[], Job]] = {
    Step.ACCEPTED: lambda: a_job(at=LATER),
    Step.QUEUED_AGAIN: lambda: a_job().queued_again(LATER, due_at=LATER),
    Step.RENDERING: lambda: a_job().claimed(LATER, LEASE),
    Step.RETRY: lambda: a_job().claimed(NOON, LEASE).release_uncounted(LATER, LOST),
    Step.SUCCEEDED: lambda: a_job().claimed(NOON, LEASE).succeeded(LATER, artifacts=(), pages=3),
    Step.FAILED: lambda: a_job().claimed(NOON, LEASE).failed(LATER, LOST),
    Step.CANCELLED: lambda: a_job().cancelled(LATER),
    Step.RETRIED: lambda: a_job().failed(NOON, LOST).retried(LATER),
    Step.REDRIVEN: lambda: a_job().failed(NOON, LOST).redriven(LATER),
}


@pytest.mark.parametrize("step", Step)
def test_a_step_is_recorded_with_the_revision_that_it_leads_to(step: Step) -> None:
    job = STEPS[step]()

    entry = job.new_entry

    assert (entry.name, entry.revision, entry.at, entry.attempt) == (step, job.revision, LATER, job.attempt)


def test_a_release_says_how_long_it_waits_when_the_worker_said_so() -> None:
    running = a_job().claimed(NOON, LEASE)

    assert running.released(LATER, LOST).new_entry.detail == {"code": "worker_lost"}
    assert running.released(LATER, LOST, after_seconds=30).new_entry.detail == {
        "code": "worker_lost",
        "after_seconds": 30,
    }


def test_a_job_that_has_taken_no_step_since_it_was_read_is_not_written() -> None:
    store = InMemoryJobStore()
    store.add(a_job())

    with pytest.raises(ValueError, match="none since it was read"):
        store.get("job-1").new_entry  # noqa: B018
