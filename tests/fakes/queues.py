"""The render queue and its dead letters in memory, held to the contracts of their ports."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from reports.clock import Clock
from reports.errors import (
    ServiceUnavailableError,
)
from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import CORRELATION_ID, REASON, TENANT, Envelope, encode, to_send_again
from tests.fakes.clock import SettableClock
from tests.fakes.sqs import LONGEST_REASON, InMemoryQueue


class InMemoryRenderQueue:
    """A RenderQueue in memory. It also keeps what was asked of it, in order: ``sent``, ``postponed``, ``rejected``."""

    def __init__(
        self, clock: Clock | None = None, *, visibility: timedelta = timedelta(seconds=30), max_receives: int = 5
    ) -> None:
        clock = clock or SettableClock()
        self.dead_letters = InMemoryDeadLetterQueue(on_send=lambda letter: self.put(letter.body, letter.attributes))
        self._messages = InMemoryQueue(
            clock,
            visibility=visibility,
            max_receives=max_receives,
            dead_letter=lambda letter: self.dead_letters.letters.append(letter),
        )
        self._clock = clock
        self.sent: list[Envelope] = []
        self.postponed: list[tuple[str, int]] = []
        self.rejected: list[tuple[Envelope, str]] = []
        self.delays: list[int] = []
        """The waits of what was put back."""
        self.refuse: Exception | None = None

    def send(self, job: Job) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.put(encode(job.id, job.message_version), {CORRELATION_ID: job.correlation_id, TENANT: job.tenant})

    def send_all(self, jobs: Sequence[Job]) -> Collection[str]:
        sent = set()
        for job in jobs:
            try:
                self.send(job)
            except ServiceUnavailableError:
                continue
            sent.add(job.id)
        return sent

    def resend(self, envelope: Envelope, *, after_seconds: int = 0) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.put(envelope.body, to_send_again(envelope), after_seconds=after_seconds)
        self.delays.append(after_seconds)

    def reject(self, envelope: Envelope, *, reason: str) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.rejected.append((envelope, reason))
        new_id = f"rejected-{len(self.rejected)}"
        attributes = {**to_send_again(envelope), REASON: reason[:LONGEST_REASON]}
        self.dead_letters.letters.append(DeadLetter(new_id, new_id, envelope.body, attributes, self._clock.now()))

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        self.postponed.append((receipt_handle, seconds))
        self._messages.hide(receipt_handle, seconds=seconds)

    def put(self, body: str, attributes: Mapping[str, str], *, after_seconds: int = 0) -> str:
        """Send a message as any sender may, and return its id."""
        envelope = self._messages.put(body, attributes, after_seconds=after_seconds)
        self.sent.append(envelope)
        return envelope.message_id

    def receive(self, most: int = 10, *, stay_visible: bool = False) -> list[Envelope]:
        """Deliver messages as SQS does. See InMemoryQueue.receive."""
        return self._messages.receive(most, stay_visible=stay_visible)

    def delete(self, envelope: Envelope) -> None:
        """Remove a message that was received."""
        self._messages.delete(envelope.receipt_handle)

    def lose(self, is_lost: Callable[[str], bool]) -> None:
        """Lose the messages with such bodies."""
        self._messages.lose(is_lost)

    @property
    def is_empty(self) -> bool:
        """Tell whether no message is left, not even a hidden one."""
        return not self._messages.waiting


@dataclass
class InMemoryDeadLetterQueue:
    """A DeadLetterQueue in memory; ``sent`` has the messages that went to the render queue."""

    letters: list[DeadLetter] = field(default_factory=list)
    sent: list[DeadLetter] = field(default_factory=list)
    hidden: set[str] = field(default_factory=set)
    refuse: Exception | None = None
    on_send: Callable[[DeadLetter], object] = lambda letter: None

    def receive(self) -> Sequence[DeadLetter]:
        visible = [letter for letter in self.letters if letter.message_id not in self.hidden][:10]
        self.hidden |= {letter.message_id for letter in visible}
        return visible

    def send_to_render_queue(self, letter: DeadLetter) -> None:
        if self.refuse is not None:
            raise self.refuse
        self.sent.append(letter)
        self.on_send(letter)

    def delete(self, letter: DeadLetter) -> None:
        self.letters = [kept for kept in self.letters if kept.receipt_handle != letter.receipt_handle]

    def unhide(self, letter: DeadLetter) -> None:
        self.hidden.discard(letter.message_id)


def again(envelope: Envelope) -> Envelope:
    """Deliver a message once more."""
    return replace(envelope, receives=envelope.receives + 1)
