"""Test what no emulator can be made to do: answers that are lost on their way."""

from __future__ import annotations

import zlib
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import ClientError

from reports.access.retention import after
from reports.adapters.dynamodb.job_items import FORMAT, TIMELINE, entries_of, item_of, job_of, timeline_of, update_of
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.adapters.dynamodb.packing import pack, unpack
from reports.errors import JobConflictError, JobExistsError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.listing import JobFilter, JobPage
from reports.jobs.values import Failure, JobStatus
from reports.render_contract import Progress
from tests.builders import LEASE, a_job
from tests.fakes.clock import NOON

JOB = a_job()
CLAIMED = JOB.claimed(NOON, LEASE)


class RefusingClient:
    """Refuse every write, as DynamoDB does when a condition fails."""

    def __init__(self, code: str, item: dict[str, Any] | None) -> None:
        self._error: dict[str, Any] = {"Error": {"Code": code, "Message": ""}}
        self._item = item

    def put_item(self, **_: Any) -> None:
        raise ClientError(self._error, "PutItem")  # type: ignore[arg-type]

    def update_item(self, **_: Any) -> None:
        raise ClientError(self._error, "UpdateItem")  # type: ignore[arg-type]

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {} if self._item is None else {"Item": self._item}


def store(code: str = "ConditionalCheckFailedException", item: dict[str, Any] | None = None) -> DynamoDBJobStore:
    client: Any = RefusingClient(code, item)
    return DynamoDBJobStore(client, "jobs", expiry=after(days=1))


def test_a_write_that_was_sent_twice_because_its_answer_was_lost_has_succeeded() -> None:
    added = item_of(JOB, None) | {TIMELINE: timeline_of(JOB.new_entry)}

    store(item=added).add(JOB)
    store(item=item_of(CLAIMED, None)).advance(CLAIMED)


def test_a_write_that_meets_another_ones_is_refused() -> None:
    other = a_job(correlation_id="another")

    with pytest.raises(JobExistsError):
        store(item=item_of(other, None)).add(JOB)
    with pytest.raises(JobConflictError):
        store(item=item_of(other.claimed(NOON, LEASE), None)).advance(CLAIMED)


def test_a_write_whose_answer_was_lost_has_succeeded_though_others_have_noted_something_since() -> None:
    ended = CLAIMED.succeeded(NOON, artifacts=(), pages=1)
    announced, noted = replace(ended, due_at=None), replace(CLAIMED, progress=Progress(7))

    store(item=item_of(announced, None)).advance(ended)
    store(item=item_of(noted, None)).advance(CLAIMED)


def test_a_refusal_is_looked_into() -> None:
    other = CLAIMED.cancelled(NOON)

    with pytest.raises(JobConflictError):
        store(item=item_of(other, None)).advance(CLAIMED)
    with pytest.raises(JobConflictError):
        store().advance(CLAIMED)


def test_a_write_leaves_alone_what_a_later_release_has_said_of_the_input() -> None:
    advanced = update_of(CLAIMED, None)

    written = set(advanced["ExpressionAttributeNames"].values())
    assert written >= {"status", "revision", "lease_until", "state"}
    assert written.isdisjoint({"asked", "input", "options", "source", "message_version", "batch", "something_new"})


class RecordingClient:
    """Keep what would be written."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    def update_item(self, **update: Any) -> None:
        self.values = update["ExpressionAttributeValues"]


def test_a_job_that_is_reopened_is_kept_as_long_as_a_new_one() -> None:
    client = RecordingClient()
    jobs = DynamoDBJobStore(client, "jobs", expiry=after(days=30))  # type: ignore[arg-type]
    late = NOON + timedelta(days=29, hours=23)
    reopened = JOB.failed(NOON, Failure("x", "It broke.")).redriven(late)

    jobs.advance(reopened)

    assert int(client.values[":expires_at"]["N"]) == (late + timedelta(days=30)).timestamp()


def test_any_other_fault_is_one_of_the_service() -> None:
    with pytest.raises(ServiceUnavailableError):
        store("ProvisionedThroughputExceededException").advance(CLAIMED)


def test_what_was_measured_of_an_attempt_is_not_kept_with_the_job() -> None:
    measured = replace(CLAIMED, measured={"queue_seconds": 1.5})

    assert item_of(measured, None) == item_of(CLAIMED, None)
    assert update_of(measured, None) == update_of(CLAIMED, None)
    assert "#measured" not in update_of(measured, None)["ExpressionAttributeNames"]


def of_a_release_without_packing() -> dict[str, Any]:
    return {
        **{name: {"S": name} for name in ("tenant", "template", "source", "correlation_id")},
        "id": {"S": JOB.id},
        "job_id": {"S": JOB.id},
        "item": {"S": "job"},
        "door": {"S": "api"},
        "input": {"S": '{"key": "inputs/a.json"}'},
        "options": {"S": '{"title": "T"}'},
        "failure": {"S": '{"code": "x", "message": "It broke."}'},
        "artifacts": {"S": "[]"},
        "reading": {"B": zlib.compress(b'{"kind": "csv"}')},
        "status": {"S": "PENDING"},
        "revision": {"N": "3"},
        "created_at": {"S": "2026-11-20T12:00:00Z"},
        "updated_at": {"S": "2026-11-20T12:00:00Z"},
        "timeline": {"L": [{"S": '{"revision":1,"at":"2026-11-20T12:00:00Z","name":"accepted","attempt":0}'}]},
    }


def test_a_job_that_was_added_before_jobs_were_packed_is_read_and_goes_on() -> None:
    old = of_a_release_without_packing()

    job = job_of(old)
    ended = job.claimed(NOON, LEASE).succeeded(NOON, artifacts=(), pages=1)
    values = update_of(ended, None)["ExpressionAttributeValues"]
    written = old | {name: values[f":{name}"] for name in ("state", "status", "revision", "attempt")}

    assert (job.input.key, job.options.title, job.failure, job.reading) == (
        "inputs/a.json",
        "T",
        Failure("x", "It broke."),
        {"kind": "csv"},
    )
    assert job_of(written) == replace(ended, due_at=None, entry=None)
    assert [entry.name for entry in entries_of(old)] == ["accepted"]


def test_two_releases_that_write_a_job_in_turn_lose_nothing_of_its_end() -> None:
    # This release claims a job of one without packing, whose worker takes over, and ends it in attributes of its own.
    old = of_a_release_without_packing()
    claimed = job_of(old).claimed(NOON, LEASE)
    values = update_of(claimed, None)["ExpressionAttributeValues"]
    packed = old | {name: values[f":{name}"] for name in ("state", "format", "status", "revision", "attempt")}
    artifact = '[{"name":"a.pdf","key":"reports/a.pdf","content_type":"application/pdf","size":7}]'
    ended = {"status": "SUCCEEDED", "artifacts": artifact, "updated_at": "2026-11-20T12:01:00Z"}

    job = job_of(packed | {name: {"S": text} for name, text in ended.items()} | {"revision": {"N": "5"}})

    assert (job.status, job.revision) == (JobStatus.SUCCEEDED, 5)
    assert [each.name for each in job.artifacts] == ["a.pdf"]


def test_what_is_packed_without_a_revision_is_of_the_latest() -> None:
    item = item_of(CLAIMED, None)
    state = {name: value for name, value in unpack(item["state"]["B"]).items() if name != "revision"}
    before = {name: value for name, value in item.items() if name != "format"} | {"state": {"B": pack(state)}}

    assert job_of(before) == job_of(item) == replace(CLAIMED, entry=None)


def test_a_job_that_a_later_release_has_written_in_another_way_is_not_misread() -> None:
    later = item_of(CLAIMED, None) | {"format": {"N": str(FORMAT + 1)}}

    with pytest.raises(ServiceUnavailableError, match="later release"):
        job_of(later)
    with pytest.raises(ServiceUnavailableError, match="later release"):
        store(item=later).get(CLAIMED.id)


class ListedClient:
    """A table with an index whose entries are all of its items, in the order of the test."""

    def __init__(self, *items: dict[str, Any]) -> None:
        self._items = items
        self.indexes: list[str] = []

    def query(self, *, IndexName: str, ExpressionAttributeValues: dict[str, Any], **_: Any) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.indexes.append(IndexName)
        shard = ExpressionAttributeValues.get(":shard")
        return {"Items": [item for item in self._items if shard is None or item.get("due_shard") == shard]}

    def batch_get_item(self, *, RequestItems: dict[str, Any]) -> dict[str, Any]:  # noqa: N803 - boto3's names
        wanted = [key["job_id"] for key in RequestItems["jobs"]["Keys"]]
        return {"Responses": {"jobs": [item for item in self._items if item["job_id"] in wanted]}}


def listing(*items: dict[str, Any], **wanted: Any) -> tuple[JobPage, list[str]]:
    client: Any = ListedClient(*items)
    page = DynamoDBJobStore(client, "jobs", expiry=after(days=1)).list(JOB.tenant, JobFilter(**wanted))
    return page, client.indexes


def of_a_later_release(job: Job) -> dict[str, Any]:
    return item_of(job, None) | {
        "format": {"N": str(FORMAT + 1)},
        "asked": {"B": b"in a way that this release cannot read"},
    }


@pytest.mark.parametrize("status", [None, JobStatus.PENDING], ids=["all", "those that wait"])
def test_a_job_of_a_later_release_is_named_beside_the_others_of_a_list(status: JobStatus | None) -> None:
    page, _ = listing(of_a_later_release(a_job(id="from-the-future")), item_of(JOB, None), status=status)

    assert page == JobPage((replace(JOB, entry=None),), None, ("from-the-future",))


def test_a_job_of_a_later_release_is_not_named_in_a_list_of_another_status() -> None:
    page, _ = listing(of_a_later_release(JOB), status=JobStatus.FAILED)

    assert page == JobPage((), None)


def test_what_is_rendered_is_found_by_its_lease_and_not_among_all_that_waits() -> None:
    others = replace(a_job(id="another-tenants"), tenant="another").claimed(NOON, LEASE)
    waiting = [item_of(a_job(id=f"waiting-{n}"), None) for n in range(3)]
    future = of_a_later_release(a_job(id="from-the-future").claimed(NOON, LEASE))

    page, indexes = listing(*waiting, item_of(CLAIMED, None), item_of(others, None), future, status=JobStatus.RENDERING)

    assert page == JobPage((replace(CLAIMED, entry=None),), None, ("from-the-future",))
    assert set(indexes) == {"by_due"}
