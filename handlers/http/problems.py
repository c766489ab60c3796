"""Describe errors to HTTP callers as problem details (RFC 9457)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from http import HTTPStatus
from typing import Any

from pydantic import ValidationError

from reports.catalog.violations import violations_of
from reports.errors import (
    AccessError,
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
    PressrunError,
    QuotaExceededError,
    ReplaysUsedUpError,
    RetryInVainError,
    ServiceUnavailableError,
    TemplateNameTakenError,
    TemplateNotLiveError,
    TemplateOutOfOrderError,
    TemplateRefusedError,
    TooLargeError,
    UnauthenticatedError,
    UnknownLocaleError,
    UnknownTemplateError,
    Violation,
)

_ERRORS_IN_SHORT = 5
CONTENT_TYPE = "application/problem+json"

_STATUS: Mapping[type[PressrunError], HTTPStatus] = {
    UnknownTemplateError: HTTPStatus.NOT_FOUND,
    TemplateNotLiveError: HTTPStatus.CONFLICT,
    TemplateNameTakenError: HTTPStatus.CONFLICT,
    TemplateRefusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    JobNotFoundError: HTTPStatus.NOT_FOUND,
    AssetMissingError: HTTPStatus.NOT_FOUND,
    AssetLimitError: HTTPStatus.CONFLICT,
    AssetUnusableError: HTTPStatus.UNPROCESSABLE_ENTITY,
    AddressNotAllowedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidDataError: HTTPStatus.UNPROCESSABLE_ENTITY,
    InvalidOptionsError: HTTPStatus.UNPROCESSABLE_ENTITY,
    TooLargeError: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    QuotaExceededError: HTTPStatus.TOO_MANY_REQUESTS,
    JobConflictError: HTTPStatus.CONFLICT,
    LegalHoldError: HTTPStatus.CONFLICT,
    BeingErasedError: HTTPStatus.CONFLICT,
    ReplaysUsedUpError: HTTPStatus.CONFLICT,
    RetryInVainError: HTTPStatus.CONFLICT,
    IdempotencyKeyReusedError: HTTPStatus.UNPROCESSABLE_ENTITY,
    UnauthenticatedError: HTTPStatus.UNAUTHORIZED,
    NoTenantError: HTTPStatus.FORBIDDEN,
    InsufficientScopeError: HTTPStatus.FORBIDDEN,
    UnknownLocaleError: HTTPStatus.UNPROCESSABLE_ENTITY,
    BlockedURLError: HTTPStatus.UNPROCESSABLE_ENTITY,
    ServiceUnavailableError: HTTPStatus.SERVICE_UNAVAILABLE,
    TemplateOutOfOrderError: HTTPStatus.INTERNAL_SERVER_ERROR,
}


@dataclass(eq=False)
class Problem(Exception):  # noqa: N818 - the word of RFC 9457
    """An answer that says what is wrong; raised by the routes, or made of an error of ours."""

    status: HTTPStatus
    code: str
    detail: str
    more: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    def body(self, correlation_id: str) -> dict[str, Any]:
        """Return the members of the problem document."""
        return {
            "type": f"urn:pressrun:problem:{self.code}",
            "title": self.status.phrase,
            "status": int(self.status),
            "detail": self.detail,
            "code": self.code,
            "correlation_id": correlation_id,
            **self.more,
        }


def of_error(error: PressrunError) -> Problem:
    """Describe an error of ours; one that callers can do nothing about tells them nothing but that."""
    status = _STATUS.get(type(error))
    if status is None:
        return internal()
    if isinstance(error, InvalidDataError | InvalidOptionsError | AddressNotAllowedError):
        return replace(invalid(error.message, error.violations), code=error.code)
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return Problem(
            status,
            error.code,
            "A service that Pressrun needs does not answer. Try again.",
            headers={"Retry-After": "5"},
        )
    headers: dict[str, str] = {}
    if isinstance(error, AccessError):
        headers = {"WWW-Authenticate": _challenge(error)}
    elif isinstance(error, QuotaExceededError):
        headers = {"Retry-After": str(error.seconds)}
    return Problem(status, error.code, error.message, more=dict(error.detail), headers=headers)


def _challenge(error: AccessError) -> str:
    """Return what to send instead, in the words of RFC 6750."""
    challenge = 'Bearer realm="pressrun"'
    if isinstance(error, InsufficientScopeError):
        return f'{challenge}, error="insufficient_scope", scope="{error.scope}"'
    is_missing = isinstance(error, UnauthenticatedError) and error.is_missing
    return challenge if is_missing else f'{challenge}, error="invalid_token"'


def of_validation(error: ValidationError, prefix: str = "") -> Problem:
    """Describe what pydantic found wrong with a request."""
    violations = violations_of(error, prefix)
    first, more = violations[0], len(violations) - 1
    place = f"at {first.pointer}: " if first.pointer else ""
    return invalid(
        f"The request is not right: {place}{first.message}{f' (and {more} more)' if more else ''}", violations
    )


def in_short(problem: Problem) -> Problem:
    """Leave out all but the first errors, where many problems stand in one answer."""
    errors = problem.more.get("errors")
    return problem if not errors else replace(problem, more={**problem.more, "errors": errors[:_ERRORS_IN_SHORT]})


def invalid(detail: str, violations: list[Violation] | tuple[Violation, ...]) -> Problem:
    """Describe a request whose parts break the rules, part by part."""
    errors = [{"pointer": violation.pointer, "message": violation.message} for violation in violations]
    return Problem(HTTPStatus.UNPROCESSABLE_ENTITY, InvalidDataError.code, detail, more={"errors": errors})


def internal() -> Problem:
    """Describe a fault of ours."""
    return Problem(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "internal_error",
        "Pressrun has made a mistake. The logs tell more: give the correlation_id to the operator.",
    )
