"""A deploy with jobs in flight loses none: what earlier releases have sent, today's worker works off."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from handlers import render
from reports import bootstrap
from reports.jobs.values import ByteRange, InputRef, JobStatus
from tests.builders import UPLOADS, App, a_catalog, a_job, write_template
from tests.invoking import LambdaContext

RECORDED = Path(__file__).resolve().parents[2] / "events" / "render_queue"
TABLE = {
    "type": "object",
    "required": ["rows"],
    "properties": {"rows": {"type": "array"}},
    "x-pressrun": {"kind": "rows", "property": "rows"},
}
REQUEST = b'{"template": "table", "data": {"rows": [{"item": "Bracket", "price": 1}]}}\n'
KINDS = sorted(path.relative_to(RECORDED).with_suffix("").as_posix() for path in RECORDED.glob("*/*.json"))


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> App:
    catalog = a_catalog(tmp_path)
    write_template(tmp_path, "table", TABLE)
    app = App(catalog=catalog)
    monkeypatch.setattr(bootstrap, "service", lambda: app)
    return app


def recorded(kind: str) -> dict[str, Any]:
    """Return what Lambda gave to the function; the file's bucket is that of the tests."""
    text = (RECORDED / f"{kind}.json").read_text("utf-8")
    event: dict[str, Any] = json.loads(text.replace("pressrun-uploads-local-000000000000-us-east-1", UPLOADS))
    return event


def what_the_message_speaks_of(app: App, kind: str, event: dict[str, Any]) -> None:
    """Put what the message speaks of to where it was when it was sent."""
    content = json.loads(event["Records"][0]["body"])
    if kind.endswith("/upload"):
        app.uploads.put("uploads/demo/table/Umsätze Q1+Q2 100%.csv", b"a,b\n1,2\n", content_type="text/csv")
    elif "job_id" in content:
        others = b'{"template": "table", "data": {"rows": []}}\n' if kind.endswith("/batch") else b""
        part = ByteRange(len(others), len(REQUEST)) if others else None
        job = a_job(content["job_id"], template="table", input=InputRef("inputs/demo/recorded", part=part))
        app.artifacts.put(job.input.key, others + REQUEST, content_type="application/json")
        app.jobs.add(job)


def test_there_is_a_message_of_every_kind_and_version() -> None:
    first = {"v1/api", "v1/batch", "v1/direct", "v1/upload", "v1/s3_test_event"}
    assert {*first, "v2/batch", "v3/api", "v4/api"} <= set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_recorded_message_is_worked_off(app: App, lambda_context: LambdaContext, kind: str) -> None:
    event = recorded(kind)
    what_the_message_speaks_of(app, kind, event)

    assert render.handler(event, lambda_context) == {"batchItemFailures": []}

    assert app.queue.rejected == []
    jobs = list(app.jobs.jobs.values())
    assert [job.status for job in jobs] == [JobStatus.SUCCEEDED] * (not kind.endswith("s3_test_event"))
    assert [len(request.data["rows"]) for request in app.renderer.rendered] == [1] * len(jobs)


def test_a_message_of_a_later_release_goes_to_the_dead_letters_with_the_reason(
    app: App, lambda_context: LambdaContext
) -> None:
    event = recorded("v2/batch")
    what_the_message_speaks_of(app, "v2/batch", event)
    event["Records"][0]["body"] = event["Records"][0]["body"].replace('"v": 2', '"v": 6')

    assert render.handler(event, lambda_context) == {"batchItemFailures": []}

    [(envelope, reason)] = app.queue.rejected
    assert (envelope.message_id, reason) == (
        event["Records"][0]["messageId"],
        "The message has the version 6; this worker knows 1, 2, 3, 4, 5.",
    )
    assert [job.status for job in app.jobs.jobs.values()] == [JobStatus.PENDING]
