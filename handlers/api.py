"""Answer the HTTP API. The routes are in handlers.http.routes: each translates, calls once, and translates back."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Collection
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from handlers import logs
from handlers.http import cors, problems
from handlers.http.problems import Problem
from handlers.http.route_table import Answer, Match, RouteTable
from handlers.http.routes import (
    assets,
    batches,
    deliveries,
    documentation,
    health,
    latest,
    me,
    own_templates,
    receipts,
    reports,
    retries,
    templates,
    tenants,
    uploads,
    usage,
)
from handlers.http.routing import answer_problem, header_of
from reports import bootstrap
from reports.errors import PressrunError

log = logging.getLogger("reports.handlers.api")

# Of two rules that match one path the first counts: `latest` is no report's id.
_SUBJECTS = (
    *(latest, batches, retries, reports, receipts, deliveries, uploads, assets, templates, own_templates, tenants),
    *(me, usage, health, documentation),
)
ROUTES = RouteTable(route for each in _SUBJECTS for route in each.routes.registered)

app = APIGatewayRestResolver(debug=False)
for each in _SUBJECTS:
    app.include_router(each.routes)

# For the resolver, all routes are one: the table alone knows the rules.
_EVERY_PATH = "(?s:.*)"

# API Gateway's own, but for the question of browsers that come before it.
_DIRECT_DOOR = "/queue/reports"

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway's REST proxy."""
    logger = logs.configure("api")
    started = time.monotonic()
    correlation_id = _correlation_id(event)
    caller: dict[str, str] = {}  # filled in by the route, when it knows who asks
    match = ROUTES.match(event.get("path", ""))
    app.append_context(  # type: ignore[no-untyped-call]
        correlation_id=correlation_id, caller=caller, handed_out=set(), match=match
    )
    with logs.bound(logger, correlation_id=correlation_id):
        answer = _resolve(event, context, match)
        log.info(
            "answered",
            extra={
                "method": event.get("httpMethod"),
                "route": match.rule,
                "status": answer["statusCode"],
                **caller,
                "duration_ms": round((time.monotonic() - started) * 1000),
            },
        )
    return answer


def _resolve(event: dict[str, Any], context: Any, match: Match) -> dict[str, Any]:
    settings = bootstrap.service().settings
    origin = header_of(event, "Origin")
    method = event.get("httpMethod")
    methods = match.routes or ({"POST"} if event.get("path", "").rstrip("/") == _DIRECT_DOOR else ())
    if method == "OPTIONS" and methods:
        answer = cors.preflight(_all_of(methods), allowed=origin in settings.cors_origins)
    elif method == "HEAD":
        answer = {**app.resolve({**event, "httpMethod": "GET"}, context), "body": "", "isBase64Encoded": False}
    else:
        answer = app.resolve(event, context)
    return cors.protected(answer, origin, settings.cors_origins, https=settings.stage != "local")


@app.route(_EVERY_PATH, method=ROUTES.methods)
def call_route() -> Answer:
    """Call the route that the table has for the request. Raises NotFoundError, and what the route raises."""
    match: Match = app.context["match"]
    route = match.routes.get(app.current_event.http_method)
    if route is None:
        raise NotFoundError
    return route()


@app.not_found
def not_found(_: NotFoundError) -> Answer:
    """Answer for what no route matches."""
    methods = app.context["match"].routes
    if methods:
        names = ", ".join(sorted(_all_of(methods)))
        detail = f"This resource has no such method. It has: {names}."
        problem = Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", detail, headers={"Allow": names})
    else:
        problem = Problem(HTTPStatus.NOT_FOUND, "no_such_resource", "There is no such resource.")
    return answer_problem(problem, app.context["correlation_id"])


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]
def answer_error(error: Exception) -> Answer:
    """Turn any error into a problem document; the stack trace goes to the logs alone."""
    if isinstance(error, Problem):
        return answer_problem(error, app.context["correlation_id"])
    problem = problems.of_error(error) if isinstance(error, PressrunError) else problems.internal()
    if problem.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        log.exception("the request could not be answered")
    return answer_problem(problem, app.context["correlation_id"])


def _all_of(methods: Collection[str]) -> set[str]:
    """Return the methods of a path with those that come of others."""
    return {*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}


def _correlation_id(event: dict[str, Any]) -> str:
    """Return the id that the caller gave, else one of API Gateway's, the first of which a caller may set, too."""
    context = event.get("requestContext") or {}
    given = (header_of(event, "X-Correlation-Id"), context.get("requestId"))
    fitting = (each for each in given if isinstance(each, str) and _CORRELATION_ID.fullmatch(each))
    return next(fitting, str(context.get("extendedRequestId") or ""))


bootstrap.at_init(
    bootstrap.service,
    *("authenticate", "submit", "submit_batch", "offer_upload", "await_end"),
    *("cancel", "retry", "retry_many", "rerender", "replay"),
)
