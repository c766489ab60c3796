"""Answer who asks."""

from __future__ import annotations

from http import HTTPStatus

from handlers.http import representation
from handlers.http.answers import Caller
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer, Entry
from handlers.http.routing import Routes
from reports import bootstrap

routes = Routes("callers")


@routes.on(
    "GET",
    "/me",
    access=Entry.KNOWN,
    about=About(
        {HTTPStatus.OK: Reply(Caller)},
        text="For this alone, no scope is needed. A page or a program learns here what its key is good for.",
    ),
)
def get_me() -> Answer:
    """Show who asks, and what that allows."""
    identity = routes.identity
    standing = bootstrap.service().quotas.standing(identity.tenant)
    return routes.answer(HTTPStatus.OK, representation.caller(identity, standing))
