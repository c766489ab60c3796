"""Ask for reports, and see what became of them."""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from handlers.http import finished_report, preferences, problems, representation
from handlers.http.answers import AcceptedReport, FullReport, ReportList, Timeline
from handlers.http.openapi_notes import PDF, About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer
from handlers.http.routing import BODY_PROBLEMS, POLL, Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.errors import TransientError
from reports.jobs.job import Job
from reports.jobs.listing import JobFilter
from reports.jobs.object_keys import LONGEST_KEY
from reports.jobs.pauses import Pause
from reports.jobs.request import IDEMPOTENCY_KEY, ReportRequest
from reports.jobs.values import JobStatus

log = logging.getLogger("reports.handlers.reports")
routes = Routes("reports")

# What the function needs to read a PDF and to send its answer.
_TO_ANSWER_SECONDS = 9
_WHILE_PAUSED_SECONDS = 60


def _short_enough(key: str) -> str:
    if len(key.encode()) > LONGEST_KEY:
        raise ValueError(f"the key of an object has no more than {LONGEST_KEY} bytes")
    return key


class ListQuery(BaseModel):
    """The query of a list of reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: JobStatus | None = None
    template: Annotated[str, StringConstraints(max_length=64)] | None = None
    source: Annotated[str, StringConstraints(max_length=1024), AfterValidator(_short_enough)] | None = None
    batch: Annotated[str, StringConstraints(max_length=64)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, StringConstraints(max_length=400)] | None = None

    @property
    def filter(self) -> JobFilter:
        """Return which of the reports are meant."""
        return JobFilter(status=self.status, template=self.template, source=self.source, batch=self.batch)


@routes.on(
    "POST",
    "/reports",
    access=Scope.SUBMIT,
    about=About(
        {
            HTTPStatus.CREATED: Reply(FullReport, headers=("Location", "Preference-Applied"), other={PDF: {}}),
            HTTPStatus.ACCEPTED: Reply(AcceptedReport, headers=("Location", "Retry-After")),
        },
        body=ReportRequest,
        sends=("Idempotency-Key", "Prefer"),
        problems=(
            *BODY_PROBLEMS,
            *("unknown_template", "template_not_live", "template_out_of_order"),
            *("unknown_locale", "blocked_url", "address_not_allowed"),
            *("invalid_options", "asset_missing"),
            *("idempotency_key_reused", "report_failed"),
        ),
        text="The data are held to the template's schema first. A 202 is a promise: the report succeeds or fails.\n\n"
        "With `Prefer: wait=20`, a report that ends within so many seconds is the answer: 201 with its links, or with "
        "`Accept: application/pdf` the PDF itself, up to 4.5 MB. One that fails is a problem, `report_failed`. "
        "Without the scope `read`, or when too many wait already, the answer is 202 at once, without "
        "`Preference-Applied`.",
    ),
)
def create_report() -> Answer:
    """Accept a request for a report."""
    request = routes.body(ReportRequest)
    job = bootstrap.service().submit(
        request,
        tenant=routes.tenant,
        correlation_id=routes.correlation_id,
        idempotency_key=_idempotency_key(),
    )
    headers: dict[str, str] = {}
    paused = _pause_of(job)
    wait = None if paused else preferences.wait_of(routes.header("Prefer"))
    if wait and (waited := _awaited(job, wait)):
        job = waited
        headers = {"Preference-Applied": f"wait={wait}"}
        if job.status.is_final:
            return finished_report.answer(routes, job, headers, as_pdf=preferences.wants_pdf(routes.header("Accept")))
    return routes.answer(
        HTTPStatus.ACCEPTED,
        {**representation.accepted(job, routes.link), **representation.paused(paused)},
        {"Location": routes.link(f"/reports/{job.id}"), **_when_to_look(paused), **headers},
    )


@routes.on(
    "GET",
    "/reports",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(ReportList)}, query=ListQuery, problems=("invalid_data",)),
)
def list_reports() -> Answer:
    """List reports, newest first."""
    query = routes.query(ListQuery)
    jobs = bootstrap.service().ports.jobs
    try:
        page = jobs.list(routes.tenant, query.filter, limit=query.limit, cursor=query.cursor)
    except ValueError as error:
        raise problems.invalid(f"The cursor can't be used: {error}.", []) from None
    shown = [representation.summary(job, routes.link, routes.presign) for job in page.jobs]
    later = {"later": list(page.later)} if page.later else {}
    counts = {} if query.batch is None else representation.counts(jobs.count(routes.tenant, query.batch))
    return routes.answer(HTTPStatus.OK, {"reports": shown, "cursor": page.cursor, **later, **counts})


@routes.on(
    "GET",
    "/reports/<report_id>",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(FullReport)},
        problems=("job_not_found",),
        text="While it is not over, `Retry-After` says when to look again. "
        "`paused` says why no worker begins it for now.",
    ),
)
def get_report(report_id: str) -> Answer:
    """Show a report."""
    job = routes.job(report_id)
    paused = _pause_of(job)
    headers = {} if job.status.is_final else dict(_when_to_look(paused))
    shown = {**representation.full(job, routes.link, routes.presign), **representation.paused(paused)}
    return routes.answer(HTTPStatus.OK, shown, headers)


@routes.on(
    "GET",
    "/reports/<report_id>/pdf",
    access=Scope.READ,
    about=About(
        {HTTPStatus.SEE_OTHER: Reply(headers=("Location",))},
        problems=("job_not_found", "report_not_ready", ("report_failed", HTTPStatus.CONFLICT)),
    ),
)
def get_pdf(report_id: str) -> Answer:
    """Lead to the PDF."""
    job = routes.job(report_id)
    pdf = job.pdf
    if job.status is JobStatus.SUCCEEDED and pdf is not None:
        return routes.lead_to(routes.presign(pdf))
    if job.status.is_final:
        message = job.failure.message if job.failure and job.status is JobStatus.FAILED else "It was cancelled."
        raise Problem(HTTPStatus.CONFLICT, "report_failed", f"There is no PDF: the report is {job.status}. {message}")
    raise Problem(
        HTTPStatus.CONFLICT, "report_not_ready", f"The PDF is not ready: the report is {job.status}.", headers=POLL
    )


@routes.on(
    "GET",
    "/reports/<report_id>/events",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(Timeline)}, problems=("job_not_found",)),
)
def get_events(report_id: str) -> Answer:
    """Show a report's timeline."""
    job = routes.job(report_id)
    entries = bootstrap.service().ports.jobs.timeline(job.id)
    return routes.answer(HTTPStatus.OK, {"id": job.id, "events": [representation.event(entry) for entry in entries]})


def _pause_of(job: Job) -> Pause | None:
    try:
        return bootstrap.service().pauses.of(job)
    except TransientError:
        # It is accepted, and that is what the caller has to know.
        log.warning("pauses could not be read", extra=job.log_facts, exc_info=True)
        return None


def _when_to_look(paused: Pause | None) -> Mapping[str, str]:
    return POLL if paused is None else {"Retry-After": str(_WHILE_PAUSED_SECONDS)}


def _awaited(job: Job, wait: int) -> Job | None:
    """Wait, if the caller may read what comes of it, and there is a place to wait."""
    if Scope.READ not in routes.identity.scopes:
        return None
    service = bootstrap.service()
    most_of_tenant = service.quotas.limits_of(job.tenant).waiting_requests
    seconds = min(wait, routes.seconds_left - _TO_ANSWER_SECONDS)
    return service.await_end(job, seconds=seconds, most_of_tenant=most_of_tenant)


def _idempotency_key() -> str | None:
    key = routes.header("Idempotency-Key")
    if key is not None and not re.fullmatch(IDEMPOTENCY_KEY, key):
        raise problems.invalid("The header Idempotency-Key has to have 1 to 255 characters of printable ASCII.", [])
    return key
