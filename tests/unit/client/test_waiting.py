"""Have the service wait for a report at first, and look at it from then on."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from pressrun_client import NotOverError, Status
from pressrun_client.cli.exits import Exit
from reports.errors import TemplateBrokenError
from reports.jobs.values import Failure
from tests.builders import App
from tests.fakes.clock import NOON
from tests.unit.client.terminal import CommandLine
from tests.unit.client.wire import Fault, World

LETTER = {"to": "me"}
LOST: Fault = (504, {}, b'{"message": "Endpoint request timed out"}')


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.json"
    path.write_text(json.dumps(LETTER))
    return path


def requests_of(world: World) -> list[tuple[str, str]]:
    return [(sent.method, sent.path) for sent in world.api.sent]


def fails(app: App, *, retryable: bool) -> Callable[[], None]:
    """Return what has the worker end a report in vain."""

    def fail() -> None:
        claimed = app.jobs.get("job-1").claimed(NOON, lease=NOON - NOON, holder="w")
        app.jobs.advance(claimed)
        failed = claimed.failed(NOON, Failure("worker_lost", "The worker died.", retryable=retryable))
        app.jobs.advance(failed)

    return fail


def test_a_report_that_is_over_soon_takes_one_request(world: World, app: App) -> None:
    app.meanwhile = world.work

    report = world.client.submit_and_wait("letter", LETTER, options={"title": "T"})

    assert (report.status, report.pages, report.title) == (Status.SUCCEEDED, 2, "T")
    assert report.pdf
    assert requests_of(world) == [("POST", "/reports")]
    assert world.api.sent[0].headers["Prefer"] == "wait=5"
    assert world.time.slept == []


def test_a_report_that_takes_longer_is_looked_at(world: World) -> None:
    world.time.meanwhile = world.work

    report = world.client.submit_and_wait("letter", LETTER)

    assert report.status is Status.SUCCEEDED
    assert requests_of(world) == [("POST", "/reports"), ("GET", "/reports/job-1"), ("GET", "/reports/job-1")]


def test_a_service_that_knows_no_waiting_answers_at_once(world: World) -> None:
    accepted = world.client.submit("letter", LETTER)
    world.api.faults = [(202, {}, json.dumps(dict(accepted.document)).encode())]
    world.time.meanwhile = world.work

    assert world.client.submit_and_wait("letter", LETTER).status is Status.SUCCEEDED


@pytest.mark.parametrize("retryable", [False, True])
def test_a_report_that_failed_is_returned_and_not_asked_for_again(world: World, app: App, retryable: bool) -> None:
    app.meanwhile = fails(app, retryable=retryable)

    report = world.client.submit_and_wait("letter", LETTER)

    assert report.failure
    assert (report.status, report.failure.code, report.failure.retryable) == ("FAILED", "worker_lost", retryable)
    assert requests_of(world) == [("POST", "/reports"), ("GET", "/reports/job-1")]


def test_a_report_that_was_cancelled_meanwhile_is_returned(world: World, app: App) -> None:
    app.meanwhile = lambda: app.cancel(app.jobs.get("job-1"))  # type: ignore[assignment]

    accepted = world.client.submit("letter", LETTER, wait=5)

    assert (accepted.id, accepted.status) == ("job-1", Status.CANCELLED)
    assert set(accepted.document) == {"id", "status", "links"}
    assert world.client.wait(accepted).status is Status.CANCELLED


def test_an_answer_that_was_lost_is_asked_for_again_and_the_report_made_once(world: World, app: App) -> None:
    app.meanwhile = world.work
    world.api.faults_afterwards = [LOST]

    report = world.client.submit_and_wait("letter", LETTER)

    assert (report.id, len(app.jobs.jobs)) == ("job-1", 1)
    assert len({sent.headers["Idempotency-Key"] for sent in world.api.sent}) == 1


@pytest.mark.parametrize(("timeout", "prefers"), [(3.9, "wait=3"), (60, "wait=5"), (None, "wait=5"), (0.5, None)])
def test_the_service_waits_no_longer_than_its_caller(
    world: World, app: App, timeout: float | None, prefers: str | None
) -> None:
    world.time.meanwhile = world.work
    app.meanwhile = world.work

    world.client.submit_and_wait("letter", LETTER, timeout=timeout)

    assert world.api.sent[0].headers.get("Prefer") == prefers


def test_what_the_service_has_waited_counts(world: World, app: App) -> None:
    def wait() -> None:
        world.time.now += 0.1

    app.meanwhile = wait

    with pytest.raises(NotOverError, match="Not over within 8 s"):
        world.client.submit_and_wait("letter", LETTER, timeout=8)

    assert sum(world.time.slept) < 8
    assert world.time.now == pytest.approx(8)


def test_a_report_that_ends_just_in_time_is_seen(world: World) -> None:
    accepted = world.client.submit("letter", LETTER)
    world.time.meanwhile = lambda: world.work() if world.time.now >= 10 else None

    assert world.client.wait(accepted, timeout=10).status == "SUCCEEDED"


def test_waits_that_share_a_deadline_take_no_longer_together(world: World) -> None:
    deadline = world.client.deadline(10)
    first, second = (world.client.submit("letter", LETTER) for _ in range(2))
    world.time.meanwhile = lambda: world.work() if world.time.now > 7 else None
    world.client.wait(first, timeout=deadline)
    world.time.meanwhile = lambda: None
    third = world.client.submit("letter", LETTER)

    with pytest.raises(NotOverError, match="within 10 s"):
        world.client.wait(third, timeout=deadline)

    assert world.client.wait(second, timeout=deadline).status == "SUCCEEDED"
    assert world.time.now == pytest.approx(10)


def test_only_a_caller_who_asked_to_waits(world: World) -> None:
    world.client.submit("letter", LETTER)

    assert "Prefer" not in world.api.sent[0].headers


@pytest.mark.parametrize("for_programs", [False, True])
@pytest.mark.parametrize("soon", [False, True])
def test_the_command_ends_the_same_whichever_side_has_waited(
    pressrun: CommandLine, app: App, letter: Path, tmp_path: Path, for_programs: bool, soon: bool
) -> None:
    if soon:
        app.meanwhile = pressrun.world.work
    more = ["--json"] if for_programs else []

    result = pressrun("submit", "letter", letter, "-o", tmp_path / "out.pdf", *more)

    assert (result.status, result.err) == (Exit.OK, "")
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF")
    if for_programs:
        [document] = result.documents
        assert (document["status"], document["saved"]) == ("SUCCEEDED", [str(tmp_path / "out.pdf")])
        assert {"artifacts", "created_at", "links", "pages"} < set(document)
    else:
        assert result.out == f"job-1  SUCCEEDED  letter  2 pages, 13 B, 0.0 s\n  {tmp_path / 'out.pdf'}\n"


@pytest.mark.parametrize("soon", [False, True])
def test_the_command_says_why_a_report_failed_whichever_side_has_waited(
    pressrun: CommandLine, app: App, letter: Path, soon: bool
) -> None:
    app.renderer.faults = [TemplateBrokenError("Line 3 fails.")]
    if soon:
        app.meanwhile = pressrun.world.work

    result = pressrun("submit", "letter", letter, "--wait")

    assert (result.status, result.err) == (Exit.REPORT_FAILED, "")
    assert result.out == "job-1  FAILED  letter  0.0 s\n  template_broken: Line 3 fails.\n"


def test_a_person_sees_that_something_goes_on(pressrun: CommandLine, app: App, letter: Path) -> None:
    app.meanwhile = pressrun.world.work

    assert "asking for it" in pressrun("submit", "letter", letter, "--wait", is_watched=True).err


def test_a_user_who_breaks_a_request_off_learns_how_to_find_its_report(
    pressrun: CommandLine, app: App, letter: Path
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    app.meanwhile = interrupt

    interrupted = pressrun("submit", "letter", letter, "--wait")

    key = pressrun.world.api.sent[0].headers["Idempotency-Key"]
    assert interrupted.status == Exit.INTERRUPTED
    assert f"--idempotency-key {key}" in interrupted.err
    app.meanwhile = pressrun.world.work
    again = pressrun("submit", "letter", letter, "--wait", "--idempotency-key", key)
    assert (again.status, again.out[:16]) == (Exit.OK, "job-1  SUCCEEDED")
    assert len(app.jobs.jobs) == 1


def test_a_user_who_gets_no_answer_learns_how_to_find_the_report(pressrun: CommandLine, letter: Path) -> None:
    pressrun.world.api.faults_afterwards = [LOST] * 9

    result = pressrun("submit", "letter", letter)

    assert result.status == Exit.SERVICE
    assert f"--idempotency-key {pressrun.world.api.sent[0].headers['Idempotency-Key']}" in result.err
