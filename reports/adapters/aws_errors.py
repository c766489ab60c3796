"""Translate what botocore raises into our own errors."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import BotoCoreError, ClientError

from reports.errors import ServiceUnavailableError

_FAULTS_OF_OURS = frozenset({"ValidationException", "SerializationException"})


@contextmanager
def translated(service: str) -> Iterator[None]:
    """Raise ServiceUnavailableError for any fault of the service that was not handled inside.

    That includes missing permissions: once they are granted, a redrive brings the work back. An error of the request
    itself, and so of this code, is raised as it is: waiting would not mend it.
    """
    try:
        yield
    except ClientError as error:
        code = error.response.get("Error", {}).get("Code", "unknown")
        if code in _FAULTS_OF_OURS:
            raise
        raise ServiceUnavailableError(f"{service} refused a request.", service=service, reason=code) from error
    except BotoCoreError as error:
        raise ServiceUnavailableError(
            f"{service} could not be reached.", service=service, reason=type(error).__name__
        ) from error


def error_code(error: ClientError) -> str:
    """Return AWS's code of an error."""
    return error.response.get("Error", {}).get("Code", "")
