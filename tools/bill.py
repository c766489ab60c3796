"""Compute what AWS bills for 1,000 invoices, and for a stack that does nothing: the tables of docs/cost.md."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.jobs.cost import (
    ACCEPT_UNITS,
    ANNOUNCE_UNITS,
    ARM64,
    BATCH_UNITS,
    CLAIM_UNITS,
    COUNT_UNITS,
    END_UNITS,
    FILE_UNITS,
    X86_64,
    Prices,
)

INVOICES = 1000

RENDER_SECONDS = {"in all": 1.05, "of a newer core": 0.70}
"""Of an invoice of two pages in a warm process, on the two machines of docs/performance.md and docs/cost.md."""

# Not measured on AWS: calls of S3, DynamoDB, SQS and SNS, and the API function for one request.
_CALL_SECONDS = 0.15
_API_SECONDS = 0.06
_API_MB = 1024
# Lines of the functions, the audit log, and an estimate of what Lambda and API Gateway add: see docs/cost.md.
_LOG_BYTES, _LOG_BYTES_IN_BATCH = 7_100, 3_300


@dataclass(frozen=True, slots=True)
class Way:
    """A way to run and to ask: one invoice for each request, or all in one batch; with thumbnails or without."""

    architecture: str
    memory_mb: int
    is_batch: bool = False
    thumbnails: bool = True


WAYS: Mapping[str, Way] = {
    "x86_64, 3,008 MB, one by one": Way(X86_64, 3008),
    "arm64, 3,008 MB, one by one": Way(ARM64, 3008),
    "arm64, 1,769 MB, one by one": Way(ARM64, 1769),
    "arm64, 1,769 MB, in a batch": Way(ARM64, 1769, is_batch=True),
    "… without thumbnails": Way(ARM64, 1769, is_batch=True, thumbnails=False),
}


def bill(way: Way, prices: Prices) -> dict[str, float]:
    """Return the dollars for 1,000 invoices by service, and in all; the last of a core that takes less time."""
    slow, fast = (_by_service(way, prices, seconds) for seconds in RENDER_SECONDS.values())
    return slow | dict(zip(RENDER_SECONDS, (sum(slow.values()), sum(fast.values())), strict=True))


def _by_service(way: Way, prices: Prices, render_seconds: float) -> dict[str, float]:
    second = prices.lambda_gb_second[way.architecture]
    # One POST, and one GET for the link; of a batch, a page of 100 reports has their links, and the POST is one.
    requests = 1 / INVOICES + 1 / 100 if way.is_batch else 2
    seconds = render_seconds + _CALL_SECONDS
    # The reports of a request are counted at once, and what each has taken by itself.
    counts = COUNT_UNITS + COUNT_UNITS * (1 / INVOICES if way.is_batch else 1)
    units = ACCEPT_UNITS + CLAIM_UNITS + END_UNITS + ANNOUNCE_UNITS + FILE_UNITS + counts
    units += BATCH_UNITS if way.is_batch else 0
    puts = 1 + way.thumbnails + (1 / INVOICES if way.is_batch else 1)
    each = {
        "Lambda": seconds * way.memory_mb / 1024 * second
        + requests * _API_SECONDS * _API_MB / 1024 * second
        + (1 + requests) * prices.lambda_request,
        "DynamoDB": units * prices.dynamodb_write_unit + 10 * prices.dynamodb_read_unit,
        # The input and the PDF are read once each.
        "S3": puts * prices.s3_put + 2 * prices.s3_get,
        "API Gateway": requests * prices.api_gateway_request,
        "SQS, SNS": (3 + (0.1 if way.is_batch else 1)) * prices.sqs_request + prices.sns_publish,
        "logs": (_LOG_BYTES_IN_BATCH if way.is_batch else _LOG_BYTES) / 1e9 * prices.logs_gb,
    }
    return {name: INVOICES * amount for name, amount in each.items()}


def table(prices: Prices) -> str:
    """Return the bills of all ways as a table of Markdown."""
    bills = {name: bill(way, prices) for name, way in WAYS.items()}
    [columns, *_] = [list(each) for each in bills.values()]
    lines = [["", *columns], ["---", *("--:" for _ in columns)]]
    lines += [[name, *(f"{each[column]:.4f}" for column in columns)] for name, each in bills.items()]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


if __name__ == "__main__":
    print(table(Prices.known()))
