"""Estimate what AWS bills for a report, by the list prices of one region and day: prices.json.

Whole numbers of billionths of a dollar, because DynamoDB adds those up exactly. docs/cost.md says what is left out.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reports.jobs.values import Door

NANO = 1_000_000_000
X86_64, ARM64 = "x86_64", "arm64"

# Write units of the table of jobs and its indexes, of a job with a PDF, a thumbnail and its provenance, below 1 KB.
# tests/unit/adapters/dynamodb/test_write_units.py holds these numbers.
ACCEPT_UNITS = 4
CLAIM_UNITS = 3
END_UNITS = 4
ANNOUNCE_UNITS = 2
FILE_UNITS = 1
COUNT_UNITS = 1
BEAT_UNITS = 3
BATCH_UNITS = 3
"""In the index of batches alone, for all writes of a job together."""

_SECONDS_BETWEEN_BEATS = 5


@dataclass(frozen=True, slots=True)
class Prices:
    """List prices in dollars, without free tiers and discounts; those of Lambda by processor."""

    as_of: str
    region: str
    currency: str
    lambda_gb_second: Mapping[str, float]
    lambda_request: float
    dynamodb_write_unit: float
    dynamodb_read_unit: float
    s3_put: float
    s3_get: float
    sqs_request: float
    sns_publish: float
    api_gateway_request: float
    logs_gb: float
    alarm_month: float
    metric_month: float

    @classmethod
    def known(cls) -> Prices:
        """Return those of prices.json."""
        found: dict[str, Any] = json.loads(Path(__file__).with_name("prices.json").read_text("utf-8"))
        return cls(**found)


class CostMeter:
    """The estimate of what reports cost on a render function of a size and processor."""

    def __init__(self, prices: Prices, *, architecture: str, memory_mb: int) -> None:
        self.prices = prices
        self._second = memory_mb / 1024 * prices.lambda_gb_second[architecture]

    def report(self, door: Door) -> int:
        """Return the cost of a report beside its attempts: its input, its job, its message, and telling its end."""
        p = self.prices
        # The input of an upload is its caller's, and its notification costs nothing.
        puts = 0 if door is Door.UPLOAD else 1
        sends = 0 if door is Door.UPLOAD else 1
        units = ACCEPT_UNITS + COUNT_UNITS + ANNOUNCE_UNITS + FILE_UNITS
        writes = units * p.dynamodb_write_unit
        return _nanos(puts * p.s3_put + writes + sends * p.sqs_request + p.sns_publish)

    def attempt(self, seconds: float, *, files: int = 0) -> int:
        """Return the cost of an attempt with the write that ends it; ``files`` is the number that it has stored."""
        p = self.prices
        beats = int(seconds / _SECONDS_BETWEEN_BEATS)
        units = CLAIM_UNITS + END_UNITS + COUNT_UNITS + beats * BEAT_UNITS
        # Read the job and the tenant's day.
        reads = 2
        # Receive, hide, delete.
        calls = 3 + beats
        return _nanos(
            seconds * self._second
            + p.lambda_request
            + units * p.dynamodb_write_unit
            + reads * p.dynamodb_read_unit
            + p.s3_get
            + files * p.s3_put
            + calls * p.sqs_request
        )


def dollars(nanos: int) -> float:
    """Return an amount in dollars."""
    return nanos / NANO


def _nanos(amount: float) -> int:
    return round(amount * NANO)
