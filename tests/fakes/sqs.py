"""Model a standard queue of SQS in memory, for one consumer at a time. tests/contracts/queues.py holds it to SQS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from reports.clock import Clock
from reports.errors import ServiceUnavailableError
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import Envelope

LONGEST_DELAY_SECONDS = 900
LONGEST_VISIBILITY_SECONDS = 12 * 3600
LONGEST_REASON = 200
MOST_BYTES = 2**20


@dataclass
class _Message:
    body: str
    attributes: Mapping[str, str]
    visible_at: datetime
    receives: int = 0


class InMemoryQueue:
    """A queue with delays, visibility timeouts, receives, a redrive policy, attributes and a largest size.

    ``dead_letter`` takes what was received too often. A message keeps its receipt handle however often it is received.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        visibility: timedelta = timedelta(seconds=30),
        max_receives: int | None = None,
        dead_letter: Callable[[DeadLetter], object] = lambda letter: None,
    ) -> None:
        self._clock = clock
        self._visibility = visibility
        self._max_receives = max_receives
        self._dead_letter = dead_letter
        self._messages: dict[int, _Message] = {}
        self._count = 0

    def put(self, body: str, attributes: Mapping[str, str], *, after_seconds: float = 0) -> Envelope:
        """Send a message, and return it as it is when it is received for the first time."""
        # SQS has no empty attributes, and the adapters leave them out.
        attributes = {name: value for name, value in attributes.items() if value}
        words = [body, *attributes, *attributes.values(), "String" * len(attributes)]
        if sum(len(word.encode("utf-8", "surrogatepass")) for word in words) > MOST_BYTES:
            raise ServiceUnavailableError("SQS refused a request.")
        self._count += 1
        delay = timedelta(seconds=min(max(after_seconds, 0), LONGEST_DELAY_SECONDS))
        message = _Message(body, attributes, self._clock.now() + delay)
        self._messages[self._count] = message
        return _envelope(self._count, message, receives=1)

    def receive(self, most: int = 10, *, stay_visible: bool = False) -> list[Envelope]:
        """Deliver up to so many messages; they ``stay_visible`` when SQS delivers them twice."""
        now = self._clock.now()
        received: list[Envelope] = []
        for number, message in list(self._messages.items()):
            if message.visible_at > now or len(received) == most:
                continue
            if self._max_receives is not None and message.receives >= self._max_receives:
                del self._messages[number]
                self._dead_letter(DeadLetter(f"m{number}", f"r{number}", message.body, message.attributes, now))
                continue
            message.receives += 1
            if not stay_visible:
                message.visible_at = now + self._visibility
            received.append(_envelope(number, message, receives=message.receives))
        return received

    def hide(self, receipt_handle: str, *, seconds: float) -> None:
        """Hide a message for that time. Does nothing when there is none."""
        if (message := self._messages.get(_number(receipt_handle))) is not None:
            message.visible_at = self._clock.now() + timedelta(seconds=min(seconds, LONGEST_VISIBILITY_SECONDS))

    def delete(self, receipt_handle: str) -> None:
        """Remove a message, if it is still there."""
        self._messages.pop(_number(receipt_handle), None)

    def lose(self, is_lost: Callable[[str], bool]) -> None:
        """Lose the messages with such bodies."""
        self._messages = {number: each for number, each in self._messages.items() if not is_lost(each.body)}

    @property
    def waiting(self) -> list[tuple[datetime, str]]:
        """Return when each message is visible, and its body."""
        return [(message.visible_at, message.body) for message in self._messages.values()]


def _envelope(number: int, message: _Message, *, receives: int) -> Envelope:
    return Envelope(f"m{number}", f"r{number}", message.body, message.attributes, receives)


def _number(receipt_handle: str) -> int:
    digits = receipt_handle.removeprefix("r")
    return int(digits) if digits.isdecimal() else 0
