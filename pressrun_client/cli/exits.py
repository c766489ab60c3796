"""The exit statuses of the command line; docs/command-line.md has the table."""

from __future__ import annotations

from enum import IntEnum

from pressrun_client.errors import (
    ConfigurationError,
    InputError,
    NotAllowedError,
    NotFoundError,
    NotOverError,
    PressrunError,
    RateLimitedError,
    ServiceError,
    ServiceFaultError,
)
from pressrun_client.model import ReportFailedError
from pressrun_client.signatures import SignatureError


class Exit(IntEnum):
    """Name the status of the process."""

    OK = 0
    REPORT_FAILED = 1
    USAGE = 2
    NOT_ALLOWED = 3
    NOT_FOUND = 4
    SERVICE = 5
    REFUSED = 6
    NOT_OVER = 7
    CHANGED = 8
    UNSIGNED = 9
    FAULT = 70
    INTERRUPTED = 130

    @classmethod
    def of(cls, error: PressrunError) -> Exit:
        """Return the status that an error ends the process with."""
        for kind, status in _STATUS:
            if isinstance(error, kind):
                return status
        return cls.SERVICE


# The first that fits counts.
_STATUS: tuple[tuple[type[PressrunError], Exit], ...] = (
    (ReportFailedError, Exit.REPORT_FAILED),
    (ConfigurationError, Exit.USAGE),
    (InputError, Exit.USAGE),
    (NotAllowedError, Exit.NOT_ALLOWED),
    (NotFoundError, Exit.NOT_FOUND),
    (NotOverError, Exit.NOT_OVER),
    (SignatureError, Exit.CHANGED),
    (RateLimitedError, Exit.SERVICE),
    (ServiceFaultError, Exit.SERVICE),
    (ServiceError, Exit.REFUSED),
)
