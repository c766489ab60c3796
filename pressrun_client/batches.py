"""Submit many requests, a thousand to a call, and say of each what became of it."""

from __future__ import annotations

import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document
from pressrun_client.errors import (
    NOTHING_ACCEPTED,
    Problem,
    RefusedError,
    ServiceError,
    ServiceFaultError,
    UnexpectedAnswerError,
    UnreachableError,
)
from pressrun_client.model import Status
from pressrun_client.outcomes import Batch, ItemOutcome, ManyOutcome
from pressrun_client.transport import Answer, Transport, encoded

MOST_ITEMS = 1000
# The service's limit of a body is 4 MB, and 6 MB as a text within JSON; what stands around the items needs a little.
MOST_BYTES = 3_900_000
MOST_ESCAPED_BYTES = 5_900_000

# An encoded item has no line ends.
_ESCAPED_BY_ONE = (b'"', b"\\")

Item = tuple[int, Mapping[str, Any]]
"""An item with its place among all."""


def submit_each(transport: Transport, items: Iterable[Mapping[str, Any]]) -> Iterator[ItemOutcome]:
    """Submit items, and yield what became of each, in their order, as soon as that is known.

    An item gets a key of its own unless it has one, so that each may be sent again, and is made once. Raises as
    Transport.call does; what has been yielded before stands.
    """
    keyed = ({"idempotency_key": str(uuid.uuid4()), **item} for item in items)
    for chunk in _chunks(enumerate(keyed)):
        parts = deque([chunk])
        while parts:
            part = parts.popleft()
            try:
                outcomes = _submit_patiently(transport, part)
            except RefusedError as error:
                if error.problem.status != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                    raise
                if len(part) > 1:
                    # A stage may allow for less than is usual.
                    half = len(part) // 2
                    parts.extendleft([part[half:], part[:half]])
                    continue
                outcomes = {part[0][0]: ItemOutcome(part[0][0], problem=error.problem)}
            yield from (outcomes[index] for index, _ in part)


def _chunks(items: Iterable[Item]) -> Iterator[list[Item]]:
    chunk: list[Item] = []
    size = escaped = 0
    for index, item in items:
        text = encoded(item)
        length = len(text) + 1
        length_escaped = length + sum(map(text.count, _ESCAPED_BY_ONE))
        is_full = size + length > MOST_BYTES or escaped + length_escaped > MOST_ESCAPED_BYTES
        if chunk and (len(chunk) == MOST_ITEMS or is_full):
            yield chunk
            chunk, size, escaped = [], 0, 0
        chunk.append((index, item))
        size += length
        escaped += length_escaped
    if chunk:
        yield chunk


def _submit_patiently(transport: Transport, part: list[Item]) -> dict[int, ItemOutcome]:
    """Submit items; those that a fault of the service has refused again, as the policy says."""
    outcomes = _submit(transport, part)
    for number in range(1, transport.policy.tries):
        left = [item for item in part if _is_faulty(outcomes[item[0]])]
        if not left:
            break
        transport.pause(number)
        try:
            outcomes |= _submit(transport, left)
        except (ServiceError, UnreachableError):
            # The others are accepted, which must be told. These have the problem for which they were refused.
            break
    return outcomes


def _submit(transport: Transport, part: list[Item]) -> dict[int, ItemOutcome]:
    try:
        answer = transport.call("POST", "/reports/batch", body={"items": [item for _, item in part]})
    except ServiceError as error:
        if error.code != NOTHING_ACCEPTED:
            raise
        # All were refused, each for its own reason.
        return _outcomes(part, Answer(Document(error.problem.document)))
    return _outcomes(part, answer)


def _outcomes(chunk: list[Item], answer: Answer) -> dict[int, ItemOutcome]:
    batch = answer.document.optional_text("batch")
    found: dict[int, ItemOutcome] = {}
    for entry in answer.document.parts("items"):
        place = entry.number("index")
        if not 0 <= place < len(chunk):
            raise UnexpectedAnswerError("This is not an answer of Pressrun: it has an item that was not sent.")
        index, problem = chunk[place][0], entry.part("problem")
        if problem is None:
            found[index] = ItemOutcome(index, id=entry.text("id"), batch=batch)
        else:
            found[index] = ItemOutcome(index, problem=Problem.of(entry.number("status"), problem.content))
    if len(found) != len(chunk):
        raise UnexpectedAnswerError("This is not an answer of Pressrun: it does not name all items.")
    return found


def _is_faulty(outcome: ItemOutcome) -> bool:
    return outcome.problem is not None and isinstance(ServiceError.of(outcome.problem), ServiceFaultError)


class BatchCalls(Calls):
    """Calls about many reports at once."""

    def submit_each(self, items: Iterable[Mapping[str, Any]]) -> Iterator[ItemOutcome]:
        """Ask for many reports, a thousand to a call; yield of each whether it was accepted, or why it was refused.

        An item is ``{"template": …, "data": …, "options": …, "idempotency_key": …}``. The last two may be
        left out. When this raises, what was yielded before was accepted or refused all the same.
        """
        return submit_each(self._transport, items)

    def submit_many(self, items: Iterable[Mapping[str, Any]]) -> ManyOutcome:
        """Ask for many reports as ``submit_each`` does, and return what became of all."""
        return ManyOutcome(tuple(self.submit_each(items)))

    def batch(self, batch_id: str) -> Batch:
        """Count the reports of a batch."""
        page = self._call("GET", "/reports", query={"batch": batch_id, "limit": "1"}).document
        counts = page.part("counts")
        known = {status: counts.optional_number(status) or 0 for status in Status} if counts else {}
        return Batch(batch_id, known, page.number("total"))
