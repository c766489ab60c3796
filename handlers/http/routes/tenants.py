"""Have all that a tenant has erased, and see how far that is."""

from __future__ import annotations

from http import HTTPStatus

from handlers.http import representation
from handlers.http.answers import ShownErasure
from handlers.http.openapi_notes import About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer
from handlers.http.routing import Routes
from reports import bootstrap
from reports.access.identity import Scope

routes = Routes("tenants")


@routes.on(
    "DELETE",
    "/tenants/<tenant>/data",
    access=Scope.ERASE,
    about=About(
        {HTTPStatus.ACCEPTED: Reply(ShownErasure, headers=("Location",))},
        problems=("no_erasure", "legal_hold"),
        text="Jobs with their timelines, inputs, uploads, PDFs and pictures, deliveries and idempotency keys; "
        "what waits in queues is dropped. Until it has ended, some minutes later, requests for reports are refused "
        "(`being_erased`). Asking twice is the same as asking once.",
    ),
)
def erase_data(tenant: str) -> Answer:
    """Erase all that your tenant has."""
    _check_own(tenant)
    erasure = bootstrap.service().ask_for_erasure(routes.tenant, by=routes.identity.subject)
    headers = {"Location": routes.link(f"/tenants/{tenant}/data")}
    return routes.answer(HTTPStatus.ACCEPTED, representation.erasure(erasure), headers)


@routes.on(
    "GET",
    "/tenants/<tenant>/data",
    access=Scope.READ,
    about=About(
        {HTTPStatus.OK: Reply(ShownErasure)},
        problems=("no_erasure",),
        text="Once it has ended, with the proof, which is also in the operator's audit log. Shown for 30 days.",
    ),
)
def get_erasure(tenant: str) -> Answer:
    """Show the latest erasure of all that your tenant has."""
    _check_own(tenant)
    erasure = bootstrap.service().ports.erasures.get(routes.tenant)
    if erasure is None:
        raise _none()
    return routes.answer(HTTPStatus.OK, representation.erasure(erasure))


def _check_own(tenant: str) -> None:
    """Raise Problem for another tenant, whether there is one or not."""
    if tenant != routes.tenant:
        raise _none()


def _none() -> Problem:
    return Problem(HTTPStatus.NOT_FOUND, "no_erasure", "No erasure of your tenant's is on record under that name.")
