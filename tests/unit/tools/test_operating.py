"""Operators see what lies in dead-letter queues, act across tenants, and follow a report through all functions."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import JobConflictError
from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import encode
from reports.jobs.timeline import TimelineEntry
from reports.jobs.values import Failure, JobStatus
from tests.builders import LEASE, App, a_job
from tests.fakes.clock import NOON
from tools import dead_letters, steer, trace

OURS = Failure("template_broken", "It fails.")
THEIRS = Failure("invalid_data", "It is wrong.")


def letter(body: str, **attributes: str) -> DeadLetter:
    return DeadLetter("m1", "r1", body, attributes, NOON)


def failed(job: Job, failure: Failure) -> Job:
    return job.claimed(NOON, LEASE).failed(NOON, failure)


def test_a_dead_letter_is_listed_with_its_tenant_its_report_and_why(app: App) -> None:
    job = failed(a_job(), Failure("service_unavailable", "S3 is down.", retryable=True))
    app.jobs.jobs[job.id] = job

    [row] = dead_letters.rows_of("render", [letter(encode(job.id, 1))], app.jobs)

    assert (row.tenant, row.template, row.job_id, row.reason) == (
        job.tenant,
        job.template,
        job.id,
        "service_unavailable",
    )
    line = row.line(NOON + timedelta(hours=5))
    assert " 5 h " in line
    assert job.id in line


def test_what_has_no_job_or_cannot_be_read_is_listed_too(app: App) -> None:
    direct = letter('{"template": "letter"}', door="queue", tenant="acme", request_id="abcDEF12345")

    rows = list(dead_letters.rows_of("render", [direct, letter("no JSON", reason="no JSON at all")], app.jobs))
    rows += dead_letters.rows_of("notify", [letter("{}")], app.jobs)

    assert [(row.tenant, row.status) for row in rows] == [("acme", "no job"), ("", ""), ("", "")]
    assert rows[1].reason == "no JSON at all"
    assert rows[2].reason


def options(*typed: str) -> argparse.Namespace:
    return steer._parser().parse_args(typed)


def jobs_of(*failures: Failure) -> Iterator[Job]:
    return (failed(replace(a_job(), tenant=f"t{n % 2}"), failure) for n, failure in enumerate(failures))


def test_a_retry_takes_what_may_end_otherwise_and_says_what_it_left(capsys: pytest.CaptureFixture[str]) -> None:
    retried: list[Job] = []

    status = steer.run(jobs_of(OURS, THEIRS, OURS), options("retry", "--since", "6h"), retried.append)

    told = capsys.readouterr()
    assert status == 0
    assert [job.failure for job in retried] == [OURS, OURS]
    assert "2 retried" in told.out
    assert "1 left: would fail again" in told.err


def test_a_code_that_is_named_is_retried_whatever_it_is() -> None:
    retried: list[Job] = []

    steer.run(jobs_of(THEIRS), options("retry", "--error-code", "invalid_data"), retried.append)

    assert len(retried) == 1


def test_a_dry_run_changes_nothing_and_a_maximum_holds(capsys: pytest.CaptureFixture[str]) -> None:
    acted: list[Job] = []

    steer.run(jobs_of(OURS, OURS), options("retry", "--tenant", "t0", "--dry-run"), acted.append)
    assert "2 would be retried" in capsys.readouterr().out
    assert acted == []

    steer.run(jobs_of(OURS, OURS, OURS), options("retry", "--tenant", "t0", "--max", "2"), acted.append)
    assert len(acted) == 2


def test_a_report_that_moves_on_meanwhile_is_left(capsys: pytest.CaptureFixture[str]) -> None:
    def act(_: Job) -> None:
        raise JobConflictError("The job is SUCCEEDED already.")

    steer.run(jobs_of(OURS), options("cancel", "--template", "t"), act)

    assert "1 left: The job is SUCCEEDED already." in capsys.readouterr().err


def test_nothing_is_done_to_everything_by_mistake(capsys: pytest.CaptureFixture[str]) -> None:
    assert steer.main(["cancel"]) == 2
    assert "TENANT" in capsys.readouterr().err


class Scanned:
    """A connection to a table that answers a scan, and keeps what it was asked."""

    def __init__(self) -> None:
        self.asked: dict[str, Any] = {}

    def client(self, _: str) -> Scanned:
        return self

    def get_paginator(self, _: str) -> Scanned:
        return self

    def paginate(self, **asked: Any) -> list[dict[str, Any]]:
        self.asked = asked
        return [{"Items": []}]


def test_every_name_and_value_of_a_filter_is_used() -> None:
    connection: Any = Scanned()

    assert list(steer.found(connection, options("cancel", "--tenant", "t", "--template", "x", "--since", "1d"))) == []

    text = connection.asked["FilterExpression"]
    for name in (*connection.asked["ExpressionAttributeNames"], *connection.asked["ExpressionAttributeValues"]):
        assert name in text


@given(st.text(max_size=20))
def test_a_time_is_read_or_refused(text: str) -> None:
    with suppress(argparse.ArgumentTypeError):
        assert steer.moment(text).tzinfo is not None


def test_a_life_is_told_in_the_order_of_time_with_the_waits_between() -> None:
    job = replace(a_job(), status=JobStatus.SUCCEEDED)
    entries = [TimelineEntry(1, NOON, "accepted", 0), TimelineEntry(2, NOON + timedelta(seconds=9), "succeeded", 1)]
    line = {"message": "claimed", "job_id": job.id, "timestamp": "2026-01-01T00:00:00Z", "attempt": 1, "tenant": "t"}
    event = trace.event_of(json.dumps(line), job, "render", 0)
    assert event is not None
    event = replace(event, at=NOON + timedelta(seconds=4))

    heading, _, *lines = trace.told(job, entries, [event])

    assert job.id in heading
    assert [each.split()[:4] for each in lines] == [
        ["0.000", "+0.000", "timeline", "accepted"],
        ["4.000", "+4.000", "render", "claimed"],
        ["9.000", "+5.000", "timeline", "succeeded"],
    ]


@pytest.mark.parametrize(
    ("text", "is_shown"),
    [
        ("START RequestId: 1", False),
        ("[1]", False),
        ('{"message": "x", "job_id": "another", "correlation_id": "C"}', False),
        ('{"message": "x", "correlation_id": "C"}', True),
        ('{"message": "x", "job_id": "J", "timestamp": "no time"}', True),
    ],
)
def test_lines_of_others_are_left_out(text: str, is_shown: bool) -> None:
    job = replace(a_job(), id="J", correlation_id="C")

    event = trace.event_of(text, job, "api", 1000)

    assert (event is not None) == is_shown
    if event and "no time" in text:
        assert event.at == datetime.fromtimestamp(1, UTC)
