"""Give an example of each problem that the API answers, made by the code that makes the real ones."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from handlers.http import problems
from handlers.http.problems import Problem
from reports.delivery.delivery import MOST_REPLAYS
from reports.errors import (
    AddressNotAllowedError,
    AssetLimitError,
    AssetMissingError,
    AssetUnusableError,
    BeingErasedError,
    BlockedURLError,
    IdempotencyKeyReusedError,
    InsufficientScopeError,
    InvalidDataError,
    InvalidOptionsError,
    JobConflictError,
    JobNotFoundError,
    LegalHoldError,
    NoTenantError,
    ReplaysUsedUpError,
    RetryInVainError,
    ServiceUnavailableError,
    TemplateNameTakenError,
    TemplateNotLiveError,
    TemplateOutOfOrderError,
    TemplateRefusedError,
    UnauthenticatedError,
    UnknownLocaleError,
    UnknownTemplateError,
    Violation,
)

ROOT = Path(__file__).resolve().parents[2]
CORRELATION_ID = "4473684c-4eeb-4c07-b8cd-18a02e64883e"
ANYWHERE = ("internal_error", "service_unavailable")
"""What any route may answer."""
GUARDED = ("unauthenticated", "insufficient_scope", "no_tenant")
"""What any route may answer that is not open to everybody."""

_POLL = {"Retry-After": "2"}


@cache
def by_code() -> Mapping[str, tuple[Problem, ...]]:
    """Return examples of all problems of the API function; a code may come with more than one status."""
    found: dict[str, tuple[Problem, ...]] = {}
    for problem in (*_of_errors(), *_of_routes()):
        found[problem.code] = (*found.get(problem.code, ()), problem)
    return found


def _of_errors() -> Iterator[Problem]:
    missing = [Violation("/rows", "'none' is not of type 'array'")]
    for error in (
        UnknownTemplateError("invoices", ["invoice", "photos", "table", "weather"]),
        TemplateNotLiveError("receipt@3", "checking"),
        TemplateNameTakenError("invoice"),
        TemplateRefusedError(
            "The template is refused. receipt/schema.json:4: /type: 'sting' is not valid.",
            findings=[{"file": "receipt/schema.json", "line": 4, "message": "/type: 'sting' is not valid"}],
        ),
        InvalidDataError("table", missing),
        InvalidOptionsError([Violation("/options/reading/paper", "'A9' is not one of ['A4', 'Letter']")]),
        AddressNotAllowedError(["@shop.example"]),
        AssetLimitError("Your tenant has 200 assets, as many as it may. Remove one first.", most=200),
        AssetMissingError("/options/letterhead/asset", "letter"),
        AssetUnusableError("The PDF is encrypted. Upload it without a password."),
        UnknownLocaleError("/options/locale", "There is no language 'xx' to write numbers and dates in."),
        BlockedURLError("/options/notify/webhook", "The URL is not one of HTTPS."),
        JobNotFoundError("There is no such report."),
        JobConflictError("The job is SUCCEEDED already."),
        LegalHoldError(),
        BeingErasedError(datetime(2026, 11, 20, 12, tzinfo=UTC)),
        IdempotencyKeyReusedError("The idempotency key was used for another request in the last 24 hours."),
        ServiceUnavailableError("DynamoDB does not answer."),
        UnauthenticatedError("The API key is not known.", is_missing=False),
        InsufficientScopeError("submit"),
        NoTenantError("The token names no tenant."),
        TemplateOutOfOrderError("table", "table/schema.json:12", "/type: 'sting' is not valid"),
    ):
        yield problems.of_error(error)
    yield problems.internal()


def _of_routes() -> Iterator[Problem]:
    refused = {"index": 0, "status": 422, "problem": body_of(problems.invalid("…", [Violation("/data", "…")]))}
    yield from (
        Problem(HTTPStatus.BAD_REQUEST, "malformed_json", "The body is not JSON: NaN is not a JSON number."),
        Problem(
            HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
            "too_large",
            "The body has more than 4,000,000 bytes. Upload larger data as a file: see POST /uploads.",
            more={"max_bytes": 4_000_000, "upload": "https://api.example/uploads"},
        ),
        Problem(HTTPStatus.CONFLICT, "report_not_ready", "The PDF is not ready: the report is PENDING.", headers=_POLL),
        *(Problem(status, "report_failed", why, more) for status, why, more in _of_failures()),
        Problem(HTTPStatus.NOT_FOUND, "no_erasure", "No erasure of your tenant's is on record under that name."),
        Problem(HTTPStatus.NOT_FOUND, "delivery_not_found", "The report has no delivery of this number."),
        problems.of_error(ReplaysUsedUpError(MOST_REPLAYS)),
        problems.of_error(RetryInVainError("invalid_data")),
        Problem(HTTPStatus.CONFLICT, "delivery_conflict", "The delivery is being sent right now.", headers=_POLL),
        Problem(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            "nothing_accepted",
            "No item was accepted: see items.",
            {"items": [refused]},
        ),
        Problem(
            HTTPStatus.SERVICE_UNAVAILABLE,
            "nothing_accepted",
            "No item was accepted: see items.",
            {"items": [{**refused, "status": 503}]},
        ),
        Problem(HTTPStatus.NOT_FOUND, "no_such_resource", "There is no such resource."),
        Problem(HTTPStatus.METHOD_NOT_ALLOWED, "method_not_allowed", "This resource has no such method. It has: GET."),
    )


def _of_failures() -> Iterator[tuple[HTTPStatus, str, dict[str, Any]]]:
    for status, code, message in (
        (HTTPStatus.CONFLICT, "unreadable_file", "Row 2 has 3 values, and the heading has 2."),
        (HTTPStatus.UNPROCESSABLE_ENTITY, "render_timeout", "The render took longer than 240 s."),
        (HTTPStatus.SERVICE_UNAVAILABLE, "worker_lost", "The worker died, and no other one took over."),
    ):
        error = {
            "code": code,
            "message": message,
            "detail": {},
            "retryable": status >= HTTPStatus.INTERNAL_SERVER_ERROR,
        }
        # A caller who asks for the PDF knows the report already.
        more = {} if status is HTTPStatus.CONFLICT else {"error": error, "id": "019a9d5c-3c8e-7a51-9d2e-6b0f4c1d2e3f"}
        yield status, f"There is no PDF: the report is FAILED. {message}", more


def body_of(problem: Problem) -> dict[str, Any]:
    """Return a problem's document."""
    return problem.body(CORRELATION_ID)


def of_gateway() -> dict[str, dict[str, Any]]:
    """Return the documents that API Gateway answers by itself, by their codes, as its templates have them."""
    text = "".join((ROOT / "resources" / name).read_text("utf-8") for name in ("direct.yml", "problems.yml"))
    found: dict[str, dict[str, Any]] = {}
    for match in re.finditer(r'\{"type": "urn:pressrun:problem:.*?\}', text, re.DOTALL):
        words = match[0].replace("$context.error.messageString", '"Request throttled."')
        words = re.sub(r"\$context\.extendedRequestId", CORRELATION_ID, words)
        document = json.loads(words, strict=False)
        document["detail"] = " ".join(document["detail"].split())
        found.setdefault(document["code"], document)
    return found
