"""Advice on what to do about an error."""

from __future__ import annotations

import math

from pressrun_client.cli.app import App
from pressrun_client.cli.output import plural
from pressrun_client.config import API_KEY, URL
from pressrun_client.errors import (
    NotAllowedError,
    NotFoundError,
    NotOverError,
    PressrunError,
    RateLimitedError,
    ServiceError,
    ServiceFaultError,
    TransferError,
    UnreachableError,
)
from pressrun_client.transport import is_loopback

_MOST_PLACES = 10


def lines_of(error: PressrunError, app: App) -> list[str]:
    """Return what else is known of an error, and what to do about it."""
    lines = _places(error) if isinstance(error, ServiceError) else []
    advice = _advice(error, app)
    lines += [advice] if advice else []
    if isinstance(error, ServiceFaultError) and error.correlation_id:
        lines.append(f"The service's logs have it as correlation id {error.correlation_id}.")
    if isinstance(error, UnreachableError | ServiceFaultError | TransferError | NotOverError):
        lines += app.to_go_on
    return lines


def _places(error: ServiceError) -> list[str]:
    """Return what is wrong with what was sent, place by place; one that the message has said is not said again."""
    places = [f"{each.pointer or 'the whole'}: {each.message}" for each in error.errors]
    if len(places) == 1 and error.errors[0].message in error.detail:
        return []
    more = len(places) - _MOST_PLACES
    return places[:_MOST_PLACES] + ([f"and {more} more"] if more > 0 else [])


def _advice(error: PressrunError, app: App) -> str | None:
    if isinstance(error, NotAllowedError):
        if app.connection.api_key is None:
            where = API_KEY if app.connection.origin == URL else "api_key in the profile"
            return f"No key was sent, because none belongs to {app.connection.origin}. Set {where}."
        if error.problem.status == 401:
            return f"The key for {app.connection.origin} is unknown to this service, or was revoked."
        return f"The key for {app.connection.origin} lacks a scope for this."
    if isinstance(error, RateLimitedError):
        return f"Try again {_in_time(error.retry_after)}."
    if isinstance(error, UnreachableError) and is_loopback(app.connection.url):
        return f"`make up` in the project's folder starts a stack here. The address is from {app.connection.origin}."
    if isinstance(error, UnreachableError):
        return f"The address is from {app.connection.origin}. Is the service up, and the address right?"
    if isinstance(error, ServiceFaultError):
        return "The service has a fault. Try again later."
    if isinstance(error, NotFoundError):
        return f"That was asked of {app.connection.url}."
    return None


def _in_time(seconds: float | None) -> str:
    if not seconds:
        return "later"
    for word, length in (("hour", 3600), ("minute", 60)):
        if seconds > 2 * length:
            return f"in {plural(math.ceil(seconds / length), word)}"
    return f"in {plural(math.ceil(seconds), 'second')}"
