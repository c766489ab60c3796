"""Submit jobs, and look at them."""

from __future__ import annotations

from typing import Any

from reports.jobs.job import Job
from reports.jobs.render_messages import Envelope
from reports.jobs.request import ReportOptions, ReportRequest
from tests.builders import App

LETTER = {"template": "letter", "data": {"to": "me"}}


def submitted(app: App, **options: Any) -> tuple[Job, Envelope]:
    """Submit a letter; return its job and the message that asks for it."""
    request = ReportRequest(template="letter", data={"to": "me"}, options=ReportOptions(**options))
    job = app.submit(request, tenant="demo", correlation_id="corr-7")
    return job, app.queue.sent[-1]


def only_job(app: App) -> Job:
    [job] = app.jobs.jobs.values()
    return job


def names(app: App, job: Job) -> list[str]:
    """Return the names of the events in a job's timeline."""
    return [event.name for event in app.jobs.timeline(job.id)]


def reports_of(app: App) -> list[str]:
    """Return the keys of all that renders have stored."""
    return [key for key in app.artifacts.objects if key.startswith("reports/")]
