"""Describe each route as an operation of OpenAPI."""

from __future__ import annotations

import re
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from handlers.http import answers
from handlers.http.route_table import Access, Entry, Registered
from handlers.http.routing import GIVES_SOMETHING_NEW
from reports.access.identity import Scope
from reports.jobs.filenames import PLAIN_NAME
from reports.jobs.request import ReportRequest
from tools.openapi import responses, schemas
from tools.openapi.responses import JSON, Shown

_SENT_HEADERS: dict[str, dict[str, Any]] = {
    "Idempotency-Key": {
        "description": "Asked for twice, made once: the same key, such as `order-7`, and body give the same report "
        "for 24 hours.",
        # A header has no white space at its ends.
        "schema": {"type": "string", "pattern": "^[!-~]([ -~]{0,253}[!-~])?$"},
    },
    "Prefer": {
        "description": "`wait=20` holds the answer back until the report is over, for 20 seconds at the most.",
        "schema": {"type": "string"},
    },
}

_PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "report_id": {"description": "The id of a report.", "schema": {"type": "string", "minLength": 1}},
    "sha256": {
        "description": "The SHA-256 of a file, in hexadecimal and small letters.",
        "schema": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
    },
    "number": {"description": "The number of a delivery.", "schema": {"type": "integer", "minimum": 1}},
    "key": {
        "description": "A key that reports were given as `options.replaces`.",
        "schema": {"type": "string", "minLength": 1},
    },
    "file": {"description": "The name of a part of the page.", "schema": {"type": "string", "minLength": 1}},
    "name": {"description": "The name of a template.", "schema": {"type": "string", "minLength": 1}},
    "templates/number": {"description": "The number of a version.", "schema": {"type": "integer", "minimum": 1}},
    "assets/name": {"description": "The name of an asset.", "schema": {"type": "string", "pattern": PLAIN_NAME}},
    "tenant": {"description": "The name of your tenant.", "schema": {"type": "string", "minLength": 1}},
}


def path_of(rule: str) -> str:
    """Write a rule as OpenAPI does."""
    return re.sub(r"<(\w+)>", r"{\1}", rule)


def operation_of(route: Registered, requests: Shown, replies: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    """Describe a route."""
    about = route.about
    name = route.function.__name__
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": (route.function.__doc__ or "").strip().splitlines()[0].rstrip("."),
        "tags": [route.subject],
        **({"description": about.text} if about.text else {}),
    }
    if parameters := _parameters(route):
        operation["parameters"] = parameters
    if about.body is not None:
        content = {
            "schema": schemas.reference(about.body.__name__),
            "examples": responses.references(name, requests[name]),
        }
        operation["requestBody"] = {"required": True, "content": {JSON: content}}
    operation["security"] = _security(route.access)
    # What cannot be a parameter makes the path one that no route has.
    strange = ("no_such_resource",) if "<" in route.rule else ()
    closed = ("being_erased",) if route.access in GIVES_SOMETHING_NEW else ()
    operation["responses"] = {
        **{str(int(status)): responses.reply(reply, status, replies) for status, reply in about.replies.items()},
        **responses.of_problems((*about.problems, *strange, *closed), guarded=route.access is not Entry.OPEN),
    }
    return operation


def _security(access: Access) -> list[dict[str, Any]]:
    if access is Entry.OPEN:
        return []
    return [{"bearer": [str(access)] if isinstance(access, Scope) else []}]


def _parameters(route: Registered) -> list[dict[str, Any]]:
    about = route.about
    in_path = re.findall(r"<(\w+)>", route.rule)
    return [
        *({"name": name, "in": "path", "required": True, **_in_path(route, name)} for name in in_path),
        *({"name": name, "in": "header", "required": False, **_SENT_HEADERS[name]} for name in about.sends),
        *(schemas.parameters(about.query) if about.query else []),
    ]


def _in_path(route: Registered, name: str) -> Mapping[str, Any]:
    return _PATH_PARAMETERS.get(f"{route.subject}/{name}") or _PATH_PARAMETERS[name]


def direct_door() -> dict[str, Any]:
    """Describe what API Gateway does without a function: see resources/direct.yml."""
    accepted = {
        "description": HTTPStatus.ACCEPTED.phrase,
        "headers": {"Retry-After": {"$ref": "#/components/headers/Retry-After"}},
        "content": {JSON: {"schema": schemas.reference(answers.QueuedReport.__name__)}},
    }
    body = {
        "schema": schemas.reference(ReportRequest.__name__),
        "examples": responses.references("create_report", ["rows"]),
    }
    return {
        "operationId": "queue_report",
        "security": [{"bearer": [str(Scope.SUBMIT)]}],
        "summary": "Put a request straight into the queue",
        "description": "No function stands in this way. The data are held to the template's schema by the worker, and "
        "until it has seen the message the report is not found.",
        "tags": ["reports"],
        "requestBody": {"required": True, "content": {JSON: body}},
        "responses": {"202": accepted, **responses.of_direct_door()},
    }
