from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import (
    IdempotencyKeyReusedError,
    InvalidDataError,
    ServiceUnavailableError,
    TooLargeError,
    UnknownTemplateError,
)
from reports.intake.submit_report import MOST_ROWS_OF_BODY, digest_of
from reports.jobs.render_messages import encode
from reports.jobs.request import ReportOptions, ReportRequest
from reports.jobs.values import Door, JobStatus
from tests.builders import SETTINGS, App

LETTER = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(title="Hello"))


def test_an_accepted_request_has_its_input_kept_its_job_pending_and_its_render_asked_for(app: App) -> None:
    job = app.submit(LETTER, tenant="demo", correlation_id="corr-7")

    assert app.jobs.get(job.id) == job
    assert (job.status, job.door, job.tenant, job.correlation_id) == (JobStatus.PENDING, Door.API, "demo", "corr-7")
    assert json.loads(app.artifacts.objects["inputs/demo/job-1.json"].body)["data"] == {"to": "me"}
    [message] = app.queue.sent
    assert (message.body, message.correlation_id) == ('{"v": 1, "job_id": "job-1"}', "corr-7")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (ReportRequest(template="nope", data={}), UnknownTemplateError),
        (ReportRequest(template="letter", data={}), InvalidDataError),
    ],
)
def test_a_refused_request_leaves_nothing_behind(app: App, request_: ReportRequest, error: type[Exception]) -> None:
    with pytest.raises(error):
        app.submit(request_, tenant="demo", correlation_id="c")

    assert not app.jobs.jobs
    assert not app.artifacts.objects
    assert not app.queue.sent


def test_a_request_whose_input_cannot_be_kept_makes_no_job(app: App) -> None:
    app.artifacts.refuse = ServiceUnavailableError("S3 is down.")

    with pytest.raises(ServiceUnavailableError):
        app.submit(LETTER, tenant="demo", correlation_id="c")

    assert not app.jobs.jobs


def test_a_request_that_cannot_be_queued_is_kept_for_the_sweep_to_queue(app: App) -> None:
    app.queue.refuse = ServiceUnavailableError("SQS is down.")

    job = app.submit(LETTER, tenant="demo", correlation_id="c")

    assert job.status is JobStatus.PENDING
    assert list(app.jobs.due(JobStatus.PENDING, app.clock.now() + timedelta(seconds=1))) == [job.id]


def test_a_request_with_a_key_is_kept_like_any_other(app: App) -> None:
    job = app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k")

    assert app.jobs.get(job.id) == job
    assert json.loads(app.artifacts.objects[job.input.key].body)["data"] == {"to": "me"}
    assert [message.body for message in app.queue.sent] == [encode(job.id)]


def test_the_same_key_and_request_are_the_same_job_and_leave_nothing_more(app: App) -> None:
    first = app.submit(LETTER, tenant="demo", correlation_id="c1", idempotency_key="k")
    app.process(app.queue.sent[0])
    objects = set(app.artifacts.objects)

    again = app.submit(LETTER, tenant="demo", correlation_id="c2", idempotency_key="k")

    assert (again.id, again.status) == (first.id, JobStatus.SUCCEEDED)
    assert len(app.queue.sent) == len(app.jobs.jobs) == 1
    assert set(app.artifacts.objects) == objects


@pytest.mark.parametrize(
    "other",
    [
        ReportRequest(template="letter", data={"to": "you"}, options=LETTER.options),
        ReportRequest(template="letter", data={"to": "me"}),
        ReportRequest(template="letter", data={"to": "me", "copies": 1}, options=LETTER.options),
    ],
)
def test_the_same_key_for_another_request_is_refused_and_leaves_nothing(app: App, other: ReportRequest) -> None:
    app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k")
    objects = set(app.artifacts.objects)

    with pytest.raises(IdempotencyKeyReusedError):
        app.submit(other, tenant="demo", correlation_id="c", idempotency_key="k")

    assert len(app.queue.sent) == len(app.jobs.jobs) == 1
    assert set(app.artifacts.objects) == objects


def test_a_key_is_free_for_others_after_a_day_and_for_other_tenants(app: App) -> None:
    first = app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k")

    other = app.submit(LETTER, tenant="other", correlation_id="c", idempotency_key="k")
    app.clock.advance(hours=24)
    later = app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k")

    assert len({first.id, other.id, later.id}) == 3


def test_a_refused_request_does_not_use_its_key_up(app: App) -> None:
    with pytest.raises(InvalidDataError):
        app.submit(ReportRequest(template="letter", data={}), tenant="demo", correlation_id="c", idempotency_key="k")

    assert app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k").status is JobStatus.PENDING


def test_of_first_uses_at_the_same_time_the_second_gets_the_job_of_the_first(app: App) -> None:
    ours: list[str] = []

    def another() -> None:
        app.idempotency_keys.before_claim = lambda: None
        ours.append(app.submit(LETTER, tenant="demo", correlation_id="c1", idempotency_key="k").id)

    app.idempotency_keys.before_claim = another

    job = app.submit(LETTER, tenant="demo", correlation_id="c2", idempotency_key="k")

    assert [job.id] == ours == list(app.jobs.jobs)


def test_a_job_whose_first_request_died_before_it_was_queued_is_queued_by_the_next_once(app: App) -> None:
    app.queue.refuse = ServiceUnavailableError("SQS is down.")
    first = app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k")
    app.queue.refuse = None

    for _ in range(3):
        assert app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k").id == first.id

    assert [message.body for message in app.queue.sent] == [encode(first.id)]
    app.process(app.queue.sent[0])
    assert app.jobs.get(first.id).status is JobStatus.SUCCEEDED


def refuse_keys(app: App) -> None:
    app.idempotency_keys.refuse = True


def refuse_inputs(app: App) -> None:
    app.artifacts.refuse = ServiceUnavailableError("S3 is down.")


def refuse_jobs(app: App) -> None:
    app.jobs.refuse = ServiceUnavailableError("DynamoDB is down.")


@pytest.mark.parametrize("break_off", [refuse_keys, refuse_inputs, refuse_jobs])
def test_a_request_that_ends_between_its_steps_is_completed_by_the_next_as_one_job(
    app: App, break_off: Callable[[App], None]
) -> None:
    break_off(app)
    with pytest.raises(ServiceUnavailableError):
        app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k")
    assert not app.jobs.jobs
    app.idempotency_keys.refuse, app.artifacts.refuse, app.jobs.refuse = False, None, None

    ids = {app.submit(LETTER, tenant="demo", correlation_id="c", idempotency_key="k").id for _ in range(2)}

    assert ids == set(app.jobs.jobs)
    [message, *_] = app.queue.sent
    app.process(message)
    assert [job.status for job in app.jobs.jobs.values()] == [JobStatus.SUCCEEDED]


def test_a_first_request_that_is_slower_than_the_next_with_its_key_is_the_same_job(app: App) -> None:
    others: list[str] = []

    def another() -> None:
        app.artifacts.before_put = lambda: None
        others.append(app.submit(LETTER, tenant="demo", correlation_id="c2", idempotency_key="k").id)

    app.artifacts.before_put = another

    job = app.submit(LETTER, tenant="demo", correlation_id="c1", idempotency_key="k")

    assert [job.id] == others == list(app.jobs.jobs)
    assert app.jobs.get(job.id).correlation_id == "c2"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=8,
)


def _turned(value: Any) -> Any:
    """Write the members of objects in the opposite order."""
    if isinstance(value, dict):
        return {key: _turned(value[key]) for key in reversed(value)}
    return [_turned(each) for each in value] if isinstance(value, list) else value


@given(data=st.dictionaries(st.text(max_size=3), JSON, max_size=5))
def test_the_order_of_members_does_not_make_another_request(data: dict[str, Any]) -> None:
    assert digest_of(ReportRequest(template="letter", data=data)) == digest_of(
        ReportRequest(template="letter", data=_turned(data))
    )


@given(one=JSON, other=JSON)
def test_other_data_are_another_request(one: Any, other: Any) -> None:
    digests = [digest_of(ReportRequest(template="letter", data={"x": each})) for each in (one, other)]

    assert (digests[0] == digests[1]) == (json.dumps(one, sort_keys=True) == json.dumps(other, sort_keys=True))


def test_a_request_with_a_password_is_another_than_one_without() -> None:
    asked = [
        {"allow": ["print", "copy", "modify"]},
        {"user_password": "correct horse"},
        {"owner_password": "correct horse"},
        {"user_password": "correct horse", "owner_password": "battery staple"},
    ]
    requests = [
        ReportRequest.model_validate({"template": "letter", "data": {}, "options": {"protect": each}}) for each in asked
    ]
    other = {"template": "letter", "data": {}, "options": {"protect": {"user_password": "battery staple"}}}

    assert len({*map(digest_of, requests)}) == len(asked)
    # By the digest of a password, it could be guessed.
    assert digest_of(ReportRequest.model_validate(other)) == digest_of(requests[1])


def test_rows_that_are_too_many_for_a_body_are_refused_before_any_is_looked_at() -> None:
    app = App(replace(SETTINGS, rows_per_report=1_000_000))
    rows: list[Any] = [None] * (MOST_ROWS_OF_BODY + 1)

    with pytest.raises(TooLargeError, match="POST /uploads"):
        app.submit(ReportRequest(template="list", data={"rows": rows}), tenant="demo", correlation_id="c")

    assert app.jobs.jobs == {}
