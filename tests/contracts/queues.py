"""The contracts of queues: the render queue, its dead letters, and the notify queue."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta
from typing import Any, Protocol

import pytest

from reports.delivery.notify_messages import Deliver
from reports.delivery.notify_messages import parse as parse_notice
from reports.delivery.ports import NotifyQueue
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter, DeadLetterQueue, RenderQueue
from reports.jobs.render_messages import Envelope, RenderReport, parse
from tests.builders import a_job
from tests.fakes.clock import NOON

VISIBILITY = timedelta(seconds=3)
MAX_RECEIVES = 2
TOO_LARGE = "x" * (2**20 + 1)


class Consumer(Protocol):
    """What stands at the other ends of a port's queues, besides the port.

    The render queue hides what was received for ``VISIBILITY``, and buries what was received ``MAX_RECEIVES`` times.
    """

    def receive(self) -> Sequence[Envelope]:
        """Return up to ten messages of the queue, after a moment in which they could come."""
        ...

    def dead(self) -> Sequence[DeadLetter]:
        """Return the messages of the dead-letter queue, which hides them for longer than a test takes."""
        ...

    def put(self, body: str, **attributes: str) -> None:
        """Send a message into the queue that the port reads."""
        ...

    def wait(self, seconds: float) -> None:
        """Let time pass."""
        ...


def jobs_of(received: Sequence[Envelope]) -> list[str]:
    """Return the jobs that messages ask for."""
    found = [each for envelope in received for each in parse(envelope.message_id, envelope.body, envelope.attributes)]
    return [each.job_id for each in found if isinstance(each, RenderReport)]


def drained(receive: Callable[[], Sequence[Envelope]]) -> list[Envelope]:
    """Receive until nothing comes."""
    found: list[Envelope] = []
    while received := receive():
        found += received
    return found


def of_tenant(job_id: str = "job-1", **changes: Any) -> Job:
    return a_job(job_id, tenant="demo", **changes)


class RenderQueueContract:
    """The behaviour of a RenderQueue. ``queue`` and ``consumer`` come from fixtures of the subclass."""

    def test_a_job_is_asked_for_once_with_its_tenant_and_correlation_id(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        queue.send(of_tenant(correlation_id="corr-7"))

        [received] = drained(consumer.receive)
        assert jobs_of([received]) == ["job-1"]
        assert received.attributes == {"correlation_id": "corr-7", "tenant": "demo"}
        assert received.receives == 1

    def test_an_attribute_that_is_empty_is_left_out(self, queue: RenderQueue, consumer: Consumer) -> None:
        queue.send(of_tenant(correlation_id=""))

        [received] = drained(consumer.receive)
        assert received.attributes == {"tenant": "demo"}

    def test_more_jobs_than_go_into_one_call_are_all_asked_for(self, queue: RenderQueue, consumer: Consumer) -> None:
        names = {f"job-{n}" for n in range(23)}

        sent = queue.send_all([of_tenant(name) for name in sorted(names)])

        assert set(sent) == names
        assert sorted(jobs_of(drained(consumer.receive))) == sorted(names)

    def test_no_jobs_are_no_messages(self, queue: RenderQueue, consumer: Consumer) -> None:
        assert set(queue.send_all([])) == set()
        assert consumer.receive() == []

    def test_what_was_received_is_hidden_for_a_time_and_comes_back_with_a_receive_more(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        queue.send(of_tenant())

        [first] = consumer.receive()
        assert consumer.receive() == []
        consumer.wait(VISIBILITY.total_seconds())

        [second] = consumer.receive()
        assert second.message_id == first.message_id
        assert (first.receives, second.receives) == (1, 2)

    def test_what_was_received_too_often_is_a_dead_letter_with_its_body_and_attributes(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        queue.send(of_tenant(correlation_id="corr-7"))
        for _ in range(MAX_RECEIVES):
            [received] = consumer.receive()
            queue.postpone(received.receipt_handle, seconds=0)

        assert consumer.receive() == []

        [letter] = consumer.dead()
        assert letter.body == received.body
        assert letter.attributes == {"correlation_id": "corr-7", "tenant": "demo"}

    def test_a_postponed_message_stays_hidden_for_that_time(self, queue: RenderQueue, consumer: Consumer) -> None:
        queue.send(of_tenant())
        [received] = consumer.receive()

        queue.postpone(received.receipt_handle, seconds=30)
        consumer.wait(VISIBILITY.total_seconds())
        hidden = consumer.receive()
        queue.postpone(received.receipt_handle, seconds=0)

        assert hidden == []
        assert jobs_of(consumer.receive()) == ["job-1"]

    def test_a_message_is_postponed_for_longer_than_is_possible_as_long_as_is_possible(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        queue.send(of_tenant())
        [received] = consumer.receive()

        queue.postpone(received.receipt_handle, seconds=10 * 24 * 3600)
        consumer.wait(VISIBILITY.total_seconds())

        assert consumer.receive() == []

    def test_a_receipt_that_is_none_of_ours_is_not_postponed(self, queue: RenderQueue, consumer: Consumer) -> None:
        queue.send(of_tenant())

        queue.postpone("no such receipt", seconds=30)

        assert jobs_of(consumer.receive()) == ["job-1"]

    def test_a_message_that_is_put_back_has_never_been_received(self, queue: RenderQueue, consumer: Consumer) -> None:
        queue.send(of_tenant(correlation_id="corr-7"))
        [received] = consumer.receive()

        queue.resend(received)

        [again] = consumer.receive()
        assert again.message_id != received.message_id
        assert (again.body, again.attributes, again.receives) == (received.body, received.attributes, 1)

    def test_a_direct_request_that_is_put_back_keeps_the_id_that_its_caller_was_told(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        consumer.put('{"template": "letter"}', door="queue", tenant="demo")
        [received] = consumer.receive()

        queue.resend(received)

        [again] = consumer.receive()
        assert again.attributes == {"door": "queue", "tenant": "demo", "request_id": received.message_id}

    def test_a_message_may_be_put_back_for_later(self, queue: RenderQueue, consumer: Consumer) -> None:
        queue.send(of_tenant())
        [received] = consumer.receive()

        queue.resend(received, after_seconds=3)
        at_once = [each for each in consumer.receive() if each.message_id != received.message_id]
        consumer.wait(3)

        assert at_once == []
        assert 1 in [each.receives for each in consumer.receive()]

    def test_a_message_is_put_back_for_longer_than_is_possible_as_long_as_is_possible(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        queue.resend(Envelope("m", "r", "{}", {"tenant": "demo"}, 1), after_seconds=24 * 3600)

        assert consumer.receive() == []

    def test_a_rejected_message_is_a_dead_letter_with_a_word_on_why(
        self, queue: RenderQueue, consumer: Consumer
    ) -> None:
        consumer.put("not JSON", tenant="demo", correlation_id="corr-7")
        [received] = consumer.receive()

        queue.reject(received, reason="It is not JSON." + "!" * 500)

        [letter] = consumer.dead()
        assert letter.body == "not JSON"
        assert letter.attributes["reason"].startswith("It is not JSON.")
        assert len(letter.attributes["reason"]) == 200
        assert {**letter.attributes, "reason": ""} == {"tenant": "demo", "correlation_id": "corr-7", "reason": ""}

    def test_a_message_that_is_too_large_is_refused(self, queue: RenderQueue, consumer: Consumer) -> None:
        with pytest.raises(ServiceUnavailableError):
            queue.resend(Envelope("m", "r", TOO_LARGE, {"tenant": "demo"}, 1))

        assert consumer.receive() == []


class DeadLetterQueueContract:
    """The behaviour of a DeadLetterQueue.

    ``queue`` and ``consumer`` come from fixtures of the subclass; ``put`` makes a dead letter, and ``receive`` reads
    the render queue.
    """

    def test_a_letter_comes_with_its_body_its_attributes_and_its_time(
        self, queue: DeadLetterQueue, consumer: Consumer
    ) -> None:
        consumer.put("body", tenant="demo", reason="It is torn.")

        [letter] = queue.receive()

        assert letter.body == "body"
        assert letter.attributes == {"tenant": "demo", "reason": "It is torn."}
        assert letter.sent_at is not None
        assert letter.sent_at.tzinfo is not None

    def test_all_letters_come_ten_at_the_most_at_a_time_and_each_once(
        self, queue: DeadLetterQueue, consumer: Consumer
    ) -> None:
        for n in range(23):
            consumer.put(f"body {n}")

        found = list[str]()
        while letters := queue.receive():
            assert len(letters) <= 10
            found += [letter.body for letter in letters]

        assert sorted(found) == sorted(f"body {n}" for n in range(23))

    def test_a_letter_that_is_put_back_is_there_again_at_once(self, queue: DeadLetterQueue, consumer: Consumer) -> None:
        consumer.put("body")
        [letter] = queue.receive()
        assert list(queue.receive()) == []

        queue.unhide(letter)

        assert [each.message_id for each in queue.receive()] == [letter.message_id]

    def test_a_letter_that_was_removed_is_gone(self, queue: DeadLetterQueue, consumer: Consumer) -> None:
        consumer.put("body")
        [letter] = queue.receive()

        queue.delete(letter)
        queue.unhide(letter)

        assert list(queue.receive()) == []

    def test_a_letter_is_sent_to_the_render_queue_as_it_is_and_stays_a_letter(
        self, queue: DeadLetterQueue, consumer: Consumer
    ) -> None:
        consumer.put("body", tenant="demo", request_id="request-1")
        [letter] = queue.receive()

        queue.send_to_render_queue(letter)

        [received] = drained(consumer.receive)
        assert (received.body, received.receives) == ("body", 1)
        # A queue on AWS adds when it was sent first.
        assert received.attributes.items() >= {"tenant": "demo", "request_id": "request-1"}.items()
        queue.unhide(letter)
        assert [each.body for each in queue.receive()] == ["body"]


class NotifyQueueContract:
    """The behaviour of a NotifyQueue. ``queue`` and ``consumer`` come from fixtures of the subclass."""

    NOTICE = Deliver("job-1", 2, NOON, 3, "demo")

    def test_a_delivery_is_asked_for_once(self, queue: NotifyQueue, consumer: Consumer) -> None:
        queue.send(self.NOTICE)

        [received] = drained(consumer.receive)
        assert parse_notice(received.body) == self.NOTICE

    def test_a_delivery_without_a_tenant_is_asked_for(self, queue: NotifyQueue, consumer: Consumer) -> None:
        notice = Deliver("job-1", 2, NOON)

        queue.send(notice)

        [received] = consumer.receive()
        assert parse_notice(received.body) == notice

    @pytest.mark.parametrize("seconds", [-5.0, 0.0])
    def test_what_is_due_comes_at_once(self, queue: NotifyQueue, consumer: Consumer, seconds: float) -> None:
        queue.send(self.NOTICE, seconds=seconds)

        assert len(consumer.receive()) == 1

    def test_what_is_not_due_is_held_back_until_it_is(self, queue: NotifyQueue, consumer: Consumer) -> None:
        queue.send(self.NOTICE, seconds=3)
        early = consumer.receive()
        consumer.wait(3)

        assert early == []
        assert len(consumer.receive()) == 1

    def test_what_is_due_in_a_day_is_held_back_as_long_as_is_possible(
        self, queue: NotifyQueue, consumer: Consumer
    ) -> None:
        queue.send(self.NOTICE, seconds=24 * 3600)

        assert consumer.receive() == []

    def test_a_postponed_message_comes_when_its_time_is_over(self, queue: NotifyQueue, consumer: Consumer) -> None:
        queue.send(self.NOTICE)
        [received] = consumer.receive()

        queue.postpone(received.receipt_handle, seconds=30)
        hidden = consumer.receive()
        queue.postpone(received.receipt_handle, seconds=0)

        assert hidden == []
        assert [each.receives for each in consumer.receive()] == [2]

    def test_a_receipt_that_is_none_of_ours_is_not_postponed(self, queue: NotifyQueue, consumer: Consumer) -> None:
        queue.send(self.NOTICE)

        queue.postpone("no such receipt", seconds=30)

        assert len(consumer.receive()) == 1

    def test_a_rejected_message_is_a_dead_letter_with_a_word_on_why(
        self, queue: NotifyQueue, consumer: Consumer
    ) -> None:
        queue.reject("not JSON", reason="It is not JSON." + "!" * 500)

        [letter] = consumer.dead()
        assert letter.body == "not JSON"
        assert letter.attributes == {"reason": ("It is not JSON." + "!" * 500)[:200]}
