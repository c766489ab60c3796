"""Model a standard queue of SQS, which is fair to the groups of its messages; the emulators' are not."""

from __future__ import annotations

from collections import Counter
from typing import Any

from reports.jobs.render_messages import Envelope


class FairQueue:
    """An SQS client of one queue in memory.

    As SQS does, it delivers messages of groups that have few in flight before those of groups that have many, even if
    they came later; within a group it goes by arrival. With ``fair=False`` it goes by arrival alone, as MiniStack and
    LocalStack do.
    """

    def __init__(self, *, fair: bool = True) -> None:
        self._fair = fair
        self._waiting: list[tuple[Envelope, str]] = []
        self._in_flight: dict[str, str] = {}
        self._sent = 0

    def send_message(
        self,
        *,
        QueueUrl: str,  # noqa: N803
        MessageBody: str,  # noqa: N803
        MessageAttributes: dict[str, Any],  # noqa: N803
        MessageGroupId: str = "",  # noqa: N803
    ) -> None:
        self._sent += 1
        attributes = {name: value["StringValue"] for name, value in MessageAttributes.items()}
        envelope = Envelope(f"m{self._sent}", f"r{self._sent}", MessageBody, attributes, 1)
        self._waiting.append((envelope, MessageGroupId))

    def send_message_batch(self, *, QueueUrl: str, Entries: list[dict[str, Any]]) -> dict[str, Any]:  # noqa: N803
        for entry in Entries:
            self.send_message(QueueUrl=QueueUrl, **{name: value for name, value in entry.items() if name != "Id"})
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def receive(self) -> Envelope | None:
        """Return the next message, which is in flight then; none when none is waiting."""
        if not self._waiting:
            return None
        in_flight = Counter(self._in_flight.values()) if self._fair else Counter[str]()
        # Of equal ones min() takes the first, which is the one that came first.
        next_one = min(self._waiting, key=lambda waiting: in_flight[waiting[1]])
        self._waiting.remove(next_one)
        envelope, group = next_one
        self._in_flight[envelope.message_id] = group
        return envelope

    def delete(self, envelope: Envelope) -> None:
        """Remove a message in flight."""
        del self._in_flight[envelope.message_id]
