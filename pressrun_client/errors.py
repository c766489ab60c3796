"""Define every error that the client raises, as one tree.

::

    PressrunError
    ├── ConfigurationError      the address or the key is missing, or is not right
    ├── InputError              what was given cannot be sent: a file that is not there, data that are not JSON
    ├── ServiceError            the service has said no; has the problem that it answered with
    │   ├── NotAllowedError         401, 403
    │   ├── NotFoundError           404
    │   ├── ConflictError           409     the report is in another state than this needs
    │   ├── RefusedError            400, 413, 422 and other 4xx     the request itself is not right
    │   ├── RateLimitedError        429     too much was asked for; has retry_after
    │   └── ServiceFaultError       5xx     the fault is the service's; trying again may help
    ├── UnreachableError        there was no answer
    ├── UnexpectedAnswerError   the answer is not one of a Pressrun service, or of one that is too new
    ├── TransferError           a file could not be uploaded to, or downloaded from, the store
    ├── NotOverError            a report was not over in time
    └── ReportFailedError       a report has ended without a PDF; has the report
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    pass

REPORT_FAILED = "report_failed"
"""A report has ended without a PDF."""

NOTHING_ACCEPTED = "nothing_accepted"
"""Of many requests none was accepted, each for a reason of its own."""


@dataclass(frozen=True, slots=True)
class Violation:
    """A fault at one place of the sent data; ``pointer`` is a JSON pointer (RFC 6901)."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Problem:
    """A problem that the service reports (RFC 9457).

    ``code`` is stable, and for programs; ``detail`` is a sentence, and may change. ``correlation_id`` finds the request
    in the service's logs. ``document`` is the problem as it came.
    """

    status: int
    code: str
    detail: str
    errors: tuple[Violation, ...] = ()
    correlation_id: str | None = None
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, status: int, document: object, correlation_id: str | None = None) -> Problem:
        """Read a problem. Gateways answer by a ``message`` alone, or by no JSON; then the status is the code."""
        content = document if isinstance(document, Mapping) else {}
        code, detail = content.get("code"), content.get("detail") or content.get("message")
        errors = content.get("errors")
        given_id = content.get("correlation_id")
        return cls(
            status=status,
            code=code if isinstance(code, str) and code else f"http_{status}",
            detail=detail if isinstance(detail, str) and detail else f"The answer was {status} {_phrase(status)}.",
            errors=tuple(
                Violation(str(each.get("pointer", "")), str(each.get("message", "")))
                for each in (errors if isinstance(errors, list) else [])
                if isinstance(each, Mapping)
            ),
            correlation_id=given_id if isinstance(given_id, str) else correlation_id,
            document=content,
        )


class PressrunError(Exception):
    """The root of the tree. The message is a sentence for a person, and never contains a secret.

    ``code`` is stable, and for programs: the service's own for what that has answered with.
    """

    code: str


class ConfigurationError(PressrunError):
    """A missing or wrong part of the configuration."""

    code = "configuration"


class InputError(PressrunError):
    """A fault of something that was to be sent or written."""

    code = "input"


class ServiceError(PressrunError):
    """An answer of the service that is a problem."""

    def __init__(self, problem: Problem, *, retry_after: float | None = None) -> None:
        super().__init__(problem.detail)
        self.code = problem.code
        self.problem = problem
        self.retry_after = retry_after

    @property
    def detail(self) -> str:
        """Return the problem's sentence."""
        return self.problem.detail

    @property
    def errors(self) -> tuple[Violation, ...]:
        """Return what is wrong with what was sent, place by place."""
        return self.problem.errors

    @property
    def correlation_id(self) -> str | None:
        """Return what finds the request in the service's logs."""
        return self.problem.correlation_id

    @classmethod
    def of(cls, problem: Problem, *, retry_after: float | None = None) -> ServiceError:
        """Return the error of the tree that fits a problem's status."""
        return _kind(problem.status)(problem, retry_after=retry_after)


class NotAllowedError(ServiceError):
    """A key that is missing, unknown or revoked, or lacks a scope."""


class NotFoundError(ServiceError):
    """Something that does not exist, or belongs to another tenant."""


class ConflictError(ServiceError):
    """A report in another state than the request needs."""


class RefusedError(ServiceError):
    """A wrong request; repeating it gives the same answer."""


class RateLimitedError(ServiceError):
    """Too many requests; ``retry_after`` is in seconds."""


class ServiceFaultError(ServiceError):
    """A fault of the service, after all tries."""


class UnreachableError(PressrunError):
    """A missing answer. The request may have arrived, unless the message says otherwise."""

    code = "unreachable"


class UnexpectedAnswerError(PressrunError):
    """An answer that the client cannot understand."""

    code = "unexpected_answer"


class TransferError(PressrunError):
    """A file that could not be moved to or from the store of files."""

    code = "transfer"


class NotOverError(PressrunError):
    """A report that did not end in time, and goes on."""

    code = "not_over"


def _kind(status: int) -> type[ServiceError]:
    if status in (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN):
        return NotAllowedError
    if status in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
        return NotFoundError
    if status == HTTPStatus.CONFLICT:
        return ConflictError
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return RateLimitedError
    return ServiceFaultError if status >= HTTPStatus.INTERNAL_SERVER_ERROR else RefusedError


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return "of no known meaning"
