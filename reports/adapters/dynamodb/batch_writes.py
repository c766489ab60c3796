"""Write many items to DynamoDB at once, and again what it had no capacity for; read whether there are any."""

from __future__ import annotations

import logging
import random
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar

from reports.adapters.aws_errors import translated
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

log = logging.getLogger(__name__)

_MOST_AT_ONCE = 25
_MOST_READ_AT_ONCE = 100
# As many as botocore keeps connections.
_MOST_THREADS = 10
_LONGEST_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)

Thing = TypeVar("Thing")
Result = TypeVar("Result")


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


def each_at_once(call: Callable[[Thing], Result], things: Sequence[Thing]) -> dict[Thing, Result]:
    """Call for each of many things, for some at the same time, where there is no call for all of them.

    A fault of the service ends it, as in put_all(): what it left out is missing in the answer.
    """
    faults: list[ServiceUnavailableError] = []

    def one(thing: Thing) -> tuple[Thing, Result] | None:
        if faults:
            return None
        try:
            return thing, call(thing)
        except ServiceUnavailableError as error:
            faults.append(error)
            return None

    with ThreadPoolExecutor(max(1, min(_MOST_THREADS, len(things)))) as pool:
        done = dict(each for each in pool.map(one, things) if each is not None)
    if faults:
        log.warning("the rest is not done", extra={"left": len(things) - len(done)}, exc_info=faults[0])
    return done


def missing_keys(
    client: DynamoDBClient, table: str, wanted: Sequence[Mapping[str, Any]], *, sleep: Callable[[float], None]
) -> list[Mapping[str, Any]]:
    """Return those keys for which there is no item. Raises ServiceUnavailableError."""
    names = {f"#{n}": name for n, name in enumerate(wanted[0])} if wanted else {}
    shown = {"ProjectionExpression": ", ".join(names), "ExpressionAttributeNames": names}
    found = items_of(client, table, wanted, sleep=sleep, shown=shown)
    return [key for key in wanted if key not in found]


def items_of(
    client: DynamoDBClient,
    table: str,
    wanted: Sequence[Mapping[str, Any]],
    *,
    sleep: Callable[[float], None],
    shown: Mapping[str, Any] | None = None,
) -> list[Mapping[str, Any]]:
    """Return the items of keys, in any order, as they are now; those that are gone are left out.

    ``shown`` is the part of them to read. Raises ServiceUnavailableError.
    """
    found: list[Mapping[str, Any]] = []
    for start in range(0, len(wanted), _MOST_READ_AT_ONCE):
        keys: list[Any] = list(wanted[start : start + _MOST_READ_AT_ONCE])
        for wait in (*pauses(), None):
            asked: Any = {"Keys": keys, "ConsistentRead": True, **(shown or {})}
            with translated("DynamoDB"):
                response = client.batch_get_item(RequestItems={table: asked})
            found += response.get("Responses", {}).get(table, [])
            left: Any = response.get("UnprocessedKeys", {})
            keys = list(left.get(table, {}).get("Keys", []))
            if not keys:
                break
            if wait is None:
                raise ServiceUnavailableError("DynamoDB has no capacity for this at the moment.")
            sleep(wait)
    return found
