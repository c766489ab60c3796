"""Hold every provider of a port to the same behaviour.

The unit tests run these suites on the fakes, the functional tests on the real adapters against an emulator.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.errors import (
    InputUnavailableError,
    JobConflictError,
    JobExistsError,
    JobNotFoundError,
    TooLargeError,
)
from reports.model import (
    Artifact,
    ByteRange,
    Door,
    Failure,
    InputRef,
    Job,
    JobPage,
    JobStatus,
    KeyUse,
    Progress,
    Provenance,
)
from reports.ports import IdempotencyKeys, JobStore, LatestReports, ObjectStore
from reports.request import IDEMPOTENCY_KEY, ReportOptions
from tests.builders import LEASE, a_job
from tests.fakes import NOON

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=5,
)


class JobStoreContract:
    """Say what a JobStore does. ``store`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def _add(self, store: JobStore, tenant: str, **changes: Any) -> Job:
        job = a_job(str(uuid4()), tenant=tenant, **changes)
        store.add(job, job.event("accepted"))
        return job

    def test_a_job_comes_back_as_it_was_added(self, store: JobStore, tenant: str) -> None:
        job = self._add(
            store,
            tenant,
            input=InputRef("uploads/demo/list/ä b.csv", "v1", ByteRange(7, 5)),
            options=ReportOptions(filename="Zürich.pdf", title="Größe", locale="de-CH"),
        )

        assert store.get(job.id) == job

    def test_an_unknown_job_is_not_found(self, store: JobStore) -> None:
        with pytest.raises(JobNotFoundError):
            store.get(str(uuid4()))

    def test_an_id_is_taken_once(self, store: JobStore, tenant: str) -> None:
        job = self._add(store, tenant)
        other = replace(job, source="another request")

        with pytest.raises(JobExistsError):
            store.add(other, other.event("accepted"))

        assert store.get(job.id) == job

    def test_of_many_jobs_only_those_are_added_that_are_missing(self, store: JobStore, tenant: str) -> None:
        there = self._add(store, tenant)
        jobs = [a_job(str(uuid4()), tenant=tenant, due_at=None) for _ in range(120)]
        other = replace(there, source="another request")
        ids = [job.id for job in jobs]

        assert set(store.missing([there.id, *ids])) == set(ids)
        added = store.add_missing([(job, job.event("accepted")) for job in (*jobs, other)])

        assert set(added) == {*ids, there.id}
        assert set(store.missing([there.id, *ids])) == set()
        assert store.get(there.id) == there
        assert store.get(ids[-1]) == jobs[-1]
        assert [event.name for event in store.events(ids[0])] == ["accepted"]

    def test_a_whole_life_is_kept_and_told_in_order(self, store: JobStore, tenant: str) -> None:
        job = self._add(store, tenant)
        claimed = job.claimed(NOON + timedelta(seconds=1), LEASE)
        artifact = Artifact("a.pdf", "reports/x/a.pdf", "application/pdf", 123)
        ended = claimed.succeeded(
            NOON + timedelta(seconds=2), artifacts=(artifact,), pages=7, warnings=({"code": "x", "share": 0.5},)
        )

        store.advance(claimed, claimed.event("rendering"))
        store.advance(ended, ended.event("succeeded", pages=7))

        assert store.get(job.id) == ended
        assert [(e.revision, e.name, e.attempt) for e in store.events(job.id)] == [
            (1, "accepted", 0),
            (2, "rendering", 1),
            (3, "succeeded", 1),
        ]
        assert store.events(job.id)[-1].detail == {"pages": 7}

    def test_of_two_writes_to_one_revision_the_second_is_refused_and_leaves_no_trace(
        self, store: JobStore, tenant: str
    ) -> None:
        job = self._add(store, tenant)
        winner = job.claimed(NOON, LEASE)
        loser = job.failed(NOON, Failure("x", "y"))
        store.advance(winner, winner.event("rendering"))

        with pytest.raises(JobConflictError):
            store.advance(loser, loser.event("failed"))

        assert store.get(job.id) == winner
        assert [e.name for e in store.events(job.id)] == ["accepted", "rendering"]

    def test_progress_is_noted_without_a_revision_or_an_event(self, store: JobStore, tenant: str) -> None:
        job = self._add(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed, claimed.event("rendering"))

        store.note_progress(job.id, 1, Progress(40, 100))
        store.note_progress(job.id, 1, Progress(80))

        assert store.get(job.id) == replace(claimed, progress=Progress(80))
        assert [e.name for e in store.events(job.id)] == ["accepted", "rendering"]

    def test_progress_does_not_stand_in_the_way_of_the_next_revision_and_ends_with_it(
        self, store: JobStore, tenant: str
    ) -> None:
        job = self._add(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed, claimed.event("rendering"))
        store.note_progress(job.id, 1, Progress(40, 100))
        ended = claimed.succeeded(
            NOON, artifacts=(), pages=1, provenance=Provenance("ab", "cd", "ef", {"weasyprint": "70.0"})
        )

        store.advance(ended, ended.event("succeeded"))

        assert store.get(job.id) == ended

    def test_progress_of_another_attempt_or_of_a_job_that_is_over_is_refused(
        self, store: JobStore, tenant: str
    ) -> None:
        job = self._add(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        with pytest.raises(JobConflictError):
            store.note_progress(job.id, 0, Progress(1))
        store.advance(claimed, claimed.event("rendering"))
        with pytest.raises(JobConflictError):
            store.note_progress(job.id, 2, Progress(1))
        ended = claimed.failed(NOON, Failure("x", "y"))
        store.advance(ended, ended.event("failed"))
        with pytest.raises(JobConflictError):
            store.note_progress(job.id, 1, Progress(1))

        assert store.get(job.id) == ended

    def test_progress_of_an_unknown_job_is_refused_and_adds_none(self, store: JobStore) -> None:
        job_id = str(uuid4())

        with pytest.raises(JobConflictError):
            store.note_progress(job_id, 1, Progress(1))

        with pytest.raises(JobNotFoundError):
            store.get(job_id)

    def test_a_job_is_due_until_its_end_is_announced(self, store: JobStore, tenant: str) -> None:
        job = self._add(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed, claimed.event("rendering"))
        ended = claimed.failed(NOON + timedelta(hours=1), Failure("x", "y"))

        assert job.id not in store.due(NOON + LEASE)
        assert job.id in store.due(NOON + LEASE + timedelta(microseconds=1))
        store.advance(ended, ended.event("failed"))
        assert job.id in store.due(NOON + timedelta(hours=2))
        store.mark_announced(ended)

        assert job.id not in store.due(NOON + timedelta(hours=2))
        assert store.get(job.id) == replace(ended, due_at=None)

    def test_those_that_wait_longest_are_due_first(self, store: JobStore, tenant: str) -> None:
        jobs = [self._add(store, tenant, at=NOON - timedelta(days=9, seconds=n * 7 % 30)) for n in range(30)]

        due = [job_id for job_id in store.due(NOON - timedelta(days=8)) if job_id in {job.id for job in jobs}]

        assert due == [job.id for job in sorted(jobs, key=lambda job: job.created_at)]

    def test_an_end_that_was_undone_meanwhile_is_not_marked(self, store: JobStore, tenant: str) -> None:
        job = self._add(store, tenant)
        failed = job.failed(NOON, Failure("x", "y"))
        store.advance(failed, failed.event("failed"))
        reopened = failed.reopened(NOON)
        store.advance(reopened, reopened.event("redriven"))

        with pytest.raises(JobConflictError):
            store.mark_announced(failed)

        assert store.get(job.id) == reopened

    def test_a_job_that_was_never_added_cannot_advance(self, store: JobStore, tenant: str) -> None:
        job = a_job(str(uuid4()), tenant=tenant).claimed(NOON, LEASE)

        with pytest.raises(JobConflictError):
            store.advance(job, job.event("rendering"))

    def test_the_timeline_of_an_unknown_job_is_empty(self, store: JobStore) -> None:
        assert store.events(str(uuid4())) == []

    def test_lists_are_newest_first_and_pages_join_without_gaps(self, store: JobStore, tenant: str) -> None:
        # Seven jobs, two of them of the same microsecond.
        times = [NOON + timedelta(milliseconds=n) for n in range(6)] + [NOON]
        jobs = [self._add(store, tenant, at=at) for at in times]

        pages = list(self._pages(store, tenant, limit=3))

        listed = [job for page in pages for job in page.jobs]
        assert [job.created_at for job in listed] == sorted(times, reverse=True)
        assert {job.id for job in listed} == {job.id for job in jobs}
        assert all(len(page.jobs) <= 3 for page in pages)

    def test_the_page_that_ends_a_list_has_no_cursor(self, store: JobStore, tenant: str) -> None:
        for _ in range(2):
            self._add(store, tenant)

        assert store.list(tenant, limit=20).cursor is None

    def test_lists_can_be_narrowed(self, store: JobStore, tenant: str) -> None:
        self._add(store, tenant)
        wanted = self._add(store, tenant, template="list", door=Door.UPLOAD, source="uploads/demo/list/a b.csv")
        failed = wanted.failed(NOON, Failure("x", "y", {"n": 1.5}))
        store.advance(failed, failed.event("failed"))

        assert store.list(tenant, template="list").jobs == (failed,)
        assert store.list(tenant, source="uploads/demo/list/a b.csv").jobs == (failed,)
        assert store.list(tenant, source="uploads/demo/list/a b.csv", status=JobStatus.PENDING).jobs == ()
        assert store.list(tenant, status=JobStatus.FAILED).jobs == (failed,)
        assert store.list(tenant, status=JobStatus.FAILED, template="letter").jobs == ()

    def test_a_job_leaves_the_list_of_its_former_status(self, store: JobStore, tenant: str) -> None:
        job = self._add(store, tenant)
        claimed = job.claimed(NOON, LEASE)
        store.advance(claimed, claimed.event("rendering"))

        assert store.list(tenant, status=JobStatus.PENDING).jobs == ()
        assert store.list(tenant, status=JobStatus.RENDERING).jobs == (claimed,)

    def test_a_narrow_list_finds_a_job_behind_many_others(self, store: JobStore, tenant: str) -> None:
        rare = self._add(store, tenant, template="list")
        for n in range(5):
            self._add(store, tenant, at=NOON + timedelta(seconds=n + 1))

        pages = list(self._pages(store, tenant, limit=1, template="list"))

        assert [job.id for page in pages for job in page.jobs] == [rare.id]

    def test_many_new_jobs_are_kept_at_once(self, store: JobStore, tenant: str) -> None:
        jobs = [
            a_job(str(uuid4()), tenant=tenant, due_at=None, batch="b", options=ReportOptions(title=f"№ {n}"))
            for n in range(30)
        ]

        kept = store.add_new([(job, job.event("accepted", door=job.door)) for job in jobs])

        assert set(kept) == {job.id for job in jobs}
        assert [store.get(job.id) for job in jobs[::10]] == jobs[::10]
        assert [event.name for event in store.events(jobs[-1].id)] == ["accepted"]
        claimed = jobs[0].claimed(NOON, LEASE)
        store.advance(claimed, claimed.event("rendering"))
        assert [event.name for event in store.events(jobs[0].id)] == ["accepted", "rendering"]

    def test_the_jobs_of_a_batch_are_listed_and_counted_by_status(self, store: JobStore, tenant: str) -> None:
        batch = str(uuid4())
        self._add(store, tenant)
        self._add(store, tenant, batch=str(uuid4()))
        ours = [self._add(store, tenant, batch=batch, at=NOON + timedelta(seconds=n)) for n in range(5)]
        failed = ours[0].failed(NOON, Failure("x", "y"))
        store.advance(failed, failed.event("failed"))

        assert store.list(tenant, batch=batch).jobs == (*reversed(ours[1:]), failed)
        assert store.list(tenant, batch=batch, status=JobStatus.FAILED).jobs == (failed,)
        assert store.list(tenant, batch=batch, template="list").jobs == ()
        counts = store.count(tenant, batch)
        assert {status: counts.get(status, 0) for status in JobStatus if counts.get(status)} == {
            JobStatus.PENDING: 4,
            JobStatus.FAILED: 1,
        }

    def test_a_batch_is_its_tenants_alone(self, store: JobStore, tenant: str) -> None:
        batch = str(uuid4())
        self._add(store, tenant, batch=batch)

        assert store.list(f"{tenant}-other", batch=batch).jobs == ()
        assert sum(store.count(f"{tenant}-other", batch).values()) == 0

    def test_lists_can_be_narrowed_to_a_time(self, store: JobStore, tenant: str) -> None:
        first, second, third = (self._add(store, tenant, at=NOON + timedelta(seconds=n)) for n in range(3))

        assert store.list(tenant, created_after=second.created_at).jobs == (third, second)
        assert store.list(tenant, created_before=second.created_at).jobs == (first,)
        both = store.list(tenant, created_after=second.created_at, created_before=third.created_at, status=first.status)
        assert both.jobs == (second,)

    def test_lists_of_a_time_go_on_behind_a_cursor(self, store: JobStore, tenant: str) -> None:
        jobs = [self._add(store, tenant, at=NOON + timedelta(seconds=n)) for n in range(6)]
        narrow: dict[str, Any] = {"created_after": jobs[1].created_at, "created_before": jobs[5].created_at, "limit": 2}

        first = store.list(tenant, **narrow)
        second = store.list(tenant, cursor=first.cursor, **narrow)

        assert first.jobs + second.jobs == tuple(reversed(jobs[1:5]))
        assert second.cursor is None or store.list(tenant, cursor=second.cursor, **narrow).jobs == ()

    def test_lists_hold_one_tenants_jobs_alone(self, store: JobStore, tenant: str) -> None:
        self._add(store, tenant)

        assert store.list(f"{tenant}-other").jobs == ()

    @pytest.mark.parametrize("cursor", ["", "x", "not a cursor", "é", "MjAyNi0xMS0yMA"])
    def test_a_foreign_cursor_is_refused(self, store: JobStore, tenant: str, cursor: str) -> None:
        with pytest.raises(ValueError, match="cursor"):
            store.list(tenant, cursor=cursor)

    @settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(detail=st.dictionaries(TEXT, JSON, max_size=3), message=TEXT)
    def test_any_failure_is_kept_to_the_letter(
        self, store: JobStore, tenant: str, detail: dict[str, object], message: str
    ) -> None:
        job = self._add(store, tenant)
        failed = job.failed(NOON, Failure("x", message, detail, True))

        store.advance(failed, failed.event("failed", **{"detail": detail}))

        assert store.get(job.id).failure == failed.failure

    def _pages(self, store: JobStore, tenant: str, *, limit: int, template: str | None = None) -> Sequence[JobPage]:
        pages = [store.list(tenant, limit=limit, template=template)]
        while pages[-1].cursor is not None:
            assert len(pages) < 50, "the list does not end"
            pages.append(store.list(tenant, limit=limit, template=template, cursor=pages[-1].cursor))
        return pages


class LatestReportsContract:
    """Say what LatestReports do. ``latest`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_the_one_that_was_asked_for_last_is_the_latest_in_whatever_order_they_end(
        self, latest: LatestReports, tenant: str
    ) -> None:
        jobs = [a_job(str(uuid4()), tenant=tenant, at=NOON + timedelta(seconds=n)) for n in (1, 0, 2, 1)]

        taken = [latest.offer(tenant, "monthly", job) for job in jobs[:3]]

        assert taken == [True, False, True]
        assert latest.get(tenant, "monthly") == jobs[2].id
        assert latest.offer(tenant, "monthly", jobs[2])

    def test_keys_and_tenants_do_not_share_a_latest(self, latest: LatestReports, tenant: str) -> None:
        latest.offer(tenant, "a", a_job("job-a", tenant=tenant))

        with pytest.raises(JobNotFoundError):
            latest.get(tenant, "b")
        with pytest.raises(JobNotFoundError):
            latest.get(f"{tenant}-other", "a")


class IdempotencyKeysContract:
    """Say what IdempotencyKeys do. ``keys`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_a_key_stands_for_what_it_was_first_used_for(self, keys: IdempotencyKeys, tenant: str) -> None:
        first, second = KeyUse("job-1", "d1", "b"), KeyUse("job-2", "d2")

        assert keys.take(tenant, {"k": first}, NOON) == {"k": first}
        assert keys.take(tenant, {"k": second}, NOON) == {"k": first}

    def test_keys_that_are_taken_do_not_stand_in_the_way_of_others(self, keys: IdempotencyKeys, tenant: str) -> None:
        earlier = {f"k{n}": KeyUse(f"before-{n}", "d") for n in range(0, 60, 7)}
        keys.take(tenant, earlier, NOON)
        wanted = {f"k{n}": KeyUse(f"job-{n}", "d") for n in range(60)}

        assert keys.take(tenant, wanted, NOON) == wanted | earlier

    def test_a_key_stands_for_a_day(self, keys: IdempotencyKeys, tenant: str) -> None:
        first, second = KeyUse("job-1", "d"), KeyUse("job-2", "d")
        keys.take(tenant, {"k": first}, NOON)
        almost, over = NOON + timedelta(hours=24, microseconds=-1), NOON + timedelta(hours=24)

        assert keys.take(tenant, {"k": second}, almost) == {"k": first}
        assert keys.take(tenant, {"k": second}, over) == {"k": second}
        assert keys.take(tenant, {"k": first}, over) == {"k": second}

    def test_tenants_do_not_share_keys(self, keys: IdempotencyKeys, tenant: str) -> None:
        ours, theirs = KeyUse("job-1", "d"), KeyUse("job-2", "d")

        keys.take(tenant, {"k": ours}, NOON)

        assert keys.take(f"{tenant}-other", {"k": theirs}, NOON) == {"k": theirs}

    def test_of_uses_at_the_same_time_one_wins_and_all_know_it(self, keys: IdempotencyKeys, tenant: str) -> None:
        wanted = [{"k": KeyUse(f"job-{n}", "d")} for n in range(8)]

        with ThreadPoolExecutor(8) as pool:
            stands = list(pool.map(lambda each: keys.take(tenant, each, NOON)["k"], wanted))

        assert len(set(stands)) == 1
        assert stands[0] in [each["k"] for each in wanted]

    @settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(given_keys=st.lists(st.from_regex(IDEMPOTENCY_KEY, fullmatch=True), min_size=1, max_size=8, unique=True))
    def test_any_keys_are_told_apart(self, keys: IdempotencyKeys, tenant: str, given_keys: list[str]) -> None:
        scope = f"{tenant}-{uuid4().hex[:6]}"
        wanted = {key: KeyUse(f"job-{n}", "d") for n, key in enumerate(given_keys)}

        keys.take(scope, wanted, NOON)

        assert keys.take(scope, {key: KeyUse("later", "d") for key in given_keys}, NOON) == wanted


def fail_to_upload(objects: ObjectStore, key: str, size: int) -> None:
    """Break an upload off by a ZeroDivisionError after that many bytes."""
    with objects.open_upload(key, content_type="text/plain") as upload:
        upload.write(bytes(size))
        raise ZeroDivisionError


class ObjectStoreContract:
    """Say what an ObjectStore does. ``objects`` and a fresh ``folder`` come from fixtures of the subclass."""

    @pytest.mark.parametrize("name", ["plain.json", "with space+plus%41.csv", "Zürich-日本.pdf", "a'b(c)!.txt"])
    def test_an_object_comes_back_as_it_was_put(self, objects: ObjectStore, folder: str, name: str) -> None:
        objects.put(f"{folder}/{name}", b"\x00body", content_type="application/json", filename=name)

        assert objects.get(f"{folder}/{name}", max_bytes=100) == b"\x00body"

    def test_a_second_put_replaces_the_object(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/a", b"1", content_type="text/plain")
        objects.put(f"{folder}/a", b"2", content_type="text/plain")

        assert objects.get(f"{folder}/a", max_bytes=100) == b"2"

    def test_a_missing_object_is_unavailable_for_now(self, objects: ObjectStore, folder: str) -> None:
        with pytest.raises(InputUnavailableError):
            objects.get(f"{folder}/missing", max_bytes=100)

    def test_an_object_that_was_removed_is_gone(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/a b+c", b"1", content_type="text/plain")

        for _ in range(2):
            objects.delete(f"{folder}/a b+c")

        with pytest.raises(InputUnavailableError):
            objects.get(f"{folder}/a b+c", max_bytes=100)

    def test_an_object_above_the_limit_is_not_read(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/big", b"x" * 101, content_type="text/plain")

        with pytest.raises(TooLargeError):
            objects.get(f"{folder}/big", max_bytes=100)

    def test_an_object_comes_in_parts_that_make_up_the_whole(self, objects: ObjectStore, folder: str) -> None:
        body = bytes(range(256)) * 8192
        objects.put(f"{folder}/long", body, content_type="text/plain")

        parts = list(objects.read(f"{folder}/long", max_bytes=len(body)))

        assert b"".join(parts) == body
        assert len(parts) > 1

    def test_a_part_of_an_object_is_read_alone(self, objects: ObjectStore, folder: str) -> None:
        objects.put(f"{folder}/lines", b"first\nsecond\nthird\n", content_type="application/jsonl")

        parts = [ByteRange(0, 6), ByteRange(6, 7), ByteRange(13, 6), ByteRange(18, 1)]

        read = [b"".join(objects.read(f"{folder}/lines", part=part, max_bytes=7)) for part in parts]
        assert read == [b"first\n", b"second\n", b"third\n", b"\n"]

    @pytest.mark.parametrize("part", [ByteRange(19, 1), ByteRange(13, 7), ByteRange(500, 7)])
    def test_a_part_that_an_object_does_not_have_is_unavailable(
        self, objects: ObjectStore, folder: str, part: ByteRange
    ) -> None:
        objects.put(f"{folder}/lines", b"first\nsecond\nthird\n", content_type="application/jsonl")

        with pytest.raises(InputUnavailableError):
            list(objects.read(f"{folder}/lines", part=part, max_bytes=100))

    @pytest.mark.parametrize("size", [0, 5, 8 * 2**20, 8 * 2**20 + 1, 20 * 2**20], ids=lambda size: f"{size:,}")
    def test_an_upload_is_there_whole_when_it_has_ended(self, objects: ObjectStore, folder: str, size: int) -> None:
        body = random.Random(size).randbytes(size)

        with objects.open_upload(f"{folder}/made", content_type="application/pdf", filename="ä.pdf") as upload:
            for start in range(0, size, 3_000_000):
                upload.write(body[start : start + 3_000_000])

        assert objects.get(f"{folder}/made", max_bytes=size) == body

    @pytest.mark.parametrize("size", [5, 20 * 2**20], ids=["small", "large"])
    def test_an_upload_that_fails_leaves_what_was_there(self, objects: ObjectStore, folder: str, size: int) -> None:
        objects.put(f"{folder}/kept", b"before", content_type="text/plain")

        with pytest.raises(ZeroDivisionError):
            fail_to_upload(objects, f"{folder}/kept", size)

        assert objects.get(f"{folder}/kept", max_bytes=100) == b"before"
