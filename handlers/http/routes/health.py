"""Answer that the API is there."""

from __future__ import annotations

from http import HTTPStatus

from handlers.http.answers import Health
from handlers.http.openapi_notes import About, Reply
from handlers.http.route_table import Answer, Entry
from handlers.http.routing import Routes
from reports import bootstrap

routes = Routes("health")


@routes.on("GET", "/health", access=Entry.OPEN, about=About({HTTPStatus.OK: Reply(Health)}))
def health() -> Answer:
    """Answer that the API is there, and of which stage."""
    return routes.answer(HTTPStatus.OK, {"status": "ok", "stage": bootstrap.service().settings.stage})
