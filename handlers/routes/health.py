"""Say that the API is there."""

from __future__ import annotations

from http import HTTPStatus

from handlers.routes.describing import About, Reply
from handlers.routes.routing import Answer, Entry, Routes
from reports import bootstrap
from reports.answers import Health

routes = Routes()


@routes.on("GET", "/health", access=Entry.OPEN, about=About({HTTPStatus.OK: Reply(Health)}))
def health() -> Answer:
    """Say that the API is there, and of which stage."""
    return routes.answer(HTTPStatus.OK, {"status": "ok", "stage": bootstrap.api().settings.stage})
