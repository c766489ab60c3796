"""Write many items to DynamoDB at once, and again what it had no capacity for."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from reports.adapters.aws_faults import translated
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 25
_LONGEST_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)


def pauses() -> Iterator[float]:
    """Yield how long to wait before each further try, in seconds, until there is none."""
    return (random.uniform(longest / 2, longest) for longest in _LONGEST_PAUSES)  # noqa: S311 - jitter, no secret


def put_all(
    client: DynamoDBClient, table: str, items: Sequence[Mapping[str, Any]], *, sleep: Callable[[float], None]
) -> Collection[str]:
    """Put items over whatever stands there. Returns the job ids of those that were put.

    The first fault of the service ends it: on one that is down, each further call would take its time, too.
    """
    put: set[str] = set()
    for start in range(0, len(items), _MOST_AT_ONCE):
        chunk = items[start : start + _MOST_AT_ONCE]
        try:
            left = _put_chunk(client, table, chunk, sleep)
        except ServiceUnavailableError:
            log.warning("the rest is not kept", extra={"left": len(items) - start}, exc_info=True)
            break
        put |= {item["job_id"]["S"] for item in chunk} - left
    return put


def _put_chunk(
    client: DynamoDBClient, table: str, chunk: Sequence[Mapping[str, Any]], sleep: Callable[[float], None]
) -> set[str]:
    """Return the job ids of what there was no capacity for in the end."""
    requests: list[Any] = [{"PutRequest": {"Item": item}} for item in chunk]
    waits = pauses()
    while True:
        with translated("DynamoDB"):
            response = client.batch_write_item(RequestItems={table: requests})
        requests = list(response.get("UnprocessedItems", {}).get(table, []))
        wait = next(waits, None)
        if not requests or wait is None:
            return {request["PutRequest"]["Item"]["job_id"]["S"] for request in requests}
        sleep(wait)
