"""Hold the queues in memory to the contracts of their ports."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import Envelope
from tests.contracts.publisher import PublisherContract
from tests.contracts.queues import (
    MAX_RECEIVES,
    VISIBILITY,
    DeadLetterQueueContract,
    NotifyQueueContract,
    RenderQueueContract,
)
from tests.fakes.clock import SettableClock
from tests.fakes.delivery import InMemoryNotifyQueue
from tests.fakes.jobs import RecordingPublisher
from tests.fakes.queues import InMemoryDeadLetterQueue, InMemoryRenderQueue


class MemoryConsumer:
    """What stands at the other ends of queues in memory."""

    def __init__(
        self,
        clock: SettableClock,
        *,
        receive: Callable[[], Sequence[Envelope]],
        dead: Callable[[], Sequence[DeadLetter]],
        put: Callable[[str, dict[str, str]], object],
    ) -> None:
        self._clock = clock
        self.receive = receive
        self.dead = dead
        self._put = put

    def put(self, body: str, **attributes: str) -> None:
        self._put(body, attributes)

    def wait(self, seconds: float) -> None:
        self._clock.advance(seconds=seconds)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


def render_queue(clock: SettableClock) -> InMemoryRenderQueue:
    return InMemoryRenderQueue(clock, visibility=VISIBILITY, max_receives=MAX_RECEIVES)


class TestInMemoryRenderQueue(RenderQueueContract):
    @pytest.fixture
    def queue(self, clock: SettableClock) -> InMemoryRenderQueue:
        return render_queue(clock)

    @pytest.fixture
    def consumer(self, queue: InMemoryRenderQueue, clock: SettableClock) -> MemoryConsumer:
        return MemoryConsumer(clock, receive=queue.receive, dead=queue.dead_letters.receive, put=queue.put)


class TestInMemoryDeadLetterQueue(DeadLetterQueueContract):
    @pytest.fixture
    def rendering(self, clock: SettableClock) -> InMemoryRenderQueue:
        return render_queue(clock)

    @pytest.fixture
    def queue(self, rendering: InMemoryRenderQueue) -> InMemoryDeadLetterQueue:
        return rendering.dead_letters

    @pytest.fixture
    def consumer(
        self, rendering: InMemoryRenderQueue, queue: InMemoryDeadLetterQueue, clock: SettableClock
    ) -> MemoryConsumer:
        def put(body: str, attributes: dict[str, str]) -> None:
            number = len(queue.letters)
            queue.letters.append(DeadLetter(f"m{number}", f"r{number}", body, attributes, clock.now()))

        return MemoryConsumer(clock, receive=rendering.receive, dead=queue.receive, put=put)


class TestInMemoryNotifyQueue(NotifyQueueContract):
    @pytest.fixture
    def queue(self, clock: SettableClock) -> InMemoryNotifyQueue:
        return InMemoryNotifyQueue(clock)

    @pytest.fixture
    def consumer(self, queue: InMemoryNotifyQueue, clock: SettableClock) -> MemoryConsumer:
        def dead() -> Sequence[DeadLetter]:
            return [DeadLetter("m", "r", body, {"reason": reason}) for body, reason in queue.rejected]

        def put(body: str, attributes: dict[str, str]) -> None:
            raise NotImplementedError

        return MemoryConsumer(clock, receive=queue.receive, dead=dead, put=put)


class TestRecordingPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self) -> RecordingPublisher:
        return RecordingPublisher()

    @pytest.fixture
    def consumer(self, publisher: RecordingPublisher, clock: SettableClock) -> MemoryConsumer:
        def receive() -> Sequence[Envelope]:
            return [Envelope("m", "r", event.encode(), event.attributes, 1) for event in publisher.published]

        return MemoryConsumer(clock, receive=receive, dead=list, put=lambda body, attributes: None)
