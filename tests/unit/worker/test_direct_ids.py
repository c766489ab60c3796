"""Under which id a direct request gets its job, when others have that id, or mean to have it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import JobExistsError, MalformedMessageError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.render_messages import parse
from reports.jobs.values import Door, InputRef, JobStatus
from tests.builders import App, a_job, direct_message, notification, upload_message
from tests.fakes.queues import again
from tests.unit.worker.jobs import LETTER, only_job, submitted

EXTENDED = "S-D5rG9QFiAFnVg="
"""An id as API Gateway makes it."""


def a_letter_to(name: str) -> dict[str, Any]:
    return {"template": "letter", "data": {"to": name}, "options": {}}


def rendered_for(app: App) -> list[str]:
    return [request.data["to"] for request in app.renderer.rendered]


def test_a_report_has_the_id_that_api_gateway_made(app: App) -> None:
    assert app.process(direct_message(a_letter_to("me"), request_id=EXTENDED)).done

    assert only_job(app).id == EXTENDED


def test_of_two_tenants_with_one_id_the_second_is_a_dead_letter_that_touches_nothing(app: App) -> None:
    first, second = (direct_message(a_letter_to(tenant), tenant=tenant) for tenant in ("acme", "demo"))
    app.worker.admit(first)
    before = dict(app.artifacts.objects)

    disposition = app.process(second)

    assert disposition.rejected == "The id 'req-1' is another request's. Ask for the report again."
    assert app.artifacts.objects == before
    assert app.process(first).done
    assert (only_job(app).tenant, rendered_for(app)) == ("acme", ["acme"])


def test_what_waits_is_rendered_from_what_was_first_asked_under_its_id(app: App) -> None:
    first, second = (direct_message(a_letter_to(name)) for name in ("me", "another"))
    admitted = app.worker.admit(first)

    disposition = app.process(second)

    assert disposition.rejected is not None
    assert app.worker.work_off(admitted).done
    assert rendered_for(app) == ["me"]


def test_a_report_asked_for_at_the_api_is_not_replaced_by_the_direct_door(app: App) -> None:
    job, message = submitted(app)
    before = dict(app.artifacts.objects)

    disposition = app.process(direct_message(a_letter_to("another"), request_id=job.id))

    assert disposition.rejected is not None
    assert app.artifacts.objects == before
    assert app.process(message).done
    assert rendered_for(app) == ["me"]


def test_a_report_of_an_upload_is_not_replaced_by_the_direct_door(app: App) -> None:
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    message = upload_message(notification("uploads/demo/list/a.csv"))
    app.worker.admit(message)

    assert app.process(direct_message(a_letter_to("x"), request_id=only_job(app).id)).rejected is not None

    assert app.process(message).done
    assert (only_job(app).door, only_job(app).status) == (Door.UPLOAD, JobStatus.SUCCEEDED)


def test_an_upload_whose_id_is_taken_does_not_hold_up_the_others_of_its_notification(app: App) -> None:
    records = [notification(f"uploads/demo/list/{name}.csv") for name in "ab"]
    for name in "ab":
        app.uploads.put(f"uploads/demo/list/{name}.csv", b"a\n1\n", content_type="text/csv")
    [a, _] = parse("m", json.dumps({"Records": records}), {})
    assert app.process(direct_message(a_letter_to("me"), request_id=a.job_id)).done

    disposition = app.process(upload_message(*records))

    assert disposition.rejected is not None
    assert sorted(job.door for job in app.jobs.jobs.values()) == ["queue", "upload"]
    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.SUCCEEDED}


def test_a_repeated_message_of_one_request_is_one_report(app: App) -> None:
    message = direct_message(a_letter_to("me"))

    assert all(app.process(each).done for each in (message, again(message), message))

    assert rendered_for(app) == ["me"]


def test_the_loser_of_the_race_for_an_id_takes_the_winners_job_only_for_the_same_request(app: App) -> None:
    add = app.jobs.add

    def overtaken(job: Job) -> None:
        app.jobs.add = add  # type: ignore[method-assign]
        app.worker.admit(direct_message(a_letter_to("the first")))
        add(job)

    app.jobs.add = overtaken  # type: ignore[method-assign]
    assert app.process(direct_message(a_letter_to("the second"))).rejected is not None
    app.jobs.jobs.clear()
    app.jobs.add = overtaken  # type: ignore[method-assign]
    assert app.process(direct_message(a_letter_to("the first"))).done

    assert rendered_for(app) == ["the first"]


def test_a_job_has_its_input_wherever_its_admission_ends(app: App) -> None:
    message = direct_message(a_letter_to("me"))
    add = app.jobs.add

    def add_and_die(job: Job) -> None:
        add(job)
        raise KeyboardInterrupt

    app.jobs.refuse = ServiceUnavailableError("DynamoDB is down.")
    assert app.process(message).retry_after == 30
    app.jobs.refuse = None
    app.jobs.add = add_and_die  # type: ignore[method-assign]
    with pytest.raises(KeyboardInterrupt):
        app.worker.admit(message)

    assert only_job(app).input.key in app.artifacts.objects
    assert app.process(again(message)).done
    assert only_job(app).status is JobStatus.SUCCEEDED


def test_the_job_of_an_earlier_release_is_still_its_requests(app: App) -> None:
    earlier = a_job("req-1", door=Door.QUEUE, input=InputRef("inputs/demo/req-1.json"))
    app.jobs.add(earlier)
    app.artifacts.put(earlier.input.key, json.dumps(LETTER).encode(), content_type="application/json")

    assert app.process(direct_message(LETTER)).done

    assert rendered_for(app) == ["me"]


@pytest.mark.parametrize(
    "request_id",
    [
        "x" * 65,
        "x" * 200,
        "a/b",
        "../x",
        "a b",
        "a\nb",
        "ä",
        "a%2Fb",
        "a+b",
        "=",
        "a=b",
        "a===",
        "a&Action=Purge",
        "\x00",
    ],
)
def test_an_id_that_no_report_could_be_looked_up_by_is_malformed(app: App, request_id: str) -> None:
    disposition = app.process(direct_message(a_letter_to("me"), request_id=request_id))

    assert disposition.rejected is not None
    assert "request id" in disposition.rejected
    assert (app.jobs.jobs, app.artifacts.objects) == ({}, {})


@given(request_id=st.text(min_size=1, max_size=80))
def test_any_id_is_taken_as_it_is_or_refused(request_id: str) -> None:
    attributes = {"door": "queue", "tenant": "demo", "request_id": request_id}

    try:
        [request] = parse("m", "{}", attributes)
    except MalformedMessageError as error:
        assert len(error.message) < 500
    else:
        assert request.job_id == request_id
        assert set(request_id) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=")


@given(bodies=st.lists(st.text(), min_size=2, max_size=2, unique=True), tenants=st.permutations(["acme", "demo"]))
def test_two_requests_never_have_one_input(bodies: list[str], tenants: list[str]) -> None:
    def asked(body: str, tenant: str) -> str:
        [request] = parse("m", body, {"door": "queue", "tenant": tenant, "request_id": "req-1"})
        return request.input.key  # type: ignore[union-attr]

    keys = {asked(body, tenant) for body in bodies for tenant in tenants}

    assert len(keys) == 4


def test_a_fault_of_the_store_is_no_other_request(app: App) -> None:
    job = a_job("req-1", tenant="acme", door=Door.QUEUE)
    app.jobs.add(job)

    with pytest.raises(JobExistsError):
        app.jobs.add(job)
    app.jobs.get = unavailable  # type: ignore[method-assign]

    disposition = app.process(direct_message(a_letter_to("me")))

    assert (disposition.rejected, disposition.retry_after) == (None, 30)


def unavailable(job_id: str) -> Job:
    raise ServiceUnavailableError(f"DynamoDB is down, and does not say what {job_id} is.")
