"""Submit jobs, and look at them."""

from __future__ import annotations

from typing import Any

from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope
from reports.jobs.request import ReportOptions, ReportRequest
from tests.builders import Shop

LETTER = {"template": "letter", "data": {"to": "me"}}


def submitted(shop: Shop, **options: Any) -> tuple[Job, Envelope]:
    """Submit a letter; return its job and the message that asks for it."""
    request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(**options))
    job = shop.submit(request, tenant="demo", correlation_id="corr-7")
    return job, shop.queue.sent[-1]


def only_job(shop: Shop) -> Job:
    [job] = shop.jobs.jobs.values()
    return job


def names(shop: Shop, job: Job) -> list[str]:
    """Return the names of the events in a job's timeline."""
    return [event.name for event in shop.jobs.timeline(job.id)]


def reports_of(shop: Shop) -> list[str]:
    """Return the keys of all that renders have stored."""
    return [key for key in shop.artifacts.objects if key.startswith("reports/")]
