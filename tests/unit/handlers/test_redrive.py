from __future__ import annotations

import pytest

from handlers import redrive
from reports import bootstrap
from tests.builders import App
from tests.invoking import LambdaContext


@pytest.fixture(autouse=True)
def empty_queue(app: App, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "service", lambda: app)


def test_the_counts_are_returned(lambda_context: LambdaContext) -> None:
    assert redrive.handler({}, lambda_context) == {"inspected": 0, "redriven": 0, "skipped": 0, "failed": 0}


@pytest.mark.parametrize(("order", "place"), [({"max": 0}, "max"), ({"typo": 1}, "typo"), ("all", "order")])
def test_an_order_that_makes_no_sense_is_told_so(lambda_context: LambdaContext, order: object, place: str) -> None:
    answer = redrive.handler(order, lambda_context)

    assert answer["error"][0].startswith(f"{place}: ")
