"""A request for a sample says so, and the report says it to its readers."""

from __future__ import annotations

import pytest

from reports.jobs.values import JobStatus
from tests.builders import App, direct_message
from tests.unit.worker.jobs import LETTER, only_job, submitted


@pytest.mark.parametrize(("sent", "rendered"), [({"sample": True}, True), ({"sample": False}, False), ({}, False)])
def test_what_was_sent_as_a_sample_is_rendered_as_one(app: App, sent: dict[str, bool], rendered: bool) -> None:
    _, message = submitted(app, **sent)

    app.process(message)

    assert only_job(app).status is JobStatus.SUCCEEDED
    assert app.renderer.rendered[0].context.is_sample is rendered


def test_a_sample_by_the_direct_door_is_one_too(app: App) -> None:
    app.process(direct_message({**LETTER, "options": {"sample": True}}))

    assert app.renderer.rendered[0].context.is_sample
