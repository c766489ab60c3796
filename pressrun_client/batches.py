"""Submit many requests, a thousand to a call, and say of each what became of it."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pressrun_client.documents import Document
from pressrun_client.errors import Problem, RefusedError, ServiceError, ServiceFaultError, UnexpectedAnswerError
from pressrun_client.outcomes import ItemOutcome
from pressrun_client.transport import Answer, Transport, encoded

MOST_ITEMS = 1000
# The service's limit of a body is 4 MB; what stands around the items needs a little.
MOST_BYTES = 3_900_000

Item = tuple[int, Mapping[str, Any]]
"""An item with its place among all."""


def submit_all(
    transport: Transport, items: Iterable[Mapping[str, Any]], told: Callable[[int], object] = lambda _: None
) -> list[ItemOutcome]:
    """Submit items. ``told`` hears how many are through.

    An item gets a key of its own unless it has one, so that each may be sent again, and is made once. Those that a
    fault of the service has refused are sent again, as the policy says. Raises as Transport.call does.
    """
    outcomes: dict[int, ItemOutcome] = {}
    keyed = ({"idempotency_key": str(uuid.uuid4()), **item} for item in items)
    for chunk in _chunks(enumerate(keyed)):
        for number in range(1, transport.policy.tries + 1):
            found = _submit(transport, chunk)
            outcomes |= found
            chunk = [item for item in chunk if _is_faulty(found[item[0]])]
            if not chunk or number == transport.policy.tries:
                break
            transport.pause(number)
        told(len(outcomes))
    return [outcomes[index] for index in sorted(outcomes)]


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = 0
    for index, item in items:
        length = len(encoded(item)) + 1
        if chunk and (len(chunk) == MOST_ITEMS or size + length > MOST_BYTES):
            yield chunk
            chunk, size = [], 0
        chunk.append((index, item))
        size += length
    if chunk:
        yield chunk


def _submit(transport: Transport, chunk: list[Item]) -> dict[int, ItemOutcome]:
    try:
        answer = transport.call("POST", "/reports/batch", body={"items": [item for _, item in chunk]})
    except ServiceError as error:
        if error.code == "nothing_accepted":
            # All were refused, each for its own reason.
            return _outcomes(chunk, Answer(Document(error.problem.document)))
        if error.problem.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE or not isinstance(error, RefusedError):
            raise
        if len(chunk) == 1:
            return {chunk[0][0]: ItemOutcome(chunk[0][0], problem=error.problem)}
        # A stage may allow for less than is usual.
        half = len(chunk) // 2
        return _submit(transport, chunk[:half]) | _submit(transport, chunk[half:])
    return _outcomes(chunk, answer)


def _outcomes(chunk: list[Item], answer: Answer) -> dict[int, ItemOutcome]:
    batch = answer.document.optional_text("batch")
    found: dict[int, ItemOutcome] = {}
    for entry in answer.document.parts("items"):
        place = entry.number("index")
        if not 0 <= place < len(chunk):
            raise UnexpectedAnswerError("This is no answer of Pressrun: it has an item that was not sent.")
        index, problem = chunk[place][0], entry.part("problem")
        if problem is None:
            found[index] = ItemOutcome(index, id=entry.text("id"), batch=batch)
        else:
            found[index] = ItemOutcome(index, problem=Problem.of(entry.number("status"), problem.content))
    if len(found) != len(chunk):
        raise UnexpectedAnswerError("This is no answer of Pressrun: it does not name all items.")
    return found


def _is_faulty(outcome: ItemOutcome) -> bool:
    return outcome.problem is not None and isinstance(ServiceError.of(outcome.problem), ServiceFaultError)
