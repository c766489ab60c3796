"""Say that the API is there."""

from __future__ import annotations

from http import HTTPStatus

from handlers.routes.routing import OPEN, Answer, Routes
from reports import bootstrap

routes = Routes()


@routes.on("GET", "/health", scope=OPEN)
def health() -> Answer:
    """Say that the API is there, and of which stage."""
    return routes.answer(HTTPStatus.OK, {"status": "ok", "stage": bootstrap.api().settings.stage})
