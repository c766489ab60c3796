"""Hold what all calls to one service share."""

from __future__ import annotations

from typing import Any

from pressrun_client.timing import Waiting
from pressrun_client.transport import Answer, Transport

PAGE = 100
"""The most reports that a page of a list may have."""


class Calls:
    """The base of all groups of calls."""

    def __init__(self, transport: Transport, waiting: Waiting) -> None:
        self._transport = transport
        self._waiting = waiting

    def _call(self, method: str, path: str, **more: Any) -> Answer:
        return self._transport.call(method, path, **more)
