"""The behaviour of a Publisher."""

from __future__ import annotations

import json
from typing import Any

import pytest

from reports.jobs.ports import Publisher
from reports.jobs.published_events import ReportEvent, event_of
from reports.jobs.values import Failure
from tests.builders import a_job
from tests.contracts.queues import Consumer
from tests.fakes.clock import NOON

WILD = "Ä torn file: \x01\ud800."


def ended(**changes: Any) -> ReportEvent:
    event = event_of(a_job("job-1", **changes).failed(NOON, Failure("unreadable_file", WILD)))
    assert event is not None
    return event


class PublisherContract:
    """The behaviour of a Publisher. ``publisher``, and a ``consumer`` that subscribes to it, come from the subclass."""

    def test_subscribers_are_told_of_an_event_once_in_its_own_words_and_may_filter(
        self, publisher: Publisher, consumer: Consumer
    ) -> None:
        event = ended(tenant="demo")

        publisher.publish(event)

        [received] = consumer.receive()
        assert received.body == event.encode()
        assert json.loads(received.body)["report"]["error"]["message"] == WILD
        assert received.attributes == event.attributes
        assert received.attributes["tenant"] == "demo"
        assert received.attributes["type"] == "ReportFailed"

    @pytest.mark.parametrize("template", ["", "\x00", "größer", "x" * 3000])
    def test_an_event_of_a_template_of_any_name_is_told(
        self, publisher: Publisher, consumer: Consumer, template: str
    ) -> None:
        publisher.publish(ended(template=template))

        [received] = consumer.receive()
        assert json.loads(received.body)["report"]["template"] == template

    def test_all_events_are_told(self, publisher: Publisher, consumer: Consumer) -> None:
        for tenant in ["a", "b", "c"]:
            publisher.publish(ended(tenant=tenant))

        told: list[str] = []
        # A topic may deliver them one after the other.
        while len(told) < 3 and (received := consumer.receive()):
            told += [json.loads(each.body)["tenant"] for each in received]
        assert sorted(told) == ["a", "b", "c"]
