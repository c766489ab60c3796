from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from reports.errors import InvalidDataError, ServiceUnavailableError, UnknownTemplateError
from reports.model import Door, JobStatus
from reports.request import ReportOptions, ReportRequest
from tests.builders import Shop

LETTER = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(title="Hello"))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


def test_an_accepted_request_has_its_input_kept_its_job_pending_and_its_render_asked_for(shop: Shop) -> None:
    job = shop.submit(LETTER, tenant="demo", correlation_id="corr-7")

    assert shop.jobs.get(job.id) == job
    assert (job.status, job.door, job.tenant, job.correlation_id) == (JobStatus.PENDING, Door.API, "demo", "corr-7")
    assert json.loads(shop.artifacts.objects["inputs/demo/job-1.json"].body)["data"] == {"to": "me"}
    [message] = shop.queue.sent
    assert (message.body, message.correlation_id) == ('{"v": 1, "job_id": "job-1"}', "corr-7")


@pytest.mark.parametrize(
    ("request_", "error"),
    [
        (ReportRequest(template="nope", data={}), UnknownTemplateError),
        (ReportRequest(template="letter", data={}), InvalidDataError),
    ],
)
def test_a_refused_request_leaves_nothing_behind(shop: Shop, request_: ReportRequest, error: type[Exception]) -> None:
    with pytest.raises(error):
        shop.submit(request_, tenant="demo", correlation_id="c")

    assert not shop.jobs.jobs
    assert not shop.artifacts.objects
    assert not shop.queue.sent


def test_a_request_whose_input_cannot_be_kept_makes_no_job(shop: Shop) -> None:
    shop.artifacts.refuse = ServiceUnavailableError("S3 is down.")

    with pytest.raises(ServiceUnavailableError):
        shop.submit(LETTER, tenant="demo", correlation_id="c")

    assert not shop.jobs.jobs


def test_a_request_that_cannot_be_queued_is_kept_for_the_sweep_to_queue(shop: Shop) -> None:
    shop.queue.refuse = ServiceUnavailableError("SQS is down.")

    job = shop.submit(LETTER, tenant="demo", correlation_id="c")

    assert job.status is JobStatus.PENDING
    assert list(shop.jobs.due(shop.clock.now() + timedelta(seconds=1))) == [job.id]
