"""The parts that all routes share: who asks, what they sent, and how they are answered."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from pydantic import BaseModel, ValidationError

from handlers.http import auditing, problems
from handlers.http.openapi_notes import About
from handlers.http.problems import Problem
from handlers.http.route_table import Access, Answer, Entry, Registered
from reports import bootstrap, strict_json
from reports.access.identity import Identity, Scope
from reports.errors import InsufficientScopeError, JobNotFoundError
from reports.jobs.erasure import check_open
from reports.jobs.job import Job
from reports.jobs.object_keys import LONGEST_ID, job_id_of_artifact
from reports.jobs.values import Artifact

POLL = {"Retry-After": "2"}
"""Tell a caller when to look again at a report that is not over."""


BODY_PROBLEMS = ("malformed_json", "too_large", "invalid_data")
"""What body() may find wrong."""

# What JSON writes with a backslash before it. Other control characters are no part of JSON.
_ESCAPED_BY_ONE = '"\\\n\r\t'

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_REQUEST_ID = re.compile(r"(?=.*[A-Z])(?=.*[a-z])[A-Za-z0-9_-]{10,62}={0,2}")
"""What API Gateway gives to a direct request."""

# Callers with these scopes have reports made, or change them, or store templates.
GIVES_SOMETHING_NEW = (Scope.SUBMIT, Scope.ADMIN, Scope.TEMPLATES)

Model = TypeVar("Model", bound=BaseModel)
Route = TypeVar("Route", bound=Callable[..., Answer])


class Routes(Router):
    """Collect the routes of one subject. In a route, it knows the request that is being answered."""

    def __init__(self, subject: str) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.subject = subject
        """The subject by which the API's documentation groups the routes."""

        self.registered: list[Registered] = []

    def on(self, method: str, rule: str, *, access: Access, about: About) -> Callable[[Route], Route]:
        """Register a route, and say who may call it. Of two rules that match one path, the first registered counts."""

        def register(route: Route) -> Route:
            @functools.wraps(route)
            def guarded(**parameters: str) -> Answer:
                if access is Entry.OPEN:
                    return route(**parameters)
                self._let_in(access)
                answer = route(**parameters)
                auditing.keep(self, f"{method} {rule}", parameters, answer)
                return answer

            self.registered.append(Registered(method, rule, access, guarded, about, self.subject))
            return route

        return register

    def _let_in(self, access: Access) -> None:
        """Find out who asks, and whether that caller may, and may now. Raises AccessError and BeingErasedError."""
        identity = self._identity()
        self.context["identity"] = identity
        self.context["caller"].update(tenant=identity.tenant, subject=identity.subject)
        if isinstance(access, Scope) and access not in identity.scopes:
            raise InsufficientScopeError(access)
        if access in GIVES_SOMETHING_NEW:
            check_open(bootstrap.service().ports.erasures, identity.tenant)

    def _identity(self) -> Identity:
        service = bootstrap.service()
        if service.settings.has_authorizer:
            said = self.current_event.raw_event["requestContext"].get("authorizer") or {}
            if identity := Identity.from_context(said):
                return identity
        return service.authenticate(self.header("Authorization"))

    @property
    def correlation_id(self) -> str:
        """Return the id by which the request is followed through the logs."""
        return str(self.context["correlation_id"])

    @property
    def identity(self) -> Identity:
        """Return who asks. An open route has no such thing."""
        identity: Identity = self.context["identity"]
        return identity

    @property
    def tenant(self) -> str:
        """Return whose request it is. An open route has no such thing."""
        return self.identity.tenant

    @property
    def handed_out(self) -> set[str]:
        """Return the ids of the jobs of which the caller gets files, or links to them."""
        ids: set[str] = self.context["handed_out"]
        return ids

    @property
    def seconds_left(self) -> float:
        """Return how long the function may go on."""
        return float(self.lambda_context.get_remaining_time_in_millis()) / 1000

    def header(self, name: str) -> str | None:
        """Return a header of the request, whatever the case of its name."""
        return header_of(self.current_event.raw_event, name)

    def job(self, report_id: str) -> Job:
        """Return one of the caller's jobs. Another tenant's is not there: raises Problem."""
        job_id = unquote(report_id)  # those of the direct door end with "=", which many callers encode
        missing = Problem(HTTPStatus.NOT_FOUND, JobNotFoundError.code, _why_missing(job_id), headers=POLL)
        try:
            if len(job_id) > LONGEST_ID:
                raise JobNotFoundError("No report has an id of that length.")
            job = bootstrap.service().ports.jobs.get(job_id)
        except JobNotFoundError:
            raise missing from None
        if job.tenant != self.tenant:
            raise missing
        return job

    def body(self, model: type[Model]) -> Model:
        """Read the body of the request. Raises Problem."""
        settings = bootstrap.service().settings
        try:
            body = self.current_event.decoded_body or ""
        except ValueError:
            raise Problem(HTTPStatus.BAD_REQUEST, "malformed_json", "The body is not text in UTF-8.") from None
        if fault := _fault_of_size(body, settings.max_body_bytes, settings.max_escaped_bytes):
            raise Problem(
                HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
                "too_large",
                f"{fault} Upload larger data as a file: see POST /uploads.",
                more={"max_bytes": settings.max_body_bytes, "upload": self.link("/uploads")},
            )
        try:
            content = strict_json.parse(body)
        except ValueError as error:
            raise Problem(HTTPStatus.BAD_REQUEST, "malformed_json", f"The body is not JSON: {error}.") from None
        return _validated(model, content)

    def query(self, model: type[Model]) -> Model:
        """Read the query of the request. Raises Problem."""
        return _validated(model, self.current_event.query_string_parameters or {})

    def link(self, path: str, **query: str) -> str:
        """Make a URL of a path."""
        return f"{self._base_url}{path}" + (f"?{urlencode(query)}" if query else "")

    def presign(self, artifact: Artifact, *, download: bool = False) -> str:
        """Make a URL by which its bearer can read a file; with ``download``, a browser saves it."""
        service = bootstrap.service()
        self.note_handed_out(artifact)
        name = artifact.name if download else None
        return service.ports.artifacts.presigned_get(artifact.key, seconds=service.settings.link_seconds, save_as=name)

    def note_handed_out(self, artifact: Artifact) -> None:
        """Note for the audit log that the caller gets a file, or a link to it."""
        self.handed_out.add(job_id_of_artifact(artifact.key))

    @property
    def _base_url(self) -> str:
        """Return the URL below which this API is: as configured, else as the caller has reached it."""
        configured = bootstrap.service().settings.api_base_url
        if configured:
            return configured
        context = self.current_event.raw_event["requestContext"]
        # Also on a custom domain, whose root is mapped to the stage. A base path below it would be a part of our paths.
        prefix = str(context["path"]).removesuffix(self.current_event.path)
        return f"https://{context['domainName']}{prefix}"

    def answer(self, status: HTTPStatus, content: Any, headers: dict[str, str] | None = None) -> Answer:
        """Answer by a JSON document."""
        return Response(
            status_code=int(status),
            content_type="application/json",
            body=json.dumps(content, ensure_ascii=False),
            headers=_headers(self.correlation_id, headers or {}),
        )

    def text(self, text: str, content_type: str, headers: dict[str, str] | None = None) -> Answer:
        """Answer by a text, such as a page."""
        return Response(
            status_code=int(HTTPStatus.OK),
            content_type=content_type,
            body=text,
            headers=_headers(self.correlation_id, headers or {}),
        )

    def file(self, status: HTTPStatus, body: bytes, content_type: str, headers: dict[str, str]) -> Answer:
        """Answer by a file, whose type has to be one of the API's binaryMediaTypes."""
        return Response(
            status_code=int(status),
            content_type=content_type,
            body=body,
            headers=_headers(self.correlation_id, headers),
        )

    def nothing(self) -> Answer:
        """Answer that it is done, and that there is no more to say."""
        return Response(status_code=int(HTTPStatus.NO_CONTENT), body="", headers=_headers(self.correlation_id, {}))

    def lead_to(self, url: str) -> Answer:
        """Answer by a redirection, which is good for this one time."""
        return Response(
            status_code=int(HTTPStatus.SEE_OTHER), body="", headers=_headers(self.correlation_id, {"Location": url})
        )


def header_of(event: Mapping[str, Any], name: str) -> str | None:
    """Return a header of a request, whatever the case of its name."""
    headers = event.get("headers") or {}
    return next((value for given, value in headers.items() if given.lower() == name.lower()), None)


def answer_problem(problem: Problem, correlation_id: str) -> Answer:
    """Answer by a problem document."""
    return Response(
        status_code=int(problem.status),
        content_type=problems.CONTENT_TYPE,
        body=json.dumps(problem.body(correlation_id)),
        headers=_headers(correlation_id, dict(problem.headers)),
    )


def _fault_of_size(body: str, max_bytes: int, max_escaped: int) -> str | None:
    """Explain in which of two ways a body is too large: as it was sent, or as a text within the JSON of an event."""
    size = len(body.encode("utf-8", "surrogatepass"))
    if size > max_bytes:
        return f"The body has more than {max_bytes:,} bytes."
    if size + sum(map(body.count, _ESCAPED_BY_ONE)) > max_escaped:
        return (
            f"The body has more than {max_escaped:,} bytes within API Gateway's event, where each quotation mark, "
            "backslash and line end takes one byte more."
        )
    return None


def _validated(model: type[Model], content: object) -> Model:
    try:
        return model.model_validate(content)
    except ValidationError as error:
        raise problems.of_validation(error) from None


def _headers(correlation_id: str, more: dict[str, str]) -> dict[str, str | list[str]]:
    return {"Cache-Control": "no-store", "X-Correlation-Id": correlation_id, **more}


def _why_missing(job_id: str) -> str:
    """Explain why an id has no report: it may be no id at all."""
    if _UUID.fullmatch(job_id) or _REQUEST_ID.fullmatch(job_id):
        return "There is no such report. One asked for by POST /queue/reports shows as soon as a worker has seen it."
    return (
        "There is no such report, for that is no id. One looks like 019a9d5c-3c8e-7a51-9d2e-6b0f4c1d2e3f; "
        "GET /reports lists them."
    )
