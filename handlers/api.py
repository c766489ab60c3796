"""Answer the HTTP API. Each route translates, calls once, and translates back."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Callable
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from urllib.parse import urlencode

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from reports import bootstrap, keys, logs, problems, representation, strictjson
from reports.errors import JobNotFoundError, PressrunError
from reports.model import Artifact, Job, JobStatus
from reports.problems import Problem
from reports.request import ReportRequest
from reports.tenancy import tenant_of

log = logging.getLogger("reports.handlers.api")
app = APIGatewayRestResolver(debug=False)

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")
_POLL = {"Retry-After": "2"}
_routes: dict[str, set[str]] = {}

Model = TypeVar("Model", bound=BaseModel)
Answer = Response[Any]


class UploadRequest(BaseModel):
    """Hold a request for a form to upload a file by."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    template: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    filename: Annotated[str, StringConstraints(min_length=1, max_length=200, pattern=r"^[^\x00-\x1f\x7f/\\]+$")]
    content_type: Annotated[str, StringConstraints(pattern=r"^[\w.+-]+/[\w.+-]+$", max_length=100)] | None = None


class ListQuery(BaseModel):
    """Hold the query of a list of reports."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    status: JobStatus | None = None
    template: Annotated[str, StringConstraints(max_length=64)] | None = None
    source: Annotated[str, StringConstraints(max_length=1100)] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str, StringConstraints(max_length=400)] | None = None


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway's REST proxy."""
    logger = logs.configure("api")
    started = time.monotonic()
    app.append_context(correlation_id=_correlation_id(event))  # type: ignore[no-untyped-call]
    with logs.bound(logger, correlation_id=_correlation_id(event)):
        answer = app.resolve(event, context)
        log.info(
            "answered",
            extra={
                "method": event.get("httpMethod"),
                "route": _route_of(event.get("path", "")),
                "status": answer["statusCode"],
                "duration_ms": round((time.monotonic() - started) * 1000),
            },
        )
    return answer


def route(method: str, rule: str) -> Callable[[Callable[..., Answer]], Callable[..., Answer]]:
    """Register a route, and remember which methods its path has."""
    _routes.setdefault(rule, set()).add(method)
    decorate: Callable[[Callable[..., Answer]], Callable[..., Answer]] = app.route(rule, method=method)
    return decorate


@route("POST", "/reports")
def create_report() -> Answer:
    """Accept a request for a report."""
    api = bootstrap.api()
    request = _body(ReportRequest, api.settings.max_body_bytes)
    job = api.submit(request, tenant=_tenant(), correlation_id=app.context["correlation_id"])
    return _json(
        HTTPStatus.ACCEPTED,
        representation.accepted(job, _link),
        {"Location": _link(f"/reports/{job.id}"), **_POLL},
    )


@route("GET", "/reports")
def list_reports() -> Answer:
    """List reports, newest first."""
    try:
        query = ListQuery.model_validate(app.current_event.query_string_parameters or {})
    except ValidationError as error:
        raise problems.of_validation(error) from None
    try:
        page = bootstrap.api().jobs.list(_tenant(), **query.model_dump())
    except ValueError as error:
        raise problems.invalid(f"The cursor can't be used: {error}.", []) from None
    shown = [representation.summary(job, _link) for job in page.jobs]
    return _json(HTTPStatus.OK, {"reports": shown, "cursor": page.cursor})


@route("GET", "/reports/<report_id>")
def get_report(report_id: str) -> Answer:
    """Show a report."""
    job = _job(report_id)
    headers = {} if job.status.is_final else _POLL
    return _json(HTTPStatus.OK, representation.full(job, _link, _presign), headers)


@route("GET", "/reports/<report_id>/pdf")
def get_pdf(report_id: str) -> Answer:
    """Lead to the PDF."""
    job = _job(report_id)
    pdf = job.pdf
    if job.status is JobStatus.SUCCEEDED and pdf is not None:
        return Response(status_code=int(HTTPStatus.SEE_OTHER), body="", headers=_headers({"Location": _presign(pdf)}))
    if job.status.is_final:
        message = job.failure.message if job.failure else "It was cancelled."
        raise Problem(HTTPStatus.CONFLICT, "report_failed", f"There is no PDF: the report is {job.status}. {message}")
    raise Problem(
        HTTPStatus.CONFLICT, "report_not_ready", f"The PDF is not ready: the report is {job.status}.", headers=_POLL
    )


@route("GET", "/reports/<report_id>/events")
def get_events(report_id: str) -> Answer:
    """Show a report's timeline."""
    job = _job(report_id)
    entries = bootstrap.api().jobs.events(job.id)
    return _json(HTTPStatus.OK, {"id": job.id, "events": [representation.event(entry) for entry in entries]})


@route("POST", "/uploads")
def create_upload() -> Answer:
    """Give a form by which one file can be uploaded."""
    api = bootstrap.api()
    request = _body(UploadRequest, api.settings.max_body_bytes)
    template = api.catalog.get(request.template)
    key = str(keys.UploadKey(_tenant(), template.name, request.filename))
    form = api.uploads.presigned_post(
        key,
        content_type=request.content_type,
        max_bytes=api.settings.max_upload_bytes,
        seconds=api.settings.upload_seconds,
    )
    return _json(
        HTTPStatus.CREATED,
        {
            "url": form["url"],
            "fields": form["fields"],
            "key": key,
            "max_bytes": api.settings.max_upload_bytes,
            "expires_in": api.settings.upload_seconds,
            "links": {"reports": _link("/reports", source=key)},
        },
    )


@route("GET", "/templates")
def list_templates() -> Answer:
    """List the templates."""
    templates = bootstrap.api().catalog.all()
    return _json(HTTPStatus.OK, {"templates": [representation.template_summary(t, _link) for t in templates]})


@route("GET", "/templates/<name>")
def get_template(name: str) -> Answer:
    """Show a template with its schema and sample."""
    catalog = bootstrap.api().catalog
    template = catalog.get(name)
    shown = representation.template_summary(template, _link)
    return _json(HTTPStatus.OK, {**shown, "schema": template.schema, "sample": catalog.sample(name)})


@route("GET", "/health")
def health() -> Answer:
    """Say that the API is there, and of which stage."""
    return _json(HTTPStatus.OK, {"status": "ok", "stage": bootstrap.api().settings.stage})


@app.not_found
def not_found(_: NotFoundError) -> Answer:
    """Answer for what no route matches."""
    known = _route_of(app.current_event.path)
    if known is not None:
        names = ", ".join(sorted(_routes[known]))
        detail = f"This resource has no such method. It has: {names}."
        problem = Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, headers={"Allow": names})
    else:
        problem = Problem(HTTPStatus.NOT_FOUND, "no_such_resource", "There is no such resource.")
    return _problem(problem)


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]
def answer_error(error: Exception) -> Answer:
    """Turn any error into a problem document; the stack trace goes to the logs alone."""
    if isinstance(error, Problem):
        return _problem(error)
    problem = problems.of_error(error) if isinstance(error, PressrunError) else problems.internal()
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.exception("the request could not be answered")
    return _problem(problem)


def _route_of(path: str) -> str | None:
    return next((rule for rule in _routes if re.fullmatch(re.sub(r"<\w+>", "[^/]+", rule), path)), None)


def _correlation_id(event: dict[str, Any]) -> str:
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    given = headers.get("x-correlation-id", "")
    request_id = (event.get("requestContext") or {}).get("requestId") or ""
    return given if _CORRELATION_ID.fullmatch(given) else str(request_id)


def _tenant() -> str:
    return tenant_of(app.current_event.raw_event["requestContext"].get("authorizer"))


def _job(report_id: str) -> Job:
    """Return one of the caller's jobs. Another tenant's is not there."""
    missing = Problem(
        HTTPStatus.NOT_FOUND,
        JobNotFoundError.code,
        "There is no such report. One asked for by POST /queue/reports shows as soon as a worker has seen it.",
        headers=_POLL,
    )
    try:
        job = bootstrap.api().jobs.get(report_id)
    except JobNotFoundError:
        raise missing from None
    if job.tenant != _tenant():
        raise missing
    return job


def _body(model: type[Model], max_bytes: int) -> Model:
    try:
        body = app.current_event.decoded_body or ""
    except ValueError:
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed_json", "The body is not text in UTF-8.") from None
    if len(body.encode("utf-8", "surrogatepass")) > max_bytes:
        raise Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            f"The body has more than {max_bytes:,} bytes. Upload larger data as a file: see POST /uploads.",
            more={"max_bytes": max_bytes, "upload": _link("/uploads")},
        )
    try:
        content = strictjson.parse(body)
    except ValueError as error:
        raise Problem(HTTPStatus.BAD_REQUEST, "malformed_json", f"The body is not JSON: {error}.") from None
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise problems.of_validation(error) from None


def _presign(artifact: Artifact) -> str:
    api = bootstrap.api()
    return api.artifacts.presigned_get(artifact.key, seconds=api.settings.link_seconds)


def _link(path: str, **query: str) -> str:
    return f"{_base_url()}{path}" + (f"?{urlencode(query)}" if query else "")


def _base_url() -> str:
    """Return the URL below which this API is: as configured, else as the caller has reached it."""
    configured = bootstrap.api().settings.api_base_url
    if configured:
        return configured
    context = app.current_event.raw_event["requestContext"]
    # With a custom domain the path has its base path, otherwise the stage.
    prefix = str(context["path"]).removesuffix(app.current_event.path)
    return f"https://{context['domainName']}{prefix}"


def _headers(more: dict[str, str]) -> dict[str, str | list[str]]:
    return {"Cache-Control": "no-store", "X-Correlation-Id": app.context["correlation_id"], **more}


def _json(status: HTTPStatus, content: Any, headers: dict[str, str] | None = None) -> Answer:
    return Response(
        status_code=int(status),
        content_type="application/json",
        body=json.dumps(content, ensure_ascii=False),
        headers=_headers(headers or {}),
    )


def _problem(problem: Problem) -> Answer:
    return Response(
        status_code=int(problem.status),
        content_type=problems.CONTENT_TYPE,
        body=json.dumps(problem.body(app.context["correlation_id"])),
        headers=_headers(dict(problem.headers)),
    )
