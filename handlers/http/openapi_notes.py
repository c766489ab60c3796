"""Describe what callers of a route send and get. The OpenAPI document is made of this: see tools/openapi."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any

from pydantic import BaseModel

PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Reply:
    """Describe an answer without an error: the type of its JSON, if it has any, and the headers it always has.

    ``other`` maps further media types to what they hold, as schemas of OpenAPI.
    """

    content: Any = None
    headers: tuple[str, ...] = ()
    other: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class About:
    """Describe a route beyond its docstring.

    ``sends`` are headers that callers may send, ``problems`` the codes of errors besides those that any route may
    answer, with the status where a code comes with several: see docs/operations.md.
    """

    replies: Mapping[HTTPStatus, Reply]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    sends: tuple[str, ...] = ()
    problems: tuple[str | tuple[str, HTTPStatus], ...] = ()
    text: str = ""
