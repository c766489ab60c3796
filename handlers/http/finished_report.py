"""Answer a request for a report whose caller has waited for it: by the report, the PDF itself, or why there is none."""

from __future__ import annotations

from dataclasses import asdict
from http import HTTPStatus
from urllib.parse import quote

from handlers.http import representation
from handlers.http.openapi_notes import PDF
from handlers.http.problems import Problem
from handlers.http.route_table import Answer
from handlers.http.routing import Routes
from reports import bootstrap
from reports.jobs.job import Job
from reports.jobs.values import JobStatus

MOST_PDF_BYTES = 4_500_000
"""A function's answer has 6 MB at the most, and a PDF grows by a third in it."""


def answer(routes: Routes, job: Job, headers: dict[str, str], *, as_pdf: bool) -> Answer:
    """Answer for a job that is over. Raises Problem unless it has succeeded."""
    pdf = job.pdf
    if job.status is not JobStatus.SUCCEEDED or pdf is None:
        raise _failed(routes, job, headers)
    headers = {"Location": routes.link(f"/reports/{job.id}"), **headers}
    # A larger one is what the links lead to.
    if as_pdf and pdf.size <= MOST_PDF_BYTES:
        routes.note_handed_out(pdf)
        body = bootstrap.service().ports.artifacts.get(pdf.key, max_bytes=MOST_PDF_BYTES)
        name = f"attachment; filename*=UTF-8''{quote(pdf.name, safe='')}"
        return routes.file(HTTPStatus.CREATED, body, PDF, {"Content-Disposition": name, **headers})
    return routes.answer(HTTPStatus.CREATED, representation.full(job, routes.link, routes.presign), headers)


def _failed(routes: Routes, job: Job, headers: dict[str, str]) -> Problem:
    shown = representation.accepted(job, routes.link)
    more = {"id": job.id, "links": shown["links"]}
    failure = job.failure
    if job.status is JobStatus.CANCELLED or failure is None:
        return Problem(HTTPStatus.CONFLICT, "report_failed", "There is no PDF: it was cancelled.", more, headers)
    # What has failed in spite of all tries may succeed another time; all else is wrong with the request.
    status = HTTPStatus.SERVICE_UNAVAILABLE if failure.retryable else HTTPStatus.UNPROCESSABLE_ENTITY
    detail = f"There is no PDF: the report is {job.status}. {failure.message}"
    return Problem(status, "report_failed", detail, {"error": asdict(failure), **more}, headers)
