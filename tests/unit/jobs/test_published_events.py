"""Hold the events to the schema that subscribers are given."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from reports.jobs.job import Job
from reports.jobs.published_events import event_of
from reports.jobs.request import ReportOptions
from reports.jobs.values import Artifact, Door, Failure
from tests.builders import LEASE, a_job
from tests.fakes.clock import NOON

SCHEMA = json.loads((Path(__file__).resolve().parents[3] / "docs/events/report.schema.json").read_text("utf-8"))
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
PDF = Artifact("a.pdf", "reports/demo/job-1/1/a.pdf", "application/pdf", 123)


def succeeded(**changes: Any) -> Job:
    return a_job(**changes).claimed(NOON, LEASE).succeeded(NOON + timedelta(seconds=1), artifacts=(PDF,), pages=1)


def failed(**changes: Any) -> Job:
    return a_job(**changes).failed(NOON, Failure("invalid_data", "At /rows: 'x'.", {"violations": []}))


@pytest.mark.parametrize("end", [succeeded, failed])
@pytest.mark.parametrize(
    "changes",
    [{}, {"batch": "batch-1"}, {"options": ReportOptions(replaces="monthly")}, {"door": Door.UPLOAD}],
)
def test_an_event_is_as_its_schema_says(end: Callable[..., Job], changes: dict[str, Any]) -> None:
    event = event_of(end(**changes))

    assert event is not None
    VALIDATOR.validate(json.loads(event.encode()))


@pytest.mark.parametrize("job", [a_job(), a_job().claimed(NOON, LEASE), a_job().cancelled(NOON)])
def test_what_has_not_ended_or_was_cancelled_is_not_told(job: Job) -> None:
    assert event_of(job) is None


def test_each_end_of_a_job_is_an_event_of_its_own() -> None:
    first = failed()
    second = first.redriven(NOON).failed(NOON, Failure("x", "y"))

    events = [event_of(job) for job in (first, first, second)]

    assert len({event.id for event in events if event is not None}) == 2


def test_an_event_is_ascii_since_sns_takes_not_every_character() -> None:
    event = event_of(succeeded(options=ReportOptions(replaces="monthly"), template="Größe\ufffe\U0001f600"))
    assert event is not None

    text = event.encode()

    assert text.isascii()
    assert json.loads(text)["report"]["template"] == "Größe\ufffe\U0001f600"


@pytest.mark.parametrize("template", ["\0", "a\ufffe", "Größe", "a\nb", "\x7f"])
def test_a_template_that_cannot_be_one_is_no_attribute_by_which_a_message_might_be_refused(template: str) -> None:
    event = event_of(failed(template=template))
    assert event is not None

    assert event.attributes["template"] == "unknown"
    assert event.report["template"] == template


def test_who_is_to_be_told_stands_in_no_event() -> None:
    options = ReportOptions.model_validate(
        {"notify": {"email": "a@example.org", "webhook": "https://example.org/s3cr3t"}}
    )

    event = event_of(succeeded(options=options))

    assert event is not None
    assert event.attributes["notify"] == "yes"
    assert "example.org" not in event.encode() + str(event.attributes)


def test_the_schema_tells_an_event_from_another() -> None:
    event = event_of(succeeded())
    assert event is not None
    content = json.loads(event.encode())

    for wrong in (
        replace(event, name="ReportCancelled").encode(),
        json.dumps({**content, "report": {**content["report"], "status": "FAILED"}}),
        json.dumps({**content, "v": 2}),
    ):
        assert not VALIDATOR.is_valid(json.loads(wrong))
