"""Show the latest report of a key of the caller's, which requests name as ``options.replaces``."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import unquote

from handlers.routes.describing import About, Reply
from handlers.routes.routing import Answer, Routes
from reports import bootstrap, representation
from reports.answers import FullReport
from reports.errors import JobNotFoundError
from reports.identity import Scope
from reports.model import Job
from reports.problems import Problem

routes = Routes()


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
    api = bootstrap.api()
    try:
        return api.jobs.get(api.latest.get(routes.tenant, unquote(key)))
    except JobNotFoundError:
        raise _missing() from None


def _missing() -> Problem:
    return Problem(
        HTTPStatus.NOT_FOUND,
        JobNotFoundError.code,
        "No report with this key has succeeded yet. Give the key as options.replaces of a request.",
    )
