"""What is told of a render: its progress, its timeline, what it was made of, and the log."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from itertools import pairwise

import pytest

from reports.clock import Deadline
from reports.errors import ServiceUnavailableError
from reports.jobs.values import JobStatus, Provenance
from reports.render_contract import Progress
from tests.builders import App, notification, upload_message
from tests.unit.worker.jobs import names, only_job, submitted


def test_a_long_render_tells_now_and_then_how_far_it_is_and_not_too_often(app: App) -> None:
    job, message = submitted(app)

    def row(number: int) -> Callable[[Callable[[Progress], object]], None]:
        def tell(progress: Callable[[Progress], object]) -> None:
            app.clock.advance(seconds=1)
            progress(Progress(number, 240))

        return tell

    app.renderer.progress = [row(number) for number in range(1, 241)]
    app.process(message)

    noted = [progress.done for progress in app.jobs.noted]
    pauses = [after - before for before, after in pairwise(noted)]
    assert noted[0] == 3
    assert min(pauses) >= 3
    assert noted[-1] > 180
    assert len(noted) <= 20
    assert app.jobs.get(job.id).progress is None
    assert names(app, job) == ["accepted", "rendering", "succeeded"]


def test_progress_that_cannot_be_noted_is_no_reason_to_fail(app: App, caplog: pytest.LogCaptureFixture) -> None:
    job, message = submitted(app)
    app.jobs.refuse_progress = ServiceUnavailableError("DynamoDB is down.")

    def tell(progress: Callable[[Progress], object]) -> None:
        app.clock.advance(seconds=60)
        progress(Progress(1))

    app.renderer.progress = [tell, tell]
    app.process(message)

    assert app.jobs.get(job.id).status is JobStatus.SUCCEEDED
    warnings = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["progress could not be noted"]


def test_the_timeline_says_by_which_path_the_pages_were_made(app: App) -> None:
    job, message = submitted(app)

    app.process(message)

    assert app.jobs.timeline(job.id)[-1].detail == {"pages": 2, "layout": {"path": "plain"}}


def test_the_timeline_names_a_fault_of_the_fast_path(app: App) -> None:
    job, message = submitted(app)
    app.renderer.layout = {"path": "plain", "reason": "the fast path failed", "fault": "AttributeError"}

    app.process(message)

    assert app.jobs.timeline(job.id)[-1].detail["layout"]["fault"] == "AttributeError"


def test_a_job_says_what_exactly_its_report_was_made_of(app: App) -> None:
    key = "uploads/demo/list/a.csv"
    app.uploads.put(key, b"a\n1\n", content_type="text/csv")

    app.process(upload_message(notification(key)))

    job = only_job(app)
    assert job.pdf is not None
    assert job.provenance == Provenance(
        input_sha256=hashlib.sha256(b"a\n1\n").hexdigest(),
        template_sha256=app.catalog.sha256(app.catalog.get("list")),
        pdf_sha256=hashlib.sha256(app.artifacts.objects[job.pdf.key].body).hexdigest(),
        engine={"pressrun": "1.2.3", "weasyprint": "70.0"},
    )


def test_logs_hold_no_data(app: App, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    _, message = submitted(app, filename="Kündigung Müller.pdf")

    app.process(message)

    assert "claimed" in [record.message for record in caplog.records]
    assert "Müller" not in caplog.text
    assert not any("Müller" in str(vars(record)) for record in caplog.records)


def test_a_stage_may_do_without_pictures_of_first_pages(app: App) -> None:
    job, message = submitted(app)

    worker = app.with_settings(thumbnails=False).worker
    worker.work_off(worker.admit(message), deadline=Deadline.after(60))

    [pdf] = app.jobs.get(job.id).artifacts
    assert pdf.content_type == "application/pdf"
    assert [key for key in app.artifacts.objects if key.endswith(".png")] == []
