"""Answer the HTTP API. The routes are in handlers.http.routes: each translates, calls once, and translates back."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver
from aws_lambda_powertools.event_handler.exceptions import NotFoundError

from handlers import logs
from handlers.http import cors, problems
from handlers.http.problems import Problem
from handlers.http.routes import (
    batches,
    deliveries,
    documentation,
    health,
    latest,
    me,
    reports,
    retries,
    templates,
    uploads,
)
from handlers.http.routing import Answer, answer_problem, header_of
from reports import bootstrap
from reports.errors import PressrunError

log = logging.getLogger("reports.handlers.api")

# Of two rules that match one path the first counts: `latest` is no report's id.
_SUBJECTS = (latest, batches, retries, reports, deliveries, uploads, templates, me, health, documentation)
ROUTES = tuple(each.routes for each in _SUBJECTS)

app = APIGatewayRestResolver(debug=False)
for each in ROUTES:
    app.include_router(each)


def _keep_to_the_rule(resolver: Any, following: Callable[[Any], Any]) -> Any:
    """Leave to a route what its rule is meant for, and no more.

    The resolver looks at the method first: GET /reports/batch, which is not there, would be the report `batch`.
    """
    event = resolver.current_event
    methods = _methods_of(event.path)
    return following(resolver) if event.http_method in methods else not_found(NotFoundError())


app.use(middlewares=[_keep_to_the_rule])

# API Gateway's own, but for the question of browsers that come before it.
_DIRECT_DOOR = "/queue/reports"

_CORRELATION_ID = re.compile(r"[A-Za-z0-9._-]{8,64}")


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """Answer one request of API Gateway's REST proxy."""
    logger = logs.configure("api")
    started = time.monotonic()
    correlation_id = _correlation_id(event)
    caller: dict[str, str] = {}  # filled in by the route, when it knows who asks
    app.append_context(correlation_id=correlation_id, caller=caller)  # type: ignore[no-untyped-call]
    with logs.bound(logger, correlation_id=correlation_id):
        answer = _resolve(event, context)
        log.info(
            "answered",
            extra={
                "method": event.get("httpMethod"),
                "route": next(iter(_matching(event.get("path", ""))), None),
                "status": answer["statusCode"],
                **caller,
                "duration_ms": round((time.monotonic() - started) * 1000),
            },
        )
    return answer


def _resolve(event: dict[str, Any], context: Any) -> dict[str, Any]:
    settings = bootstrap.api().settings
    origin = header_of(event, "Origin")
    method = event.get("httpMethod")
    path = event.get("path", "")
    methods = _methods_of(path) or ({"POST"} if path.rstrip("/") == _DIRECT_DOOR else set())
    if method == "OPTIONS" and methods:
        answer = cors.preflight(_all_of(methods), allowed=origin in settings.cors_origins)
    elif method == "HEAD":
        answer = {**app.resolve({**event, "httpMethod": "GET"}, context), "body": "", "isBase64Encoded": False}
    else:
        answer = app.resolve(event, context)
    return cors.protected(answer, origin, settings.cors_origins, https=settings.stage != "local")


@app.not_found
def not_found(_: NotFoundError) -> Answer:
    """Answer for what no route matches."""
    methods = _methods_of(app.current_event.path)
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


def _matching(path: str) -> dict[str, set[str]]:
    """Return the rules that match a path, and the methods of each; the first rule is the one that counts."""
    found: dict[str, set[str]] = {}
    for routes in ROUTES:
        for rule, methods in routes.matching(path).items():
            found[rule] = found.get(rule, set()) | methods
    # As OpenAPI has it, a path of its own is not one of those that have a parameter in its place.
    own = {rule: methods for rule, methods in found.items() if "<" not in rule}
    return own or found


def _methods_of(path: str) -> set[str]:
    return set[str]().union(*_matching(path).values())


def _all_of(methods: Collection[str]) -> set[str]:
    """Return the methods of a path with those that come of others."""
    return {*methods, "OPTIONS", *(["HEAD"] if "GET" in methods else [])}


def _correlation_id(event: dict[str, Any]) -> str:
    """Return the id that the caller gave, else one of API Gateway's, the first of which a caller may set, too."""
    context = event.get("requestContext") or {}
    given = (header_of(event, "X-Correlation-Id"), context.get("requestId"))
    fitting = (each for each in given if isinstance(each, str) and _CORRELATION_ID.fullmatch(each))
    return next(fitting, str(context.get("extendedRequestId") or ""))


bootstrap.at_init(bootstrap.api, bootstrap.deliveries)
