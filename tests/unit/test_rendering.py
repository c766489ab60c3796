from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import (
    InputUnavailableError,
    InterruptedRenderError,
    JobConflictError,
    RenderTimeoutError,
    ServiceUnavailableError,
    TemplateBrokenError,
    UnreadableFileError,
)
from reports.messages import Envelope
from reports.model import Job, JobStatus, Progress, Provenance
from reports.rendering import Backoff
from reports.request import ReportOptions, ReportRequest
from tests.builders import LEASE, HighestJitter, Shop, direct_message, notification, upload_message
from tests.fakes import again

LETTER = {"template": "letter", "data": {"to": "me"}}


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def submitted(shop: Shop, **options: Any) -> tuple[Job, Envelope]:
    request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(**options))
    job = shop.submit(request, tenant="demo", correlation_id="corr-7")
    return job, shop.queue.sent[-1]


def only_job(shop: Shop) -> Job:
    [job] = shop.jobs.jobs.values()
    return job


def names(shop: Shop, job: Job) -> list[str]:
    return [event.name for event in shop.jobs.events(job.id)]


def test_a_job_becomes_a_report_with_its_files_under_the_attempt(shop: Shop) -> None:
    job, message = submitted(shop, filename="Brief", title="Brief an mich", locale="de")

    verdict = shop.worker.process(message)

    assert verdict.done
    ended = shop.jobs.get(job.id)
    assert (ended.status, ended.pages, ended.attempt, ended.failure) == (JobStatus.SUCCEEDED, 2, 1, None)
    assert [a.key for a in ended.artifacts] == ["reports/demo/job-1/1/Brief.pdf", "reports/demo/job-1/1/thumbnail.png"]
    assert shop.artifacts.objects["reports/demo/job-1/1/Brief.pdf"].content_type == "application/pdf"
    [(template, data, context)] = shop.renderer.rendered
    assert (template.name, data) == ("letter", {"to": "me"})
    assert (context.title, context.locale, context.created_at) == ("Brief an mich", "de", job.created_at)
    assert names(shop, job) == ["accepted", "rendering", "succeeded"]


def test_a_message_delivered_twice_makes_one_report(shop: Shop) -> None:
    job, message = submitted(shop)

    assert shop.worker.process(message).done
    assert shop.worker.process(again(message)).done

    assert len(shop.renderer.rendered) == 1
    assert shop.jobs.get(job.id).attempt == 1


def test_a_file_that_cannot_be_rendered_fails_at_once_and_is_not_retried(shop: Shop) -> None:
    shop.renderer.faults = [TemplateBrokenError("Line 7 is broken.")]
    job, message = submitted(shop)

    verdict = shop.worker.process(message)

    assert verdict.done
    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert (failure.code, failure.message, failure.retryable) == ("template_broken", "Line 7 is broken.", False)


def test_a_transient_fault_is_retried_with_growing_waits_and_succeeds(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down"), ServiceUnavailableError("down")]
    job, message = submitted(shop)

    first = shop.worker.process(message)
    second = shop.worker.process(again(message))
    third = shop.worker.process(again(again(message)))

    assert (first.retry_after, second.retry_after, third.retry_after) == (30, 60, None)
    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED
    assert shop.jobs.get(job.id).artifacts[0].key.startswith("reports/demo/job-1/3/")
    assert names(shop, job) == ["accepted", "rendering", "retry", "rendering", "retry", "rendering", "succeeded"]


def test_a_render_over_its_limits_fails_at_once_and_the_next_message_is_worked_off(shop: Shop) -> None:
    shop.renderer.faults = [RenderTimeoutError("Too long.", seconds=240)]
    slow, first = submitted(shop)
    quick, second = submitted(shop)

    assert shop.worker.process(first).done
    assert shop.worker.process(second).done

    failure = shop.jobs.get(slow.id).failure
    assert failure is not None
    assert (failure.code, failure.retryable) == ("render_timeout", False)
    assert shop.jobs.get(quick.id).status is JobStatus.SUCCEEDED


def test_a_render_that_the_worker_had_no_time_for_is_retried(shop: Shop) -> None:
    shop.renderer.faults = [InterruptedRenderError("Too late.")]
    job, message = submitted(shop)

    verdict = shop.worker.process(message, seconds_left=40)

    assert verdict.retry_after == 30
    assert shop.jobs.get(job.id).status is JobStatus.PENDING
    [seconds_left] = shop.renderer.seconds_left
    assert seconds_left is not None
    assert 0 < seconds_left <= 40


def test_between_attempts_a_job_is_pending_and_says_why(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("S3 is slow.")]
    job, message = submitted(shop)

    shop.worker.process(message)

    waiting = shop.jobs.get(job.id)
    assert waiting.status is JobStatus.PENDING
    assert waiting.failure is not None
    assert waiting.failure.message == "S3 is slow."


def test_after_the_last_receive_the_job_fails_and_the_message_moves_to_the_dead_letter_queue(shop: Shop) -> None:
    shop.renderer.faults = [ServiceUnavailableError("down")] * 3
    job, message = submitted(shop)

    verdicts = [shop.worker.process(m) for m in (message, again(message), again(again(message)))]

    assert verdicts[-1].retry_after == 0
    failed = shop.jobs.get(job.id)
    assert failed.status is JobStatus.FAILED
    assert failed.failure is not None
    assert failed.failure.retryable


def test_a_fault_that_nobody_foresaw_is_retried_and_tells_callers_nothing_of_itself(
    shop: Shop, caplog: pytest.LogCaptureFixture
) -> None:
    shop.renderer.faults = [ZeroDivisionError("secret detail")]
    job, message = submitted(shop)

    assert shop.worker.process(message).retry_after == 30

    failure = shop.jobs.get(job.id).failure
    assert failure is not None
    assert failure.code == "internal_error"
    assert "secret" not in failure.message
    assert any(record.exc_info for record in caplog.records)


def test_logs_hold_ids_and_no_data(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    _, message = submitted(shop, filename="Kündigung Müller.pdf")

    shop.worker.process(message)

    claimed = next(record for record in caplog.records if record.message == "claimed")
    assert (claimed.job_id, claimed.correlation_id, claimed.attempt) == ("job-1", "corr-7", 1)  # type: ignore[attr-defined]
    assert "Müller" not in caplog.text
    assert not any("Müller" in str(vars(record)) for record in caplog.records)


def test_while_one_worker_renders_another_leaves_the_job_alone_and_the_message_in_the_queue(shop: Shop) -> None:
    job, message = submitted(shop)
    verdicts = []
    shop.renderer.before = lambda: verdicts.append(shop.worker.process(message))

    shop.worker.process(message)

    assert verdicts[0].retry_after == LEASE.total_seconds() + 1
    assert shop.jobs.get(job.id).attempt == 1
    assert len(shop.renderer.rendered) == 1


def test_a_worker_that_died_is_followed_by_another_when_its_lease_is_over(shop: Shop) -> None:
    job, message = submitted(shop)
    dead = job.claimed(shop.clock.now(), LEASE)
    shop.jobs.advance(dead, dead.event("rendering"))

    early = shop.worker.process(again(message))
    shop.clock.advance(seconds=LEASE.total_seconds() + 1)
    late = shop.worker.process(again(message))

    assert not early.done
    assert late.done
    assert shop.jobs.get(job.id).artifacts[0].key.startswith("reports/demo/job-1/2/")


def test_a_slow_worker_that_lost_its_lease_cannot_overwrite_the_winner(shop: Shop) -> None:
    job, message = submitted(shop)

    def be_overtaken() -> None:
        shop.renderer.before = lambda: None
        shop.clock.advance(seconds=LEASE.total_seconds() + 1)
        assert shop.worker.process(again(message)).done

    shop.renderer.before = be_overtaken
    slow = shop.worker.process(message)

    assert slow.done
    ended = shop.jobs.get(job.id)
    assert ended.attempt == 2
    assert ended.artifacts[0].key == "reports/demo/job-1/2/letter.pdf"
    assert names(shop, job) == ["accepted", "rendering", "rendering", "succeeded"]


def test_a_worker_that_loses_the_race_for_a_claim_leaves_the_message_in_the_queue(shop: Shop) -> None:
    job, message = submitted(shop)
    advance = shop.jobs.advance

    def lose(candidate: Job, event: object) -> None:
        shop.jobs.advance = advance  # type: ignore[method-assign]
        winner = job.claimed(shop.clock.now(), LEASE)
        advance(winner, winner.event("rendering"))
        raise JobConflictError("lost")

    shop.jobs.advance = lose  # type: ignore[method-assign,assignment]

    assert shop.worker.process(message).retry_after == 30
    assert not shop.renderer.rendered


def test_an_upload_becomes_a_report_named_after_it(shop: Shop) -> None:
    key = "uploads/demo/list/Orders 2026+.csv"
    shop.uploads.put(key, b"a,b\n1,2\n", content_type="text/csv")

    assert shop.worker.process(upload_message(notification(key))).done

    job = only_job(shop)
    assert (job.status, job.template, job.source) == (JobStatus.SUCCEEDED, "list", key)
    assert job.artifacts[0].name == "Orders 2026+.pdf"
    assert shop.renderer.rendered[0][1] == {"rows": [{"a": "1", "b": "2"}]}


def test_a_repeated_upload_event_is_one_job(shop: Shop) -> None:
    key = "uploads/demo/list/a.csv"
    shop.uploads.put(key, b"a\n1\n", content_type="text/csv")

    for message_id in ("m1", "m2"):
        shop.worker.process(upload_message(notification(key), message_id=message_id))
    shop.worker.process(upload_message(notification(key), notification(key)))

    assert len(shop.jobs.jobs) == len(shop.renderer.rendered) == 1


def test_each_version_of_a_file_is_a_report(shop: Shop) -> None:
    key = "uploads/demo/list/a.csv"
    shop.uploads.put(key, b"a\n1\n", content_type="text/csv")

    shop.worker.process(upload_message(notification(key, version="v1"), notification(key, version="v2")))

    assert len(shop.jobs.jobs) == 2


@pytest.mark.parametrize(
    ("key", "body", "code"),
    [
        ("uploads/demo/nope/a.csv", b"a\n1\n", "unknown_template"),
        ("uploads/demo/a.csv", b"a\n1\n", "misplaced_upload"),
        ("uploads/a.csv", b"a\n1\n", "misplaced_upload"),
        ("uploads/demo/list/a.xls", b"a", "unsupported_file"),
        ("uploads/demo/list/a.json", b"{", "unreadable_file"),
        ("uploads/demo/letter/a.csv", b"a\n1\n", "wrong_kind_of_data"),
        ("uploads/demo/letter/a.json", b"{}", "invalid_data"),
        ("uploads/demo/list/a.csv", b"a\n" * 600, "too_large"),
    ],
)
def test_a_bad_upload_gives_a_failed_job_with_a_reason(shop: Shop, key: str, body: bytes, code: str) -> None:
    shop.uploads.put(key, body, content_type="text/plain")

    assert shop.worker.process(upload_message(notification(key))).done

    job = only_job(shop)
    assert job.status is JobStatus.FAILED
    assert job.tenant == "demo"
    assert job.failure is not None
    assert job.failure.code == code
    assert job.failure.message.endswith(".")


def test_a_file_that_is_not_there_is_waited_for(shop: Shop) -> None:
    key = "uploads/demo/list/late.csv"
    message = upload_message(notification(key))

    assert shop.worker.process(message).retry_after == 30
    shop.uploads.put(key, b"a\n1\n", content_type="text/csv")

    assert shop.worker.process(again(message)).done
    assert only_job(shop).status is JobStatus.SUCCEEDED


def test_one_bad_file_of_a_notification_does_not_hold_up_the_others(shop: Shop) -> None:
    shop.uploads.put("uploads/demo/list/good.csv", b"a\n1\n", content_type="text/csv")
    shop.uploads.put("uploads/demo/list/bad.json", b"{", content_type="text/csv")
    records = [notification(f"uploads/demo/list/{name}") for name in ("bad.json", "good.csv", "missing.csv")]

    verdict = shop.worker.process(upload_message(*records))

    assert verdict.retry_after == 30
    assert sorted(job.status for job in shop.jobs.jobs.values()) == ["FAILED", "PENDING", "SUCCEEDED"]


def test_a_notification_of_another_bucket_is_not_obeyed(shop: Shop) -> None:
    assert shop.worker.process(upload_message(notification("uploads/demo/list/a.csv", bucket="artifacts"))).done

    assert not shop.jobs.jobs


def test_a_direct_request_becomes_a_job_of_the_callers_id(shop: Shop) -> None:
    assert shop.worker.process(direct_message({**LETTER, "options": {"title": "Hi"}})).done

    job = shop.jobs.get("req-1")
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
def test_a_bad_direct_request_can_be_looked_up_by_its_id_with_the_reason(shop: Shop, body: object, code: str) -> None:
    assert shop.worker.process(direct_message(body)).done

    job = shop.jobs.get("req-1")
    assert job.status is JobStatus.FAILED
    assert job.failure is not None
    assert job.failure.code == code


def test_a_malformed_message_is_left_for_a_person_to_see(shop: Shop) -> None:
    verdict = shop.worker.process(Envelope("m", "r", '{"v": 99}', {}, 1))

    assert not verdict.done


def test_a_test_event_is_done_with(shop: Shop) -> None:
    assert shop.worker.process(Envelope("m", "r", json.dumps({"Event": "s3:TestEvent"}), {}, 1)).done


@pytest.mark.parametrize("fault", [InputUnavailableError("x"), UnreadableFileError("x"), ValueError("x")])
def test_no_fault_of_a_store_escapes(shop: Shop, fault: Exception) -> None:
    _, message = submitted(shop)
    shop.artifacts.refuse = fault

    shop.worker.process(message)

    assert only_job(shop).failure is not None


def test_a_worker_whose_job_store_is_down_leaves_the_message_in_the_queue(shop: Shop) -> None:
    _, message = submitted(shop)

    def down(job_id: str) -> Job:
        raise ServiceUnavailableError("DynamoDB is down.")

    shop.jobs.get = down  # type: ignore[method-assign]

    assert shop.worker.process(message).retry_after == 30


@given(receives=st.integers(1, 10), base=st.floats(0.01, 100), cap=st.floats(1, 1000))
def test_waits_are_at_least_a_second_and_at_most_the_cap(receives: int, base: float, cap: float) -> None:
    backoff = Backoff(base=base, cap=cap, max_receives=20, pick=HighestJitter())

    assert 1 <= backoff.seconds_after(receives) <= round(max(1, cap))


def test_two_claims_of_the_same_moment_are_told_apart(shop: Shop) -> None:
    job, _ = submitted(shop)

    assert job.claimed(shop.clock.now(), LEASE, "worker-1") != job.claimed(shop.clock.now(), LEASE, "worker-2")


def test_a_claim_names_its_worker(shop: Shop) -> None:
    job, message = submitted(shop)

    shop.worker.process(message)

    assert shop.jobs.get(job.id).holder == "worker-1"


def test_a_long_render_tells_now_and_then_how_far_it_is_and_not_too_often(shop: Shop) -> None:
    job, message = submitted(shop)

    def row(number: int) -> Callable[[Callable[[Progress], object]], None]:
        def tell(progress: Callable[[Progress], object]) -> None:
            shop.clock.advance(seconds=1)
            progress(Progress(number, 240))

        return tell

    shop.renderer.progress = [row(number) for number in range(1, 241)]
    shop.worker.process(message)

    noted = [progress.done for progress in shop.jobs.noted]
    pauses = [after - before for before, after in pairwise(noted)]
    assert noted[0] == 3
    assert min(pauses) >= 3
    assert noted[-1] > 180
    assert len(noted) <= 20
    assert shop.jobs.get(job.id).progress is None
    assert names(shop, job) == ["accepted", "rendering", "succeeded"]


def test_a_render_that_nobody_waits_for_any_more_ends_at_its_next_note(shop: Shop) -> None:
    job, message = submitted(shop)
    shop.renderer.parts = [b"%PDF"] * 3

    def cancel_and_tell(progress: Callable[[Progress], object]) -> None:
        cancelled = shop.jobs.get(job.id).cancelled(shop.clock.now())
        shop.jobs.advance(cancelled, cancelled.event("cancelled"))
        shop.clock.advance(seconds=60)
        progress(Progress(1))
        raise AssertionError("the render went on")

    shop.renderer.progress = [cancel_and_tell]

    assert shop.worker.process(message).done
    assert shop.jobs.get(job.id).status is JobStatus.CANCELLED
    assert reports_of(shop) == []


def test_what_a_lost_attempt_has_stored_is_removed(shop: Shop) -> None:
    job, message = submitted(shop)

    def take_over() -> None:
        shop.clock.advance(hours=1)
        winner = shop.jobs.get(job.id).claimed(shop.clock.now(), timedelta(hours=1), "another worker")
        shop.jobs.advance(winner, winner.event("rendering"))

    shop.renderer.before = take_over

    assert not shop.worker.process(message).done
    assert reports_of(shop) == []
    assert shop.jobs.get(job.id).holder == "another worker"


def reports_of(shop: Shop) -> list[str]:
    return [key for key in shop.artifacts.objects if key.startswith("reports/")]


def test_progress_that_cannot_be_noted_is_no_reason_to_fail(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    job, message = submitted(shop)
    shop.jobs.refuse_progress = ServiceUnavailableError("DynamoDB is down.")

    def tell(progress: Callable[[Progress], object]) -> None:
        shop.clock.advance(seconds=60)
        progress(Progress(1))

    shop.renderer.progress = [tell, tell]
    shop.worker.process(message)

    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED
    warnings = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["progress could not be noted"]


def test_a_job_says_what_exactly_its_report_was_made_of(shop: Shop) -> None:
    key = "uploads/demo/list/a.csv"
    shop.uploads.put(key, b"a\n1\n", content_type="text/csv")

    shop.worker.process(upload_message(notification(key)))

    job = only_job(shop)
    assert job.pdf is not None
    assert job.provenance == Provenance(
        input_sha256=hashlib.sha256(b"a\n1\n").hexdigest(),
        template_sha256=shop.catalog.sha256(shop.catalog.get("list")),
        pdf_sha256=hashlib.sha256(shop.artifacts.objects[job.pdf.key].body).hexdigest(),
        engine={"pressrun": "1.2.3", "weasyprint": "70.0"},
    )


def test_the_timeline_says_by_which_path_the_pages_were_made(shop: Shop) -> None:
    job, message = submitted(shop)

    shop.worker.process(message)

    assert shop.jobs.events(job.id)[-1].detail == {"pages": 2, "layout": {"path": "plain"}}


def test_a_render_that_fails_half_way_leaves_no_report(shop: Shop) -> None:
    shop.renderer.fails_after_parts = 1
    shop.renderer.faults = [RenderTimeoutError("Too long.", seconds=240)]
    _, message = submitted(shop)

    shop.worker.process(message)

    assert [key for key in shop.artifacts.objects if key.startswith("reports/")] == []


def test_no_copy_of_an_upload_is_left_behind(shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    shop.uploads.put("uploads/demo/list/a.csv", b"a\n1\n", content_type="text/csv")
    shop.uploads.put("uploads/demo/list/b.csv", b"a\n1,2\n", content_type="text/csv")

    for name in ("a.csv", "b.csv"):
        shop.worker.process(upload_message(notification(f"uploads/demo/list/{name}")))

    assert sorted(job.status for job in shop.jobs.jobs.values()) == ["FAILED", "SUCCEEDED"]
    assert list((tmp_path / "temporary").iterdir()) == []
