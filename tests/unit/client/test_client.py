"""Ask a service for reports, wait, and get them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pressrun_client import (
    ConflictError,
    InputError,
    NotFoundError,
    NotOverError,
    RefusedError,
    ReportFailedError,
    Status,
    TransferError,
    Violation,
)
from reports.errors import TemplateBrokenError
from reports.jobs.values import Failure, JobStatus
from reports.render_contract import Progress
from tests.builders import App, a_job
from tests.fakes.clock import NOON
from tests.unit.client.wire import UUID, World
from tests.unit.handlers.calling import keep

LETTER = {"to": "me"}


def test_a_report_is_asked_for_waited_for_and_downloaded(world: World, tmp_path: Path) -> None:
    world.time.meanwhile = world.work

    accepted = world.client.submit("letter", LETTER, options={"filename": "to-me", "title": "Grüße"})
    report = world.client.wait(accepted)
    path = world.client.download(report, tmp_path)

    assert (accepted.status, report.status, report.pages, report.title) == (Status.PENDING, "SUCCEEDED", 2, "Grüße")
    assert (report.is_over, report.created_at) == (True, datetime(2026, 11, 20, 12, tzinfo=UTC))
    assert path == tmp_path / "to-me.pdf"
    assert path.read_bytes() == b"%PDF-1.7 fake"
    assert [file.name for file in tmp_path.glob("*.pdf")] == ["to-me.pdf"]


def test_every_request_has_the_key_and_the_store_never_gets_it(world: World, tmp_path: Path) -> None:
    world.time.meanwhile = world.work

    world.client.download(world.client.wait(world.client.submit("letter", LETTER)), tmp_path)

    assert {sent.headers["Authorization"] for sent in world.api.sent} == {f"Bearer {world.key}"}
    assert len(world.store.sent) == 1
    assert "Authorization" not in world.store.sent[0].headers
    assert all(sent.timeout for sent in world.api.sent + world.store.sent)


def test_no_password_of_a_netrc_takes_the_place_of_the_key(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("default login other password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    world.time.meanwhile = world.work

    world.client.download(world.client.wait(world.client.submit("letter", LETTER)), tmp_path / "out.pdf")

    assert {sent.headers["Authorization"] for sent in world.api.sent} == {f"Bearer {world.key}"}
    assert "Authorization" not in world.store.sent[0].headers


def test_a_request_has_a_key_of_its_own_unless_it_is_given_one(world: World, app: App) -> None:
    first, second = (world.client.submit("letter", LETTER) for _ in range(2))
    third, fourth = (world.client.submit("letter", LETTER, idempotency_key="order-7") for _ in range(2))

    keys = [sent.headers["Idempotency-Key"] for sent in world.api.sent]
    assert first.id != second.id
    assert third.id == fourth.id
    assert all(UUID.fullmatch(key) for key in keys[:2])
    assert keys[2:] == ["order-7", "order-7"]
    assert len(app.jobs.jobs) == 3


def test_data_that_do_not_fit_are_refused_with_the_places(world: World) -> None:
    with pytest.raises(RefusedError) as caught:
        world.client.submit("letter", {"to": 7})

    assert (caught.value.code, caught.value.problem.status) == ("invalid_data", 422)
    assert caught.value.errors == (Violation("/to", "7 is not of type 'string'"),)
    assert caught.value.correlation_id == "request-1"
    assert len(world.api.sent) == 1


@pytest.mark.parametrize("data", [{"a": float("nan")}, {"a": object()}, {"a": "\ud800"}])
def test_data_that_are_not_json_are_not_sent(world: World, data: dict[str, object]) -> None:
    with pytest.raises(InputError, match="can't be sent as JSON"):
        world.client.submit("letter", data)

    assert world.api.sent == []


def test_a_watched_report_is_shown_when_it_changes_and_last_as_it_has_ended(world: World, app: App) -> None:
    accepted = world.client.submit("letter", LETTER)
    claimed = app.jobs.get(accepted.id).claimed(NOON, lease=NOON - NOON, holder="w")
    steps: Iterator[Callable[[], object]] = iter(
        [
            lambda: None,
            lambda: app.jobs.advance(claimed),
            lambda: app.jobs.note_progress(accepted.id, 1, Progress(10, 40)),
            lambda: None,
            lambda: app.jobs.advance(claimed.failed(NOON, Failure("x", "y"))),
        ]
    )
    world.time.meanwhile = lambda: next(steps)()

    seen = list(world.client.watch(accepted.id))

    assert [(report.status, report.progress and report.progress.done) for report in seen] == [
        ("PENDING", None),
        ("RENDERING", None),
        ("RENDERING", 10),
        ("FAILED", None),
    ]


def test_looks_become_rarer_and_end_at_the_timeout(world: World) -> None:
    accepted = world.client.submit("letter", LETTER)

    with pytest.raises(NotOverError, match=r"Not over within 30 s: job-1\. It goes on"):
        world.client.wait(accepted, timeout=30)

    assert world.time.slept[:3] == pytest.approx([0.2, 0.28, 0.392])
    assert max(world.time.slept) == 2
    assert world.time.now == pytest.approx(30)


def test_many_are_watched_at_once_and_those_that_are_late_are_named(world: World) -> None:
    reports = {f"letter {n}": world.client.submit("letter", LETTER) for n in range(5)}
    world.time.meanwhile = world.work

    ended = {name: report for name, report in world.client.watch_all(reports) if report.is_over}

    assert list(ended) == list(reports)
    world.time.meanwhile = lambda: None
    late = {f"late {n}": world.client.submit("letter", LETTER) for n in range(5)}
    with pytest.raises(NotOverError, match="late 0, late 1, late 2 and 2 more. They go on"):
        list(world.client.watch_all(late, timeout=1))


def test_a_batch_is_waited_for_by_its_counts(world: World) -> None:
    batch = world.client.submit_many([{"template": "letter", "data": LETTER}] * 3).batches[0]
    world.time.meanwhile = world.work

    counted = [each.over for each in world.client.wait_for_batch(batch)]

    assert counted == [0, 3]


def test_a_report_that_failed_has_no_file_and_says_why(world: World, app: App, tmp_path: Path) -> None:
    app.renderer.faults = [TemplateBrokenError("Line 3 of the template fails.")]
    world.time.meanwhile = world.work

    report = world.client.wait(world.client.submit("letter", LETTER))

    assert report.failure
    assert (report.status, report.failure.code, report.failure.retryable) == ("FAILED", "template_broken", False)
    for needs_it in (report.raise_for_failure, lambda: world.client.download(report, tmp_path)):
        with pytest.raises(ReportFailedError, match=r"template_broken: Line 3 of the template fails\."):
            needs_it()


def test_a_file_of_a_report_that_goes_on_is_not_there_yet(world: World, tmp_path: Path) -> None:
    accepted = world.client.submit("letter", LETTER)

    with pytest.raises(NotOverError):
        world.client.download(accepted, tmp_path)


def test_any_file_of_a_report_can_be_had(world: World, tmp_path: Path) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))

    world.client.download(report.id, tmp_path / "small.png", artifact="thumbnail.png")

    assert (tmp_path / "small.png").read_bytes() == b"\x89PNG"
    with pytest.raises(InputError, match=r"no file 'other\.png'\. It has: .*thumbnail\.png"):
        world.client.download(report.id, tmp_path, artifact="other.png")


def test_a_file_with_other_content_than_was_made_is_not_kept(world: World, app: App, tmp_path: Path) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))
    key = next(key for key in app.artifacts.objects if key.endswith(".pdf"))
    (tmp_path / "out.pdf").write_bytes(b"before")
    app.artifacts.objects[key].body = b"%PDF-1.7 FAKE"

    with pytest.raises(TransferError, match="SHA-256"):
        world.client.download(report, tmp_path / "out.pdf")

    assert (tmp_path / "out.pdf").read_bytes() == b"before"
    assert [path.name for path in tmp_path.glob("*.p*")] == ["out.pdf"]


def test_a_link_that_is_over_is_asked_for_again(world: World, tmp_path: Path) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))
    world.store.faults = [(403, {}, b"<Error><Code>AccessDenied</Code></Error>")]
    looks = len(world.api.sent)

    path = world.client.download(report, tmp_path)

    assert path.read_bytes() == b"%PDF-1.7 fake"
    assert len(world.api.sent) == looks + 2


class Endless(io.RawIOBase):
    """A body without an end, which counts what was read of it."""

    def __init__(self) -> None:
        super().__init__()
        self.given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self.given += len(buffer)
        return len(buffer)


@pytest.mark.parametrize("status", [200, 307, 403, 500])
def test_no_more_is_read_of_a_store_than_the_file_has(world: World, tmp_path: Path, status: int) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))
    bodies = [Endless() for _ in range(9)]
    world.store.faults = [(status, {}, body) for body in bodies]
    looks = len(world.store.sent)
    place = tmp_path / "downloads"
    place.mkdir()

    with pytest.raises(TransferError):
        world.client.download(report, place)

    assert max(body.given for body in bodies) <= 2**20
    assert len(world.store.sent) - looks <= 5
    assert list(place.iterdir()) == []


def test_what_a_store_gives_beyond_the_file_is_not_asked_for_again(world: World, tmp_path: Path) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))
    world.store.faults = [(200, {}, b"%PDF-1.7 fake and more")]

    with pytest.raises(TransferError, match="gives more for .* than the 13 bytes that it has"):
        world.client.download(report, tmp_path)

    assert len(world.store.sent) == 1


def test_no_redirect_of_a_store_is_followed(world: World, tmp_path: Path) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))
    world.store.faults = [(307, {"Location": "https://objects.test/elsewhere"}, b"")]

    with pytest.raises(TransferError, match="307"):
        world.client.download(report, tmp_path)

    assert len(world.store.sent) == 1


@pytest.mark.gate
def test_a_list_goes_on_over_its_pages_and_stops_at_its_limit(world: World, app: App) -> None:
    for n in range(250):
        keep(app, a_job(f"job-{n:03}"))

    everything = [report.id for report in world.client.list()]
    pages = len(world.api.sent)
    some = [report.id for report in world.client.list(limit=130)]

    assert everything == [f"job-{n:03}" for n in range(249, -1, -1)]
    assert pages == 3
    assert some == everything[:130]
    assert len(world.api.sent) == pages + 2


def test_pictures_are_in_lists_and_links_to_save_files_by_in_reports(world: World) -> None:
    world.time.meanwhile = world.work
    report = world.client.wait(world.client.submit("letter", LETTER))

    [listed] = world.client.list()

    assert listed.thumbnail
    assert "/thumbnail.png?" in listed.thumbnail.url
    assert report.artifacts
    assert all(artifact.download_url for artifact in report.artifacts)


def test_a_list_is_filtered(world: World, app: App) -> None:
    keep(app, a_job("job-a", template="list"))
    keep(app, replace(a_job("job-b").failed(NOON, Failure("x", "y")), revision=2))

    assert [report.id for report in world.client.list(status=Status.FAILED)] == ["job-b"]
    assert [report.id for report in world.client.list(template="list")] == ["job-a"]


def test_reports_are_cancelled_and_retried(world: World, app: App) -> None:
    accepted = world.client.submit("letter", LETTER)
    keep(app, replace(a_job("job-f").failed(NOON, Failure("worker_lost", "y", retryable=True)), revision=2))

    assert world.client.cancel(accepted.id).status == "CANCELLED"
    assert world.client.retry("job-f").status == "PENDING"
    with pytest.raises(ConflictError):
        world.client.retry(accepted.id)


def test_failed_reports_are_retried_by_filter(world: World, app: App) -> None:
    for n in range(3):
        keep(
            app,
            replace(
                a_job(f"job-{n}").failed(NOON, Failure("worker_lost" if n else "x", "y", retryable=True)), revision=2
            ),
        )

    dry = world.client.retry_many(error_code="worker_lost", dry_run=True)
    done = world.client.retry_many(error_code="worker_lost", limit=1, created_after="2026-11-20T00:00:00Z")

    assert (set(dry.ids), dry.dry_run, dry.more) == ({"job-1", "job-2"}, True, False)
    assert (len(done.ids), done.dry_run, done.more) == (1, False, True)
    assert sum(job.status is JobStatus.PENDING for job in app.jobs.jobs.values()) == 1


def test_the_latest_of_a_key_and_the_timeline_are_shown(world: World) -> None:
    accepted = world.client.submit("letter", LETTER, options={"replaces": "monthly:2026-10"})
    world.work()

    assert world.client.latest("monthly:2026-10").id == accepted.id
    assert [event.name for event in world.client.events(accepted.id)] == ["accepted", "rendering", "succeeded"]


def test_templates_come_with_schema_and_sample(world: World) -> None:
    assert {(each.name, each.made_from) for each in world.client.templates()} == {
        ("letter", "object"),
        ("list", "rows"),
        ("picture", "image"),
    }
    template = world.client.template("letter")
    assert (template.title, template.sample, template.schema["required"]) == ("Letter", {"to": "me"}, ["to"])


@pytest.mark.parametrize("name", ["", ".", ".."])
def test_a_name_that_would_be_another_path_is_not_asked_for(world: World, name: str) -> None:
    with pytest.raises(InputError):
        world.client.get(name)

    assert world.api.sent == []


@pytest.mark.parametrize("name", ["../templates", "a/b", "a?b=c", "a#b", "a%2Fb", "a b"])
def test_any_other_name_is_one_segment(world: World, name: str) -> None:
    with pytest.raises(NotFoundError):
        world.client.get(name)

    assert world.api.sent[0].url.startswith("https://api.test/dev/reports/")
    assert world.api.sent[0].path.count("/") == 2


def test_the_key_is_in_nothing_that_is_printed(world: World) -> None:
    with pytest.raises(NotFoundError) as caught:
        world.client.get("nothing")

    assert world.key not in repr(world.client) + repr(caught.value) + json.dumps(str(vars(caught.value)))
