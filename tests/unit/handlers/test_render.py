from __future__ import annotations

import io
import json
from typing import Any

import pytest

from handlers import logs, render
from reports import bootstrap
from reports.errors import InterruptedRenderError, ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope
from reports.jobs.request import ReportRequest
from reports.jobs.values import JobStatus
from tests.builders import App, at_its_last_receive, notification, upload_message
from tests.fakes.queues import again
from tests.invoking import LambdaContext, record


@pytest.fixture(autouse=True)
def worker(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "service", lambda: app)


def submit(app: App) -> Envelope:
    app.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="corr-7")
    return app.queue.sent[-1]


def direct(number: int, body: str = '{"template": "letter", "data": {"to": "me"}, "options": {}}') -> Envelope:
    attributes = {"door": "queue", "tenant": "demo", "request_id": f"req-{number}"}
    return Envelope(f"d{number}", f"rd{number}", body, attributes, 1)


def failures(answer: dict[str, Any]) -> list[str]:
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_batch_of_good_records_has_no_failures(app: App, lambda_context: LambdaContext) -> None:
    event = {"Records": [record(submit(app)) for _ in range(10)]}

    assert failures(render.handler(event, lambda_context)) == []

    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.SUCCEEDED}


def test_one_bad_record_fails_alone(app: App, lambda_context: LambdaContext) -> None:
    good = [record(submit(app)) for _ in range(3)]
    event = {"Records": [good[0], record(good_as_envelope("bad"), body="no JSON"), good[1], good[2]]}

    app.renderer.faults = [ZeroDivisionError()]

    assert failures(render.handler(event, lambda_context)) == ["m1"]

    assert [job.status for job in app.jobs.jobs.values()] == ["PENDING", "SUCCEEDED", "SUCCEEDED"]
    assert [envelope.message_id for envelope, _ in app.queue.rejected] == ["bad"]


def test_a_record_that_cannot_be_sent_on_is_delivered_again(app: App, lambda_context: LambdaContext) -> None:
    app.queue.refuse = ServiceUnavailableError("SQS is down.")
    event = {"Records": [record(good_as_envelope("bad"), body="no JSON")]}

    assert failures(render.handler(event, lambda_context)) == ["bad"]


def good_as_envelope(message_id: str) -> Envelope:
    return Envelope(message_id, f"r-{message_id}", "{}", {}, 1)


def test_a_record_that_is_no_sqs_record_fails_alone(app: App, lambda_context: LambdaContext) -> None:
    event = {"Records": [record(good_as_envelope("bad"), attributes={}), record(submit(app))]}

    assert failures(render.handler(event, lambda_context)) == ["bad"]


def test_a_batch_in_which_all_fail_is_an_answer_and_no_exception(app: App, lambda_context: LambdaContext) -> None:
    app.renderer.faults = [ZeroDivisionError(), ZeroDivisionError()]
    event = {"Records": [record(submit(app)) for _ in range(2)]}

    assert failures(render.handler(event, lambda_context)) == ["m1", "m2"]


def test_a_record_to_be_retried_is_hidden_for_the_backoff(app: App, lambda_context: LambdaContext) -> None:
    message = submit(app)
    app.renderer.faults = [ServiceUnavailableError("down")]

    assert failures(render.handler({"Records": [record(message)]}, lambda_context)) == ["m1"]

    # After the heartbeats.
    assert app.queue.postponed[-1] == ("r1", 30)


def test_records_that_the_time_does_not_suffice_for_go_back_with_all_their_receives(
    app: App, lambda_context: LambdaContext
) -> None:
    event = {"Records": [record(submit(app)) for _ in range(3)]}
    app.renderer.before = lambda: setattr(lambda_context, "remaining_ms", 10_000)

    assert failures(render.handler(event, lambda_context)) == []

    again = app.queue.sent[3:]
    assert [(message.body, message.receives) for message in again] == [
        (message.body, 1) for message in app.queue.sent[1:3]
    ]
    assert app.jobs.get("job-2").attempt == 0


def test_a_render_that_the_rest_of_the_time_does_not_suffice_for_goes_back_with_all_its_receives(
    app: App, lambda_context: LambdaContext
) -> None:
    message = submit(app)
    app.renderer.faults = [InterruptedRenderError("Too late.")]

    assert failures(render.handler({"Records": [record(again(again(message)))]}, lambda_context)) == []

    assert [(copy.body, copy.receives) for copy in app.queue.sent[1:]] == [(message.body, 1)]
    assert app.queue.delays == [0]


def test_a_render_has_the_time_of_its_batch_but_for_recording_the_end(app: App, lambda_context: LambdaContext) -> None:
    render.handler({"Records": [record(submit(app))]}, lambda_context)

    [seconds_left] = app.renderer.seconds_left
    assert 40 < seconds_left <= 45


@pytest.mark.parametrize(("seconds", "most"), [(12, 9), (20, 15), (300, 280)])
def test_a_function_with_little_time_still_renders(
    seconds: int, most: int, app: App, lambda_context: LambdaContext
) -> None:
    lambda_context.remaining_ms = seconds * 1000

    render.handler({"Records": [record(submit(app))]}, lambda_context)

    assert [round(left) for left in app.renderer.seconds_left] == [most]


def test_a_queue_that_does_not_answer_costs_only_the_backoff(
    app: App, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = submit(app)
    app.renderer.faults = [ServiceUnavailableError("down")]

    def refuse(receipt_handle: str, *, seconds: int) -> None:
        raise ServiceUnavailableError("SQS is down.")

    monkeypatch.setattr(app.queue, "postpone", refuse)

    assert failures(render.handler({"Records": [record(message)]}, lambda_context)) == ["m1"]


def test_log_lines_carry_the_correlation_id_and_the_function(
    app: App, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    message = submit(app)
    output = io.StringIO()
    monkeypatch.setattr(logs.configure("render").registered_handler, "stream", output)

    render.handler({"Records": [record(message)]}, lambda_context)

    lines = [json.loads(line) for line in output.getvalue().splitlines()]
    steps = {line["message"]: line for line in lines}
    assert {"claimed", "rendered", "succeeded"} <= steps.keys()
    assert steps["succeeded"]["job_id"] == "job-1"
    assert steps["succeeded"]["duration_ms"] >= 0
    assert all((line["correlation_id"], line["function"]) == ("corr-7", "render") for line in steps.values())


def test_every_request_of_a_batch_has_its_job_before_the_first_is_rendered(
    app: App, lambda_context: LambdaContext
) -> None:
    upload = upload_message(notification("uploads/demo/list/a.csv"))
    at_the_first_render: list[str] = []

    def be_killed() -> None:
        at_the_first_render.extend(job.door for job in app.jobs.jobs.values())
        raise KeyboardInterrupt

    app.renderer.before = be_killed
    event = {"Records": [record(submit(app)), record(direct(1)), record(upload)]}

    with pytest.raises(KeyboardInterrupt):
        render.handler(event, lambda_context)

    assert at_the_first_render == ["api", "queue", "upload"]


def test_a_request_that_cannot_be_admitted_does_not_hurt_the_others_of_its_batch(
    app: App, lambda_context: LambdaContext
) -> None:
    add = app.jobs.add

    def add_but_one(job: Job) -> None:
        if job.id == "req-1":
            raise ServiceUnavailableError("DynamoDB is down.")
        add(job)

    app.jobs.add = add_but_one  # type: ignore[method-assign]
    messages = [direct(1), direct(2), good_as_envelope("bad")]
    event = {"Records": [*map(record, messages), record(good_as_envelope("worse"), attributes={}), record(direct(3))]}

    assert failures(render.handler(event, lambda_context)) == ["d1", "worse"]

    assert {job.id: job.status for job in app.jobs.jobs.values()} == {"req-2": "SUCCEEDED", "req-3": "SUCCEEDED"}
    assert [each for each in app.queue.postponed if each[0] == "rd1"] == [("rd1", 30)]


def test_what_cannot_be_admitted_at_the_last_receive_is_sent_once_more_and_done_with(
    app: App, lambda_context: LambdaContext
) -> None:
    app.jobs.refuse = ServiceUnavailableError("DynamoDB is down.")
    message = at_its_last_receive(direct(1))

    assert failures(render.handler({"Records": [record(message)]}, lambda_context)) == []

    [copy] = app.queue.sent
    assert (copy.body, copy.attributes, copy.receives) == (message.body, message.attributes, 1)
    assert app.queue.delays == [120]


def test_a_copy_that_cannot_be_sent_leaves_the_message_to_the_dead_letter_queue(
    app: App, lambda_context: LambdaContext
) -> None:
    app.jobs.refuse = app.queue.refuse = ServiceUnavailableError("All is down.")

    assert failures(render.handler({"Records": [record(at_its_last_receive(direct(1)))]}, lambda_context)) == ["d1"]


def test_admission_leaves_time_to_render_and_what_is_left_out_is_admitted_in_its_turn(
    app: App, lambda_context: LambdaContext
) -> None:
    add = app.jobs.add
    jobs_at_render: list[int] = []

    def add_slowly(job: Job) -> None:
        lambda_context.remaining_ms -= 10_000
        add(job)

    app.jobs.add = add_slowly  # type: ignore[method-assign]
    app.renderer.before = lambda: jobs_at_render.append(len(app.jobs.jobs))

    assert failures(render.handler({"Records": [record(direct(n)) for n in range(4)]}, lambda_context)) == []

    assert jobs_at_render == [2, 2, 3, 4]
    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.SUCCEEDED}


def test_requests_without_a_job_are_counted_for_an_alarm_and_what_is_not_understood_is_not(
    app: App, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    lambda_context.function_name = "pressrun-dev-render"
    nonsense = record(Envelope("m9", "rm9", "{", {}, 1))

    render.handler({"Records": [record(direct(1)), nonsense]}, lambda_context)
    assert "_aws" not in capsys.readouterr().out
    app.jobs.refuse = ServiceUnavailableError("DynamoDB is down.")
    render.handler({"Records": [record(direct(2)), nonsense, record(again(again(direct(3))))]}, lambda_context)

    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (line["unadmitted"], line["service"], line["function_name"]) == ([2.0], "render", "pressrun-dev-render")


def test_reports_that_the_fast_path_has_failed_are_counted(
    app: App, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    lambda_context.function_name = "pressrun-dev-render"
    render.handler({"Records": [record(direct(1))]}, lambda_context)
    assert "_aws" not in capsys.readouterr().out
    app.renderer.layout = {"path": "plain", "reason": "the fast path failed", "fault": "AttributeError"}

    answer = render.handler({"Records": [record(direct(2)), record(direct(3))]}, lambda_context)

    assert failures(answer) == []
    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines() if '"_aws"' in line]
    assert (line["fast_path_faults"], line["function_name"]) == ([2.0], "pressrun-dev-render")
    assert "unadmitted" not in line
