from __future__ import annotations

from datetime import timedelta

import pytest

from handlers import redrive
from reports import bootstrap
from reports.lifecycle.redrive import Redrive
from tests.fakes.clock import SettableClock
from tests.fakes.jobs import InMemoryJobStore
from tests.fakes.queues import InMemoryDeadLetterQueue
from tests.invoking import LambdaContext


@pytest.fixture(autouse=True)
def use_case(monkeypatch: pytest.MonkeyPatch) -> None:
    empty = Redrive(
        jobs=InMemoryJobStore(),
        dead_letters=InMemoryDeadLetterQueue(),
        clock=SettableClock(),
        budget=timedelta(seconds=1),
    )
    monkeypatch.setattr(bootstrap, "redrive", lambda: empty)


def test_the_counts_are_returned(lambda_context: LambdaContext) -> None:
    assert redrive.handler({}, lambda_context) == {"inspected": 0, "redriven": 0, "skipped": 0, "failed": 0}


@pytest.mark.parametrize(("order", "place"), [({"max": 0}, "max"), ({"typo": 1}, "typo"), ("all", "order")])
def test_an_order_that_makes_no_sense_is_told_so(lambda_context: LambdaContext, order: object, place: str) -> None:
    answer = redrive.handler(order, lambda_context)

    assert answer["error"][0].startswith(f"{place}: ")
