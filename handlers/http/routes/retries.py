"""Give failed reports another life, and end those that are not wanted any more."""

from __future__ import annotations

from http import HTTPStatus

from handlers.http import representation
from handlers.http.answers import AcceptedReport, FullReport, RetriedReports
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, POLL, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.lifecycle.retry_reports import RetryOrder

routes = Routes("retries")


@routes.on(
    "POST",
    "/reports/retry",
    access=Scope.ADMIN,
    about=About(
        {HTTPStatus.OK: Reply(RetriedReports)},
        body=RetryOrder,
        problems=BODY_PROBLEMS,
        text="The newest first. Each counts as one more report of the day. Those that would fail again are skipped. "
        "With `dry_run`, it only says which it would retry.",
    ),
)
def retry_reports() -> Answer:
    """Retry those failed reports that a filter chooses."""
    order = routes.body(RetryOrder)
    counts = bootstrap.service().retry_many(order, tenant=routes.tenant)
    return routes.answer(HTTPStatus.OK, {**counts.as_dict(), "dry_run": order.dry_run})


@routes.on(
    "POST",
    "/reports/<report_id>/retry",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.ACCEPTED: Reply(AcceptedReport, headers=("Location", "Retry-After"))},
        problems=("job_not_found", "job_conflict", "retry_in_vain"),
        text="Counts as one more report of the day. See `can_retry` of the report.",
    ),
)
def retry_report(report_id: str) -> Answer:
    """Retry a failed report."""
    job = bootstrap.service().retry(routes.job(report_id))
    location = routes.link(f"/reports/{job.id}")
    return routes.answer(HTTPStatus.ACCEPTED, representation.accepted(job, routes.link), {"Location": location, **POLL})


@routes.on(
    "DELETE",
    "/reports/<report_id>",
    access=Scope.SUBMIT,
    about=About(
        {HTTPStatus.OK: Reply(FullReport)},
        problems=("job_not_found", "job_conflict"),
        text="Doing it twice is the same as doing it once.",
    ),
)
def cancel_report(report_id: str) -> Answer:
    """Cancel a report that is not over."""
    job = bootstrap.service().cancel(routes.job(report_id))
    return routes.answer(HTTPStatus.OK, representation.full(job, routes.link, routes.presign))
