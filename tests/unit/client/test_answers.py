"""Read what a service answers, whatever that is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handlers.http import representation
from pressrun_client import (
    Accepted,
    Delivery,
    Event,
    NotFoundError,
    Problem,
    Report,
    Retried,
    ServiceError,
    Template,
    Thumbnail,
    UnexpectedAnswerError,
)
from pressrun_client.documents import Document
from reports.delivery.delivery import Attempt, DeliveryFault, DeliveryStatus
from reports.jobs.values import Artifact
from tests.builders import App, a_job
from tests.contracts.delivery import LEASE, a_delivery
from tests.fakes.clock import NOON
from tests.unit.client.wire import World
from tests.unit.handlers.calling import keep, succeeded

NAMES = sorted(
    {"id", "status", "template", "source", "created_at", "updated_at", "attempts", "progress", "rows_done", "error"}
    | {"artifacts", "name", "content_type", "bytes", "url", "code", "message", "ids", "inspected", "event", "at"}
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=6),
    max_leaves=12,
)


def _presign(artifact: Artifact, *, download: bool = False) -> str:
    return f"https://objects.test/{artifact.key}?download={download}"


A_REPORT = representation.full(succeeded(), lambda path: path, _presign)


@pytest.mark.parametrize("read", [Report.read, Accepted.read, Retried.read, Delivery.read, Event.read, Template.read])
@given(content=JSON)
def test_any_json_is_read_or_is_no_answer_of_a_service(read: Callable[[Document], object], content: Any) -> None:
    try:
        read(Document(content))
    except UnexpectedAnswerError as error:
        assert "Pressrun" in str(error) or "Update it" in str(error)


@given(changes=st.dictionaries(st.sampled_from(sorted(A_REPORT)), JSON, max_size=3), more=st.text(max_size=9))
def test_a_report_with_any_member_changed_is_read_or_told_apart(changes: dict[str, Any], more: str) -> None:
    try:
        report = Report.read(Document({"new in a later release " + more: 1, **A_REPORT, **changes}))
    except UnexpectedAnswerError:
        assert changes
    else:
        assert report.document["links"] == changes.get("links", A_REPORT["links"])


@given(JSON, st.integers(400, 599))
def test_any_json_is_a_problem(content: Any, status: int) -> None:
    error = ServiceError.of(Problem.of(status, content))

    assert error.code
    assert str(error)


@pytest.mark.gate
def test_who_was_told_is_shown_and_told_again(world: World, app: App) -> None:
    store = app.deliveries
    keep(app, a_job("job-1"))
    claimed = store.open(a_delivery()).claimed(NOON, LEASE, "w")
    store.advance(claimed)
    store.advance(claimed.ended(Attempt(NOON, 12, 410, DeliveryFault.GONE, "No more."), DeliveryStatus.GIVEN_UP))

    [delivery] = world.client.deliveries("job-1")
    again = world.client.replay("job-1", delivery.number)

    assert (delivery.number, delivery.status, delivery.next_attempt_at) == (1, "GIVEN_UP", None)
    [attempt] = delivery.attempts
    assert (attempt.status_code, attempt.fault, attempt.reason) == (410, "gone", "No more.")
    assert again.next_attempt_at is not None
    with pytest.raises(NotFoundError):
        world.client.replay("job-1", 9)


def test_the_service_says_that_it_is_there(world: World) -> None:
    assert world.client.health() == {"status": "ok", "stage": "dev"}


def test_the_newer_members_of_a_report_are_read_and_may_be_missing() -> None:
    picture = {"url": "https://objects.test/small.png", "width": 320, "height": 452, "alt": "of a later release"}
    artifacts = [{**A_REPORT["artifacts"][0], "download_url": "https://objects.test/save", "later": [1]}]

    newer = Report.read(Document({**A_REPORT, "thumbnail": picture, "artifacts": artifacts}))
    older = [{name: value for name, value in each.items() if name != "download_url"} for each in artifacts]
    without = {name: value for name, value in A_REPORT.items() if name != "thumbnail"}

    assert newer.thumbnail == Thumbnail("https://objects.test/small.png", 320, 452)
    assert newer.artifacts[0].download_url == "https://objects.test/save"
    report = Report.read(Document({**without, "artifacts": older}))
    assert (report.thumbnail, report.artifacts[0].download_url) == (None, None)
    # With such a URL, you can read the file.
    assert "objects.test" not in repr(newer)
