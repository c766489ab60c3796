"""What becomes of the messages that did not come from the API: uploads and direct requests."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from reports.access.identity import NO_TENANT, is_tenant
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope, first_sent
from reports.jobs.request import NotifyOptions, ReportOptions, ReportRequest
from reports.jobs.values import JobStatus
from tests.builders import App, at_its_last_receive, direct_message, notification, upload_message
from tests.fakes.queues import again
from tests.unit.worker.jobs import LETTER, only_job, reports_of


def test_an_upload_becomes_a_report_named_after_it(app: App) -> None:
    key = "uploads/demo/list/Orders 2026+.csv"
    app.uploads.put(key, b"a,b\n1,2\n", content_type="text/csv")

    assert app.process(upload_message(notification(key))).done

    job = only_job(app)
    assert (job.status, job.template, job.source) == (JobStatus.SUCCEEDED, "list", key)
    assert job.artifacts[0].name == "Orders 2026+.pdf"
    assert app.renderer.rendered[0].data == {"rows": [{"a": "1", "b": "2"}]}


@pytest.mark.parametrize(
    "key",
    ["uploads/demo/list/a.csv", "uploads/demo/list/a.csv.pressrun.json", "uploads/lost.csv", "uploads/demo/lost.csv"],
)
def test_every_upload_is_told_to_expire_whatever_becomes_of_it(app: App, key: str) -> None:
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")

    assert app.process(upload_message(notification(key))).done

    assert app.uploads.kept == [(key, "v1")]


def test_an_upload_that_is_gone_already_is_a_report_that_fails(app: App) -> None:
    app.process(upload_message(notification("uploads/demo/list/a.csv")))

    assert only_job(app).source == "uploads/demo/list/a.csv"
    assert app.uploads.kept == []


def test_a_repeated_upload_event_is_one_job(app: App) -> None:
    key = "uploads/demo/list/a.csv"
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")

    for message_id in ("m1", "m2"):
        app.process(upload_message(notification(key), message_id=message_id))
    app.process(upload_message(notification(key), notification(key)))

    assert len(app.jobs.jobs) == len(app.renderer.rendered) == 1


def test_each_version_of_a_file_is_a_report(app: App) -> None:
    key = "uploads/demo/list/a.csv"
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")

    app.process(upload_message(notification(key, version="v1"), notification(key, version="v2")))

    assert len(app.jobs.jobs) == 2


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("uploads/demo/nope/a.csv", b"a\n1\n", "unknown_template"),
        ("uploads/demo/a.csv", b"a\n1\n", "misplaced_upload"),
        ("uploads/demo/list/a.xls", b"<html>a", "unsupported_file"),
        ("uploads/demo/list/a.json", b"{", "unreadable_file"),
        ("uploads/demo/letter/a.csv", b"a\n1\n", "wrong_kind_of_data"),
        ("uploads/demo/letter/a.json", b"{}", "invalid_data"),
        ("uploads/demo/list/a.csv", b"a\n" * 600, "too_large"),
    ],
)
def test_a_bad_upload_gives_a_failed_job_with_a_reason(app: App, key: str, body: bytes, code: str) -> None:
    app.uploads.put(key, body, content_type="text/plain")

    assert app.process(upload_message(notification(key))).done

    job = only_job(app)
    assert job.status is JobStatus.FAILED
    assert job.tenant == "demo"
    assert job.failure is not None
    assert job.failure.code == code
    assert job.failure.message.endswith(".")


@pytest.mark.parametrize("key", ["uploads/a.csv", "uploads/Not-A-Tenant/list/a.csv", "elsewhere/demo/list/a.csv"])
def test_a_file_in_the_folder_of_no_tenant_is_a_report_that_no_tenant_sees(app: App, key: str) -> None:
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")

    assert app.process(upload_message(notification(key))).done

    job = only_job(app)
    assert (job.status, job.tenant) == (JobStatus.FAILED, NO_TENANT)
    assert not is_tenant(job.tenant)


def test_a_direct_request_belongs_to_the_tenant_that_api_gateway_names(app: App) -> None:
    assert app.process(direct_message({**LETTER, "options": {}}, tenant="acme")).done

    assert only_job(app).tenant == "acme"
    assert [key for key in app.artifacts.objects if "/acme/" not in key] == []


def test_a_file_that_is_not_there_is_waited_for(app: App) -> None:
    key = "uploads/demo/list/late.csv"
    message = upload_message(notification(key))

    assert app.process(message).retry_after == 30
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")

    assert app.process(again(message)).done
    assert only_job(app).status is JobStatus.SUCCEEDED


def test_one_bad_file_of_a_notification_does_not_hold_up_the_others(app: App) -> None:
    app.uploads.put("uploads/demo/list/good.csv", b"a\n1\n", content_type="text/csv")
    app.uploads.put("uploads/demo/list/bad.json", b"{", content_type="text/csv")
    records = [notification(f"uploads/demo/list/{name}") for name in ("bad.json", "good.csv", "missing.csv")]

    disposition = app.process(upload_message(*records))

    assert disposition.retry_after == 30
    assert sorted(job.status for job in app.jobs.jobs.values()) == ["FAILED", "PENDING", "SUCCEEDED"]


def test_a_notification_of_another_bucket_is_not_obeyed(app: App) -> None:
    assert app.process(upload_message(notification("uploads/demo/list/a.csv", bucket="artifacts"))).done

    assert not app.jobs.jobs


def test_no_copy_of_an_upload_is_left_behind(app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    app.uploads.put("uploads/demo/list/b.csv", b"a,b\n1,2\n1,2,3\n", content_type="text/csv")

    for name in ("a.csv", "b.csv"):
        app.process(upload_message(notification(f"uploads/demo/list/{name}")))

    assert sorted(job.status for job in app.jobs.jobs.values()) == ["FAILED", "SUCCEEDED"]
    assert list((tmp_path / "temporary").iterdir()) == []


def test_a_direct_request_becomes_a_job_of_the_callers_id(app: App) -> None:
    assert app.process(direct_message({**LETTER, "options": {"title": "Hi"}})).done

    job = app.jobs.get("req-1")
    assert (job.status, job.template, job.options.title) == (JobStatus.SUCCEEDED, "letter", "Hi")


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("no JSON", "malformed_message"),
        ({"template": "letter"}, "invalid_data"),
        ({**LETTER, "surplus": 1}, "invalid_data"),
        ({"template": "nope", "data": {}}, "unknown_template"),
        ({"template": "letter", "data": {}}, "invalid_data"),
        ({**LETTER, "options": {"filename": "../x"}}, "invalid_data"),
    ],
)
def test_a_bad_direct_request_can_be_looked_up_by_its_id_with_the_reason(app: App, body: object, code: str) -> None:
    assert app.process(direct_message(body)).done

    job = app.jobs.get("req-1")
    assert job.status is JobStatus.FAILED
    assert job.failure is not None
    assert job.failure.code == code


@pytest.mark.parametrize(
    "body",
    [
        '{"template": "letter", "data": {"to": "a", "to": "b"}, "options": {"notify": {"email": "a@b.example"}}}',
        {**LETTER, "surplus": 1, "options": {"notify": {"email": "a@b.example"}}},
        {**LETTER, "options": {"filename": "../x", "notify": {"email": "a@b.example"}}},
    ],
    ids=["refused by the reader", "refused as a whole", "another option is refused"],
)
def test_a_caller_who_asks_for_it_is_notified_that_the_request_is_faulty(app: App, body: object) -> None:
    assert app.process(direct_message(body)).done

    job = app.jobs.get("req-1")
    assert job.status is JobStatus.FAILED
    assert job.options == ReportOptions(notify=NotifyOptions(email="a@b.example"))
    assert [event.attributes["notify"] for event in app.publisher.published] == ["yes"]


@pytest.mark.parametrize(
    "body",
    [
        "[" * 100_000,
        '{"options": ' + '{"notify":' * 100_000,
        "[]",
        '{"options": {"notify": {"email": 7}}, "options": 7}',
        {**LETTER, "options": {"notify": {"email": "no address"}}},
        {**LETTER, "options": {"notify": ["a@b.example"]}},
        {**LETTER, "options": {"notify": None, "title": 7}},
    ],
)
def test_no_notification_is_sent_where_no_receiver_can_be_read(app: App, body: object) -> None:
    assert app.process(direct_message(body)).done

    job = app.jobs.get("req-1")
    assert (job.status, job.options) == (JobStatus.FAILED, ReportOptions())


def test_a_malformed_message_is_left_for_a_person_to_see(app: App) -> None:
    disposition = app.process(Envelope("m", "r", '{"v": 99}', {}, 1))

    assert not disposition.done


def test_a_test_event_is_done_with(app: App) -> None:
    assert app.process(Envelope("m", "r", json.dumps({"Event": "s3:TestEvent"}), {}, 1)).done


def outage(app: App) -> None:
    """Have no job be added."""
    app.jobs.refuse = ServiceUnavailableError("DynamoDB is down.")


@pytest.mark.parametrize(
    "message",
    [upload_message(notification("uploads/demo/list/a.csv")), direct_message({**LETTER, "options": {}})],
    ids=["upload", "direct request"],
)
def test_what_has_no_job_yet_in_an_outage_is_sent_once_more_before_its_last_receive(
    app: App, message: Envelope
) -> None:
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    outage(app)

    dispositions = [app.process(m) for m in (message, *(at_its_last_receive(message, but=n) for n in (2, 1, 0)))]

    told = [(v.retry_after, v.sent_again_after) for v in dispositions]
    assert told == [(30, None), (120, None), (None, 120), (None, 120)]
    app.jobs.refuse = None
    assert app.process(message).done
    assert only_job(app).status is JobStatus.SUCCEEDED


def test_a_fault_of_ours_at_the_last_receive_of_what_has_no_job_is_left_for_a_person_to_see(app: App) -> None:
    app.jobs.refuse = ZeroDivisionError()

    disposition = app.process(at_its_last_receive(upload_message(notification("uploads/demo/list/a.csv"))))

    assert (disposition.retry_after, disposition.sent_again_after) == (0, None)


def test_a_notification_goes_as_a_whole_when_one_of_its_files_has_no_job_at_the_last_receive(app: App) -> None:
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    add = app.jobs.add

    def add_but_one(job: Job) -> None:
        if job.source.endswith("b.csv"):
            raise ServiceUnavailableError("DynamoDB is down.")
        add(job)

    app.jobs.add = add_but_one  # type: ignore[method-assign]
    records = [notification(f"uploads/demo/list/{name}.csv") for name in "ba"]

    disposition = app.process(at_its_last_receive(upload_message(*records)))

    assert disposition.sent_again_after == 120
    assert only_job(app).status is JobStatus.SUCCEEDED


def test_admitting_gives_a_message_its_job_and_renders_nothing(app: App) -> None:
    message = direct_message({**LETTER, "options": {}})

    admitted = app.worker.admit(message)

    assert only_job(app).status is JobStatus.PENDING
    assert app.worker.work_off(admitted).done
    assert only_job(app).status is JobStatus.SUCCEEDED
    assert len(app.renderer.rendered) == 1


def erased(app: App, *, ended: bool) -> None:
    """Have the data of demo erased: it has ended now, or it is under way."""
    app.ask_for_erasure("demo", by="key:ab")
    if ended:
        app.erasures.advance(app.erasures.latest["demo"].finished(app.clock.now()))


@pytest.mark.parametrize(
    "message",
    [direct_message(LETTER), upload_message(notification("uploads/demo/list/a.csv"))],
    ids=["direct", "upload"],
)
@pytest.mark.parametrize(
    ("ended", "sent_later", "is_made"),
    [(False, True, False), (True, False, False), (True, True, True)],
    ids=["while it is under way", "before it ended", "after it ended"],
)
def test_what_waited_in_the_queue_is_erased_with_all_that_its_tenant_has(
    app: App, message: Envelope, ended: bool, sent_later: bool, is_made: bool
) -> None:
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    erased(app, ended=ended)
    sent_at = app.clock.now() + timedelta(seconds=60 if sent_later else -60)

    assert app.process(replace(message, sent_at=sent_at)).done

    assert bool(app.jobs.jobs) is is_made
    assert bool(app.artifacts.objects) is is_made


def test_what_waited_for_another_tenant_is_made(app: App) -> None:
    erased(app, ended=False)

    app.process(direct_message(LETTER, tenant="acme"))

    assert only_job(app).status is JobStatus.SUCCEEDED


def test_a_message_whose_job_was_erased_is_done(app: App) -> None:
    app.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="c")
    app.jobs.jobs.clear()

    assert app.process(app.queue.sent[-1]).done


def test_a_report_that_is_made_while_its_job_is_erased_leaves_nothing(app: App) -> None:
    app.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="c")
    app.renderer.before = app.jobs.jobs.clear

    assert app.process(app.queue.sent[-1]).done

    assert reports_of(app) == []


def test_a_copy_of_a_message_knows_when_the_first_was_sent(app: App) -> None:
    message = replace(direct_message(LETTER), sent_at=app.clock.now())

    app.queue.resend(message)

    copy = app.queue.sent[-1]
    assert first_sent(copy.attributes, None) == message.sent_at


@pytest.mark.parametrize("message", [direct_message(LETTER), upload_message(notification("uploads/demo/list/a.csv"))])
def test_the_audit_log_has_what_came_by_other_doors_than_the_api(app: App, message: Envelope) -> None:
    app.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")

    for _ in range(2):
        app.process(message)

    [entry] = app.audit.entries
    job = only_job(app)
    assert (entry.tenant, entry.action, entry.subject, entry.reports) == (
        "demo",
        "asked",
        f"door:{job.door}",
        (job.id,),
    )
