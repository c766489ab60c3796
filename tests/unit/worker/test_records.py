"""What is told of a render: its progress, its timeline, what it was made of, and the log."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable
from itertools import pairwise

import pytest

from reports.errors import ServiceUnavailableError
from reports.jobs.values import JobStatus, Provenance
from reports.render_contract import Progress
from tests.builders import Shop, notification, upload_message
from tests.unit.worker.jobs import names, only_job, submitted


def test_a_long_render_tells_now_and_then_how_far_it_is_and_not_too_often(shop: Shop) -> None:
    job, message = submitted(shop)

    def row(number: int) -> Callable[[Callable[[Progress], object]], None]:
        def tell(progress: Callable[[Progress], object]) -> None:
            shop.clock.advance(seconds=1)
            progress(Progress(number, 240))

        return tell

    shop.renderer.progress = [row(number) for number in range(1, 241)]
    shop.process(message)

    noted = [progress.done for progress in shop.jobs.noted]
    pauses = [after - before for before, after in pairwise(noted)]
    assert noted[0] == 3
    assert min(pauses) >= 3
    assert noted[-1] > 180
    assert len(noted) <= 20
    assert shop.jobs.get(job.id).progress is None
    assert names(shop, job) == ["accepted", "rendering", "succeeded"]


def test_progress_that_cannot_be_noted_is_no_reason_to_fail(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    job, message = submitted(shop)
    shop.jobs.refuse_progress = ServiceUnavailableError("DynamoDB is down.")

    def tell(progress: Callable[[Progress], object]) -> None:
        shop.clock.advance(seconds=60)
        progress(Progress(1))

    shop.renderer.progress = [tell, tell]
    shop.process(message)

    assert shop.jobs.get(job.id).status is JobStatus.SUCCEEDED
    warnings = [record.message for record in caplog.records if record.levelno >= logging.WARNING]
    assert warnings == ["progress could not be noted"]


def test_the_timeline_says_by_which_path_the_pages_were_made(shop: Shop) -> None:
    job, message = submitted(shop)

    shop.process(message)

    assert shop.jobs.timeline(job.id)[-1].detail == {"pages": 2, "layout": {"path": "plain"}}


def test_the_timeline_names_a_fault_of_the_fast_path(shop: Shop) -> None:
    job, message = submitted(shop)
    shop.renderer.layout = {"path": "plain", "reason": "the fast path failed", "fault": "AttributeError"}

    shop.process(message)

    assert shop.jobs.timeline(job.id)[-1].detail["layout"]["fault"] == "AttributeError"


def test_a_job_says_what_exactly_its_report_was_made_of(shop: Shop) -> None:
    key = "uploads/demo/list/a.csv"
    shop.uploads.put(key, b"a\n1\n", content_type="text/csv")

    shop.process(upload_message(notification(key)))

    job = only_job(shop)
    assert job.pdf is not None
    assert job.provenance == Provenance(
        input_sha256=hashlib.sha256(b"a\n1\n").hexdigest(),
        template_sha256=shop.catalog.sha256(shop.catalog.get("list")),
        pdf_sha256=hashlib.sha256(shop.artifacts.objects[job.pdf.key].body).hexdigest(),
        engine={"pressrun": "1.2.3", "weasyprint": "70.0"},
    )


def test_logs_hold_ids_and_no_data(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    _, message = submitted(shop, filename="Kündigung Müller.pdf")

    shop.process(message)

    claimed = next(record for record in caplog.records if record.message == "claimed")
    assert (claimed.job_id, claimed.correlation_id, claimed.attempt) == ("job-1", "corr-7", 1)  # type: ignore[attr-defined]
    assert "Müller" not in caplog.text
    assert not any("Müller" in str(vars(record)) for record in caplog.records)
