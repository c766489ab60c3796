"""Decide who is asking."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DEFAULT_TENANT = "demo"


def tenant_of(identity: Mapping[str, Any] | None) -> str:  # noqa: ARG001 - until callers are told apart
    """Return the tenant of a caller, given what the authorizer says of it, if there is one.

    Every caller is the tenant ``demo`` until authentication arrives; the places that need to know ask here already.
    """
    return DEFAULT_TENANT
