"""Show the latest report of a key of the caller's, which requests name as ``options.replaces``."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote

from handlers.http import representation
from handlers.http.answers import FullReport
from handlers.http.openapi_notes import About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer
from handlers.http.routing import Routes
from reports import bootstrap
from reports.access.identity import Scope
from reports.errors import JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.request import is_key

routes = Routes("latest")


@routes.on(
    "GET",
    "/reports/latest/<key>",
    access=Scope.READ,
    about=About({HTTPStatus.OK: Reply(FullReport)}, problems=("job_not_found",)),
)
def get_latest(key: str) -> Answer:
    """Show the latest report of a key."""
    return routes.answer(HTTPStatus.OK, representation.full(_latest(key), routes.link, routes.presign))


@routes.on(
    "GET",
    "/reports/latest/<key>/pdf",
    access=Scope.READ,
    about=About({HTTPStatus.SEE_OTHER: Reply(headers=("Location",))}, problems=("job_not_found",)),
)
def get_latest_pdf(key: str) -> Answer:
    """Lead to the PDF of the latest report of a key."""
    pdf = _latest(key).pdf
    if pdf is None:
        raise _missing()
    return routes.lead_to(routes.presign(pdf))


def _latest(key: str) -> Job:
    service = bootstrap.service()
    name = unquote(key)
    try:
        if not is_key(name):
            raise JobNotFoundError("No report can have such a key.")
        return service.ports.jobs.get(service.ports.latest.get(routes.tenant, name))
    except JobNotFoundError:
        raise _missing() from None


def _missing() -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND,
        JobNotFoundError.code,
        "No report with this key has succeeded yet. Give the key as options.replaces of a request.",
    )
