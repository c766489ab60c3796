"""The contract of a JobStore's lists and counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import uuid4

import pytest

from reports.jobs.listing import EVERY_JOB, JobFilter, JobPage
from reports.jobs.ports import JobStore
from reports.jobs.values import Door, Failure, JobStatus
from tests.builders import LEASE
from tests.contracts.jobs import new_job
from tests.contracts.moments import NOON


class JobListContract:
    """The lists and counts of a JobStore. ``store`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_lists_are_newest_first_and_pages_join_without_gaps(self, store: JobStore, tenant: str) -> None:
        # Seven jobs, two of them of the same microsecond.
        times = [NOON + timedelta(milliseconds=n) for n in range(6)] + [NOON]
        jobs = [new_job(store, tenant, at=at) for at in times]

        pages = list(self._pages(store, tenant, limit=3))

        listed = [job for page in pages for job in page.jobs]
        assert [job.created_at for job in listed] == sorted(times, reverse=True)
        assert {job.id for job in listed} == {job.id for job in jobs}
        assert all(len(page.jobs) <= 3 for page in pages)

    def test_the_page_that_ends_a_list_has_no_cursor(self, store: JobStore, tenant: str) -> None:
        for _ in range(2):
            new_job(store, tenant)

        assert store.list(tenant, limit=20).cursor is None

    def test_lists_can_be_narrowed(self, store: JobStore, tenant: str) -> None:
        new_job(store, tenant)
        wanted = new_job(store, tenant, template="list", door=Door.UPLOAD, source="uploads/demo/list/a b.csv")
        failed = wanted.failed(NOON, Failure("x", "y", {"n": 1.5}))
        store.advance(failed)

        assert store.list(tenant, JobFilter(template="list")).jobs == (failed,)
        assert store.list(tenant, JobFilter(source="uploads/demo/list/a b.csv")).jobs == (failed,)
        assert store.list(tenant, JobFilter(source="uploads/demo/list/a b.csv", status=JobStatus.PENDING)).jobs == ()
        assert store.list(tenant, JobFilter(status=JobStatus.FAILED)).jobs == (failed,)
        assert store.list(tenant, JobFilter(status=JobStatus.FAILED, template="letter")).jobs == ()

    def test_a_job_leaves_the_list_of_its_former_status(self, store: JobStore, tenant: str) -> None:
        job = new_job(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed)

        assert store.list(tenant, JobFilter(status=JobStatus.PENDING)).jobs == ()
        assert store.list(tenant, JobFilter(status=JobStatus.RENDERING)).jobs == (claimed,)

    def test_jobs_that_have_succeeded_are_listed_by_their_status_too(self, store: JobStore, tenant: str) -> None:
        done = []
        for n in range(4):
            job = new_job(store, tenant, at=NOON + timedelta(seconds=n))
            if n % 2:
                claimed = job.claimed(NOON, LEASE)
                store.advance(claimed)
                done.append(claimed.succeeded(NOON, artifacts=(), pages=1))
                store.advance(done[-1])
        wanted = JobFilter(status=JobStatus.SUCCEEDED)

        pages = list(self._pages(store, tenant, limit=1, wanted=wanted))

        assert [job for page in pages for job in page.jobs] == [*reversed(done)]
        assert len(store.list(tenant, JobFilter(status=JobStatus.PENDING)).jobs) == 2
        assert store.list(tenant, JobFilter(status=JobStatus.RENDERING)).jobs == ()

    def test_pages_of_what_is_rendered_join_without_gaps_whatever_waits_beside(
        self, store: JobStore, tenant: str
    ) -> None:
        rendered = []
        for n in range(6):
            job = new_job(store, tenant, at=NOON + timedelta(seconds=n))
            if n % 2:
                rendered.append(job.claimed(NOON + timedelta(seconds=9 - n), LEASE))
                store.advance(rendered[-1])
        other = new_job(store, f"{tenant}-other")
        store.advance(other.claimed(NOON, LEASE))

        pages = list(self._pages(store, tenant, limit=1, wanted=JobFilter(status=JobStatus.RENDERING)))

        # The page that ends the list may be empty, and no other.
        assert [job for page in pages for job in page.jobs] == rendered[::-1]
        assert all(page.jobs for page in pages[:-1])

    def test_a_narrow_list_finds_a_job_behind_many_others(self, store: JobStore, tenant: str) -> None:
        rare = new_job(store, tenant, template="list")
        for n in range(5):
            new_job(store, tenant, at=NOON + timedelta(seconds=n + 1))

        pages = list(self._pages(store, tenant, limit=1, wanted=JobFilter(template="list")))

        assert [job.id for page in pages for job in page.jobs] == [rare.id]

    def test_the_jobs_of_a_batch_are_listed_and_counted_by_status(self, store: JobStore, tenant: str) -> None:
        batch = str(uuid4())
        new_job(store, tenant)
        new_job(store, tenant, batch=str(uuid4()))
        ours = [new_job(store, tenant, batch=batch, at=NOON + timedelta(seconds=n)) for n in range(5)]
        failed = ours[0].failed(NOON, Failure("x", "y"))
        store.advance(failed)

        assert store.list(tenant, JobFilter(batch=batch)).jobs == (*reversed(ours[1:]), failed)
        assert store.list(tenant, JobFilter(batch=batch, status=JobStatus.FAILED)).jobs == (failed,)
        assert store.list(tenant, JobFilter(batch=batch, template="list")).jobs == ()
        counts = store.count(tenant, batch)
        assert {status: counts.get(status, 0) for status in JobStatus if counts.get(status)} == {
            JobStatus.PENDING: 4,
            JobStatus.FAILED: 1,
        }

    def test_a_batch_is_its_tenants_alone(self, store: JobStore, tenant: str) -> None:
        batch = str(uuid4())
        new_job(store, tenant, batch=batch)

        assert store.list(f"{tenant}-other", JobFilter(batch=batch)).jobs == ()
        assert sum(store.count(f"{tenant}-other", batch).values()) == 0

    def test_lists_can_be_narrowed_to_a_time(self, store: JobStore, tenant: str) -> None:
        first, second, third = (new_job(store, tenant, at=NOON + timedelta(seconds=n)) for n in range(3))

        assert store.list(tenant, JobFilter(created_after=second.created_at)).jobs == (third, second)
        assert store.list(tenant, JobFilter(created_before=second.created_at)).jobs == (first,)
        both = store.list(
            tenant, JobFilter(created_after=second.created_at, created_before=third.created_at, status=first.status)
        )
        assert both.jobs == (second,)

    def test_lists_of_a_time_go_on_behind_a_cursor(self, store: JobStore, tenant: str) -> None:
        jobs = [new_job(store, tenant, at=NOON + timedelta(seconds=n)) for n in range(6)]
        narrow = JobFilter(created_after=jobs[1].created_at, created_before=jobs[5].created_at)

        first = store.list(tenant, narrow, limit=2)
        second = store.list(tenant, narrow, limit=2, cursor=first.cursor)

        assert first.jobs + second.jobs == tuple(reversed(jobs[1:5]))
        assert second.cursor is None or store.list(tenant, narrow, cursor=second.cursor).jobs == ()

    def test_lists_hold_one_tenants_jobs_alone(self, store: JobStore, tenant: str) -> None:
        new_job(store, tenant)

        assert store.list(f"{tenant}-other").jobs == ()

    @pytest.mark.parametrize("cursor", ["", "x", "not a cursor", "é", "MjAyNi0xMS0yMA"])
    def test_a_foreign_cursor_is_refused(self, store: JobStore, tenant: str, cursor: str) -> None:
        with pytest.raises(ValueError, match="cursor"):
            store.list(tenant, cursor=cursor)

    def _pages(self, store: JobStore, tenant: str, *, limit: int, wanted: JobFilter = EVERY_JOB) -> Sequence[JobPage]:
        pages = [store.list(tenant, wanted, limit=limit)]
        while pages[-1].cursor is not None:
            assert len(pages) < 50, "the list does not end"
            pages.append(store.list(tenant, wanted, limit=limit, cursor=pages[-1].cursor))
        return pages
