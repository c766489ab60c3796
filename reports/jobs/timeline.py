"""The timeline of a job: one entry for each step, never changed once written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any


class Step(StrEnum):
    """The name of a step in a job's life, as the timeline and the API show it."""

    ACCEPTED = "accepted"
    QUEUED_AGAIN = "queued_again"
    RENDERING = "rendering"
    RETRY = "retry"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    RETRIED = "retried"
    REDRIVEN = "redriven"


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    """The record of one step. ``name`` is a Step, or that of a later release's."""

    revision: int
    at: datetime
    name: str
    attempt: int
    detail: Mapping[str, Any] = field(default_factory=dict)
