"""Show what the API can do: the OpenAPI document, and a page to read it and try it out."""

from __future__ import annotations

import json
from functools import cache
from http import HTTPStatus
from pathlib import Path

from handlers.http.openapi_notes import About, Reply
from handlers.http.problems import Problem
from handlers.http.route_table import Answer, Entry
from handlers.http.routing import Routes
from reports import bootstrap

routes = Routes("documentation")

_PAGE = Path(__file__).resolve().parents[1] / "reference"
# Swagger UI is pinned in web/package-lock.json. A package has it beside the page; a working copy, where npm puts it.
_INSTALLED = Path(__file__).resolve().parents[3] / "web" / "node_modules" / "swagger-ui-dist"


def _swagger_ui(packed: str, installed: str) -> Path:
    beside = _PAGE / packed
    return beside if beside.is_file() else _INSTALLED / installed


_FILES = {
    "swagger-ui.js": (_swagger_ui("swagger-ui.js", "swagger-ui-bundle.js"), "text/javascript; charset=utf-8"),
    "swagger-ui.css": (_swagger_ui("swagger-ui.css", "swagger-ui.css"), "text/css; charset=utf-8"),
    "start.js": (_PAGE / "start.js", "text/javascript; charset=utf-8"),
    "page.css": (_PAGE / "page.css", "text/css; charset=utf-8"),
}
_HTML = "text/html; charset=utf-8"
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@routes.on(
    "GET",
    "/openapi.json",
    access=Entry.OPEN,
    about=About({HTTPStatus.OK: Reply(other={"application/json": {"type": "object"}})}),
)
def get_openapi() -> Answer:
    """Give this document, with the address by which it was asked for."""
    return routes.text(_document(routes.link("")), "application/json")


@routes.on(
    "GET", "/docs", access=Entry.OPEN, about=About({HTTPStatus.OK: Reply(other={"text/html": {"type": "string"}})})
)
def get_docs() -> Answer:
    """Show this document as a page, on which requests can be tried out."""
    page = (_PAGE / "page.html").read_text("utf-8")
    return routes.text(page, _HTML, {"Content-Security-Policy": _POLICY})


@routes.on(
    "GET",
    "/docs/<file>",
    access=Entry.OPEN,
    about=About(
        {HTTPStatus.OK: Reply(other={"text/javascript": {"type": "string"}, "text/css": {"type": "string"}})},
    ),
)
def get_docs_file(file: str) -> Answer:
    """Give a part of the page."""
    if file not in _FILES:
        raise Problem(HTTPStatus.NOT_FOUND, "no_such_resource", "There is no such resource.")
    path, content_type = _FILES[file]
    return routes.text(path.read_text("utf-8"), content_type, {"Cache-Control": "public, max-age=3600"})


@cache
def _document(url: str) -> str:
    document = json.loads(bootstrap.OPENAPI.read_text("utf-8"))
    document["servers"] = [{"url": url}]
    return json.dumps(document, ensure_ascii=False)
