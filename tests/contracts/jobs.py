"""The contract of a JobStore: jobs, one by one and many at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.errors import JobConflictError, JobExistsError, JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore
from reports.jobs.reading_request import ReadingRequest
from reports.jobs.request import ReportOptions
from reports.jobs.values import Artifact, ByteRange, Failure, InputRef, JobStatus, Provenance
from reports.render_contract import Progress
from tests.builders import LEASE, a_job
from tests.contracts.moments import NOON
from tests.contracts.values import JSON, TEXT
from tests.examples import examples


def new_job(store: JobStore, tenant: str, **changes: Any) -> Job:
    """Add a job with an id of its own."""
    job = a_job(str(uuid4()), tenant=tenant, **({"at": NOON} | changes))
    store.add(job)
    return job


READING = {
    "format": "csv",
    "delimiter": "\t",
    "sections": [{"rows": 2, "columns": [{"key": "Größe", "summed": False, "share": 0.5}], "preview": [["1", "–"]]}],
}


class JobStoreContract:
    """The behaviour of a JobStore. ``store`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_a_job_comes_back_as_it_was_added(self, store: JobStore, tenant: str) -> None:
        job = new_job(
            store,
            tenant,
            input=InputRef("uploads/demo/list/ä b.csv", "v1", ByteRange(7, 5)),
            options=ReportOptions(
                filename="Zürich.pdf",
                title="Größe",
                locale="de-CH",
                reading=ReadingRequest(delimiter="tab", header_row=0, sheet=2, sums=["Größe"]),
            ),
        )

        assert store.get(job.id) == job

    def test_an_unknown_job_is_not_found(self, store: JobStore) -> None:
        with pytest.raises(JobNotFoundError):
            store.get(str(uuid4()))

    def test_an_id_is_taken_once(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        other = replace(job, source="another request")

        with pytest.raises(JobExistsError):
            store.add(other)

        assert store.get(job.id) == job

    def test_of_many_jobs_only_those_are_added_that_are_missing(self, store: JobStore, tenant: str) -> None:
        there = new_job(store, tenant)
        jobs = [a_job(str(uuid4()), tenant=tenant, at=NOON, due_at=None) for _ in range(120)]
        other = replace(there, source="another request")
        ids = [job.id for job in jobs]

        assert set(store.missing([there.id, *ids])) == set(ids)
        added = store.add_missing([*jobs, other])

        assert set(added) == {*ids, there.id}
        assert set(store.missing([there.id, *ids])) == set()
        assert store.get(there.id) == there
        assert store.get(ids[-1]) == jobs[-1]
        assert [event.name for event in store.timeline(ids[0])] == ["accepted"]

    def test_a_whole_life_is_kept_and_told_in_order(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON + timedelta(seconds=1), LEASE)
        artifact = Artifact("a.pdf", "reports/x/a.pdf", "application/pdf", 123)
        ended = claimed.succeeded(
            NOON + timedelta(seconds=2),
            artifacts=(artifact,),
            pages=7,
            layout={"path": "plain"},
            warnings=({"code": "x", "share": 0.5},),
            reading=READING,
        )

        store.advance(claimed)
        store.advance(ended)

        assert store.get(job.id) == ended
        assert [(e.revision, e.name, e.attempt) for e in store.timeline(job.id)] == [
            (1, "accepted", 0),
            (2, "rendering", 1),
            (3, "succeeded", 1),
        ]
        assert store.timeline(job.id)[-1].detail == {"pages": 7, "layout": {"path": "plain"}}

    def test_of_two_writes_to_one_revision_the_second_is_refused_and_leaves_no_trace(
        self, store: JobStore, tenant: str
    ) -> None:
        job = new_job(store, tenant)
        winner = job.claimed(NOON, LEASE)
        loser = job.failed(NOON, Failure("x", "y"))
        store.advance(winner)

        with pytest.raises(JobConflictError):
            store.advance(loser)

        assert store.get(job.id) == winner
        assert [e.name for e in store.timeline(job.id)] == ["accepted", "rendering"]

    def test_a_write_that_is_sent_again_has_succeeded_once(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        ended = claimed.succeeded(NOON, artifacts=(), pages=1)

        store.advance(claimed)
        store.note_progress(job.id, 1, Progress(40, 100))
        store.advance(claimed)
        store.advance(ended)
        store.mark_announced(ended)
        store.advance(ended)

        assert store.get(job.id) == replace(ended, due_at=None)
        assert [e.name for e in store.timeline(job.id)] == ["accepted", "rendering", "succeeded"]

    def test_progress_is_noted_without_a_revision_or_an_event(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)

        store.note_progress(job.id, 1, Progress(40, 100))
        store.note_progress(job.id, 1, Progress(80))

        assert store.get(job.id) == replace(claimed, progress=Progress(80))
        assert [e.name for e in store.timeline(job.id)] == ["accepted", "rendering"]

    def test_progress_does_not_stand_in_the_way_of_the_next_revision_and_ends_with_it(
        self, store: JobStore, tenant: str
    ) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)
        store.note_progress(job.id, 1, Progress(40, 100))
        ended = claimed.succeeded(
            NOON, artifacts=(), pages=1, provenance=Provenance("ab", "cd", "ef", {"weasyprint": "70.0"})
        )

        store.advance(ended)

        assert store.get(job.id) == ended

    def test_progress_of_another_attempt_or_of_a_job_that_is_over_is_refused(
        self, store: JobStore, tenant: str
    ) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        with pytest.raises(JobConflictError):
            store.note_progress(job.id, 0, Progress(1))
        store.advance(claimed)
        with pytest.raises(JobConflictError):
            store.note_progress(job.id, 2, Progress(1))
        ended = claimed.failed(NOON, Failure("x", "y"))
        store.advance(ended)
        with pytest.raises(JobConflictError):
            store.note_progress(job.id, 1, Progress(1))

        assert store.get(job.id) == ended

    def test_a_lease_ends_later_without_a_revision_or_an_event(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)
        later = NOON + timedelta(hours=1)

        store.extend_lease(job.id, 1, later)

        assert store.get(job.id) == replace(claimed, lease_until=later, due_at=later)
        assert [e.name for e in store.timeline(job.id)] == ["accepted", "rendering"]
        assert job.id not in store.due(JobStatus.RENDERING, later)
        assert job.id in store.due(JobStatus.RENDERING, later + timedelta(microseconds=1))

    def test_a_lease_that_was_extended_does_not_stand_in_the_way_of_a_write_that_is_sent_again(
        self, store: JobStore, tenant: str
    ) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)
        store.extend_lease(job.id, 1, NOON + timedelta(hours=1))

        store.advance(claimed)

        assert [e.name for e in store.timeline(job.id)] == ["accepted", "rendering"]

    def test_the_lease_of_another_attempt_or_of_a_job_that_is_over_cannot_be_extended(
        self, store: JobStore, tenant: str
    ) -> None:
        job = new_job(store, tenant)
        with pytest.raises(JobConflictError):
            store.extend_lease(job.id, 0, NOON)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)
        with pytest.raises(JobConflictError):
            store.extend_lease(job.id, 2, NOON)
        ended = claimed.failed(NOON, Failure("x", "y"))
        store.advance(ended)
        with pytest.raises(JobConflictError):
            store.extend_lease(job.id, 1, NOON)

        assert store.get(job.id) == ended

    def test_progress_of_an_unknown_job_is_refused_and_adds_none(self, store: JobStore) -> None:
        job_id = str(uuid4())

        with pytest.raises(JobConflictError):
            store.note_progress(job_id, 1, Progress(1))

        with pytest.raises(JobNotFoundError):
            store.get(job_id)

    def test_a_job_is_due_until_its_end_is_announced(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)
        ended = claimed.failed(NOON + timedelta(hours=1), Failure("x", "y"))

        assert job.id not in store.due(JobStatus.RENDERING, NOON + LEASE)
        assert job.id in store.due(JobStatus.RENDERING, NOON + LEASE + timedelta(microseconds=1))
        store.advance(ended)
        assert job.id in store.due(JobStatus.FAILED, NOON + timedelta(hours=2))
        store.mark_announced(ended)

        assert job.id not in store.due(JobStatus.FAILED, NOON + timedelta(hours=2))
        assert store.get(job.id) == replace(ended, due_at=None)

    def test_those_that_wait_longest_are_due_first(self, store: JobStore, tenant: str) -> None:
        jobs = [new_job(store, tenant, at=NOON - timedelta(seconds=n * 7 % 30)) for n in range(30)]

        due = store.due(JobStatus.PENDING, NOON + timedelta(seconds=1))

        ours = [job_id for job_id in due if job_id in {job.id for job in jobs}]
        assert ours == [job.id for job in sorted(jobs, key=lambda job: job.created_at)]

    def test_a_job_is_due_under_its_latest_status_alone(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        released = claimed.released(NOON, Failure("x", "y"))
        ended = released.claimed(NOON, LEASE).failed(NOON, Failure("x", "y"))
        path = [job, claimed, released, released.claimed(NOON, LEASE), ended, ended.redriven(NOON)]
        later = NOON + timedelta(hours=2)

        found = [{status for status in JobStatus if job.id in store.due(status, later)}]
        for revision in path[1:]:
            store.advance(revision)
            found.append({status for status in JobStatus if job.id in store.due(status, later)})

        assert found == [{revision.status} for revision in path]

    def test_an_end_that_was_undone_meanwhile_is_not_marked(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        failed = job.failed(NOON, Failure("x", "y"))
        store.advance(failed)
        reopened = failed.redriven(NOON)
        store.advance(reopened)

        with pytest.raises(JobConflictError):
            store.mark_announced(failed)

        assert store.get(job.id) == reopened

    def test_a_job_that_was_never_added_cannot_advance(self, store: JobStore, tenant: str) -> None:
        job = a_job(str(uuid4()), tenant=tenant, at=NOON).claimed(NOON, LEASE)

        with pytest.raises(JobConflictError):
            store.advance(job)

    def test_the_timeline_of_an_unknown_job_is_empty(self, store: JobStore) -> None:
        assert store.timeline(str(uuid4())) == []

    def test_many_new_jobs_are_kept_at_once(self, store: JobStore, tenant: str) -> None:
        jobs = [
            a_job(str(uuid4()), tenant=tenant, at=NOON, due_at=None, batch="b", options=ReportOptions(title=f"№ {n}"))
            for n in range(30)
        ]

        kept = store.add_new(jobs)

        assert set(kept) == {job.id for job in jobs}
        assert [store.get(job.id) for job in jobs[::10]] == jobs[::10]
        assert [event.name for event in store.timeline(jobs[-1].id)] == ["accepted"]
        claimed = jobs[0].claimed(NOON, LEASE)
        store.advance(claimed)
        assert [event.name for event in store.timeline(jobs[0].id)] == ["accepted", "rendering"]

    @settings(max_examples=examples(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(detail=st.dictionaries(TEXT, JSON, max_size=3), message=TEXT)
    def test_any_failure_is_kept_to_the_letter(
        self, store: JobStore, tenant: str, detail: dict[str, object], message: str
    ) -> None:
        job = new_job(store, tenant)
        failed = job.failed(NOON, Failure("x", message, detail, True))

        store.advance(replace(failed, entry=replace(failed.new_entry, detail=detail)))

        assert store.get(job.id).failure == failed.failure
