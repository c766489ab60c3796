"""Describe what is answered, and name the examples that stand among the document's components."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from handlers.http import answers, problems
from handlers.http.openapi_notes import Reply
from tools.openapi import schemas
from tools.openapi.problems import ANYWHERE, GUARDED, body_of, by_code, of_gateway

JSON = "application/json"
_HEADERS = {
    "X-Correlation-Id": "By which the request is found in the logs: the caller's own, or the request's id.",
    "Location": "Where to go on.",
    "Preference-Applied": "For how long the answer was waited for, at the most.",
    "WWW-Authenticate": "What is wrong with the API key or token (RFC 6750).",
    "Retry-After": "Seconds after which to look again.",
}
_ALWAYS = ("X-Correlation-Id",)
_BY_GATEWAY = ("throttled", "quota_exceeded")
"""What API Gateway may answer anywhere, without asking the function."""
_BY_AUTHORIZER = ("unauthenticated", "forbidden")
"""What it may answer where an authorizer stands before the function, or before the direct door."""

# Where to go on from a report that an answer names.
_FROM_REPORT = {
    name: {"operationId": operation, "parameters": {"report_id": "$response.body#/id"}}
    for name, operation in {
        "report": "get_report",
        "pdf": "get_pdf",
        "timeline": "get_events",
        "deliveries": "list_deliveries",
        "cancel": "cancel_report",
        "retry": "retry_report",
    }.items()
}
_LINKS: Mapping[Any, Mapping[str, Any]] = {
    answers.AcceptedReport: _FROM_REPORT,
    answers.FullReport: _FROM_REPORT,
    answers.Batch: {"reports": {"operationId": "list_reports", "parameters": {"batch": "$response.body#/batch"}}},
}

Shown = Mapping[str, Mapping[str, Any]]


def header_components() -> dict[str, Any]:
    """Describe all headers of answers."""
    return {
        name: {"description": text, "required": True, "schema": {"type": "string"}} for name, text in _HEADERS.items()
    }


def example_components(requests: Shown, replies: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    """Give all examples: of requests by their operation, of answers by their type, and of problems."""
    groups = [*requests.items(), *((kind.__name__, shown) for kind, shown in replies.items())]
    found = {f"{group}.{name}": {"value": value} for group, shown in groups for name, value in shown.items()}
    for shown in by_code().values():
        found |= {_name(problem.code, int(problem.status)): {"value": body_of(problem)} for problem in shown}
    for code, document in of_gateway().items():
        if "status" in document:
            found.setdefault(_name(code, document["status"]), {"value": document})
    return dict(sorted(found.items()))


def references(group: str, names: Iterable[str]) -> dict[str, Any]:
    """Point to examples of a group."""
    return {name: {"$ref": f"#/components/examples/{group}.{name}"} for name in names}


def reply(about: Reply, status: HTTPStatus, shown: Mapping[Any, Mapping[str, Any]]) -> dict[str, Any]:
    """Describe an answer without an error."""
    described: dict[str, Any] = {"description": status.phrase, "headers": _headers(about.headers)}
    content: dict[str, Any] = {}
    if about.content is not None:
        name = about.content.__name__
        content[JSON] = {"schema": schemas.reference(name), "examples": references(name, shown[about.content])}
    # The first is what a page asks for by itself.
    content |= {media_type: {"schema": dict(schema)} for media_type, schema in about.other.items()}
    if content:
        described["content"] = content
    if links := _LINKS.get(about.content):
        described["links"] = dict(links)
    return described


def of_problems(problems: Iterable[str | tuple[str, HTTPStatus]], *, guarded: bool) -> dict[str, Any]:
    """Describe what a route may find wrong, and what any may, by status; ``guarded`` ones ask who is there."""
    found: dict[int, list[str]] = defaultdict(list)
    for each in (*problems, *(GUARDED if guarded else ()), *ANYWHERE):
        code, status = (each, None) if isinstance(each, str) else each
        for problem in by_code()[code]:
            if status in (None, problem.status):
                found[int(problem.status)].append(code)
    for code in (*_BY_GATEWAY, *(_BY_AUTHORIZER if guarded else ())):
        found[of_gateway()[code]["status"]].append(code)
    return {
        str(status): {**_problem(status, dict.fromkeys(codes)), **_headers_of_problem(HTTPStatus(status))}
        for status, codes in sorted(found.items())
    }


def of_direct_door() -> dict[str, Any]:
    """Describe what may be wrong where no function stands in the way: see resources/direct.yml."""
    own = ("invalid_request", "refused_by_queue", "unsupported_media_type", "queue_unreachable", "service_unavailable")
    found: dict[int, list[str]] = defaultdict(list)
    for code in (*own, *_BY_GATEWAY, *_BY_AUTHORIZER):
        found[of_gateway()[code]["status"]].append(code)
    return {str(status): _problem(status, codes) for status, codes in sorted(found.items())}


def _headers_of_problem(status: HTTPStatus) -> dict[str, Any]:
    """Describe the headers of a problem; those that API Gateway answers, too, have none of ours."""
    if status is HTTPStatus.UNAUTHORIZED:
        return {"headers": {"WWW-Authenticate": {"$ref": "#/components/headers/WWW-Authenticate"}}}
    if status in (HTTPStatus.FORBIDDEN, HTTPStatus.TOO_MANY_REQUESTS):
        return {}
    return {"headers": _headers(())}


def _problem(status: int, codes: Iterable[str]) -> dict[str, Any]:
    shown = {code: {"$ref": f"#/components/examples/{_name(code, status)}"} for code in codes}
    words = " or ".join(f"`{code}`" for code in shown)
    schema = schemas.reference(answers.ProblemDocument.__name__)
    return {
        "description": f"{HTTPStatus(status).phrase}: {words}.",
        "content": {problems.CONTENT_TYPE: {"schema": schema, "examples": shown}},
    }


def _name(code: str, status: int) -> str:
    return f"problem.{code}.{status}"


def _headers(names: Iterable[str]) -> dict[str, Any]:
    return {name: {"$ref": f"#/components/headers/{name}"} for name in (*_ALWAYS, *names)}
