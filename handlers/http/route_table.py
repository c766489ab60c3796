"""Find the routes of a path: one table for all subjects, which is asked once per request."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import partial
from typing import Any

from aws_lambda_powertools.event_handler import Response

from handlers.http.openapi_notes import About
from reports.access.identity import Scope

# What a parameter may hold. A path with anything else in its place is not there.
_PARAMETER = r"[-._~()'!*:@,;=+&$%<> \[\]{}|^\w]+"

Answer = Response[Any]


class Entry(Enum):
    """Name what a route may ask of its callers instead of a scope."""

    OPEN = auto()
    """Nothing: anybody may call it."""
    KNOWN = auto()
    """A key or token that is right, whatever its scopes."""


Access = Scope | Entry


@dataclass(frozen=True, slots=True)
class Registered:
    """A route as it was registered."""

    method: str
    rule: str
    access: Access
    function: Callable[..., Answer]
    about: About
    subject: str


@dataclass(frozen=True, slots=True)
class Match:
    """What the table has for a path: the rule that counts, and the route of each method with its parameters set."""

    rule: str | None = None
    routes: Mapping[str, Callable[[], Answer]] = field(default_factory=dict)


class RouteTable:
    """The routes of the API, by rule. Of two rules that match one path, the first registered counts."""

    def __init__(self, routes: Iterable[Registered]) -> None:
        self.routes = tuple(routes)
        rules: dict[str, dict[str, Registered]] = {}
        for route in self.routes:
            rules.setdefault(route.rule, {})[route.method] = route
        self._rules = [(_pattern(rule), methods) for rule, methods in rules.items()]

    @property
    def methods(self) -> list[str]:
        """Return the methods that any route has."""
        return sorted({route.method for route in self.routes})

    def match(self, path: str) -> Match:
        """Find the routes of a path. Slashes at its end are passed over."""
        found = [(match, of) for pattern, of in self._rules if (match := pattern.fullmatch(path.rstrip("/")))]
        # As OpenAPI has it, a path of its own is not one of those that have a parameter in its place.
        found = [each for each in found if not each[0].re.groups] or found
        routes: dict[str, Callable[[], Answer]] = {}
        for match, of in reversed(found):
            routes |= {method: partial(route.function, **match.groupdict()) for method, route in of.items()}
        return Match(next((route.rule for _, of in found for route in of.values()), None), routes)


def _pattern(rule: str) -> re.Pattern[str]:
    """Make a pattern of a rule, in which ``<name>`` stands for a parameter."""
    parts = re.split(r"<(\w+)>", rule)
    return re.compile(
        "".join(f"(?P<{part}>{_PARAMETER})" if n % 2 else re.escape(part) for n, part in enumerate(parts))
    )
