"""Do one thing with several reports: what goes wrong with one is told, and keeps no other from it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from pressrun_client.cli.exits import Exit
from reports.errors import TemplateBrokenError
from reports.jobs.values import Failure, JobStatus
from tests.builders import App, a_job
from tests.fakes.clock import NOON
from tests.unit.client.terminal import CommandLine
from tests.unit.client.wire import Fault, Sent
from tests.unit.handlers.calling import keep

LETTER = {"template": "letter", "data": {"to": "me"}}
FAULT: Fault = (500, {}, b'{"code": "internal_error", "detail": "No."}')


@pytest.fixture
def letter(tmp_path: Path) -> Path:
    path = tmp_path / "letter.json"
    path.write_text('{"to": "me"}')
    return path


def a_file(path: Path, content: str = "a,b\n1,2\n") -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(content)
    return path


def lines(path: Path, *items: object) -> Path:
    return a_file(path, "\n".join(json.dumps(item) for item in items))


def failed(app: App, *ids: str) -> None:
    for report_id in ids:
        keep(
            app, replace(a_job(report_id).failed(NOON, Failure("worker_lost", "It died.", retryable=True)), revision=2)
        )


def status_of(app: App, report_id: str) -> JobStatus:
    return app.jobs.get(report_id).status


def test_one_that_is_not_there_keeps_no_other_from_being_cancelled(pressrun: CommandLine, app: App) -> None:
    keep(app, a_job("job-a"))
    keep(app, a_job("job-c"))

    result = pressrun("cancel", "job-a", "job-b", "job-c")

    assert result.status == Exit.NOT_FOUND
    assert [line.split()[:2] for line in result.out.splitlines()] == [["job-a", "CANCELLED"], ["job-c", "CANCELLED"]]
    assert result.err.startswith("Error: job-b: There is no such report")


def test_one_that_has_not_failed_keeps_no_other_from_being_retried(pressrun: CommandLine, app: App) -> None:
    keep(app, a_job("job-b"))
    failed(app, "job-a", "job-c")

    result = pressrun("retry", "job-a", "job-b", "job-c", "job-a", "--json")

    assert result.status == Exit.REFUSED
    assert [document["id"] for document in result.documents] == ["job-a", "job-c"]
    assert (result.error["about"], result.error["code"]) == ("job-b", "job_conflict")


def test_a_fault_ends_it_and_what_was_done_is_told(pressrun: CommandLine, app: App) -> None:
    failed(app, "job-a", "job-b")
    pressrun.world.api.faults_afterwards = [FAULT]

    result = pressrun("retry", "job-b", "job-a")

    assert (result.status, result.out) == (Exit.SERVICE, "")
    assert result.err.startswith("Error: job-b: No.")
    assert status_of(app, "job-a") is JobStatus.FAILED


def test_a_user_who_breaks_it_off_learns_what_was_done(
    pressrun: CommandLine, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed(app, "job-a")
    keep(app, a_job("job-b"))

    def interrupt() -> None:
        raise KeyboardInterrupt

    pressrun.world.time.meanwhile = interrupt
    once: Iterator[list[Fault]] = iter([[], [(429, {}, b"{}")]])
    real = pressrun.world.api.answer

    def answer(sent: Sent) -> tuple[int, Mapping[str, str], bytes]:
        pressrun.world.api.faults_afterwards = next(once)
        return real(sent)

    monkeypatch.setattr(pressrun.world.api, "answer", answer)

    result = pressrun("retry", "job-a", "job-b")

    assert result.status == Exit.INTERRUPTED
    assert result.err == "Interrupted. Done before: job-a\n"


def test_a_pdf_that_cannot_be_saved_is_still_to_be_had(pressrun: CommandLine, letter: Path, tmp_path: Path) -> None:
    pressrun.world.store.faults = [(503, {}, b"")] * 9

    result = pressrun("submit", "letter", letter, "-o", tmp_path / "out.pdf")
    pressrun.world.store.faults = []
    later = pressrun("get", "job-1", "-o", tmp_path / "out.pdf")

    assert (result.status, later.status) == (Exit.SERVICE, Exit.OK)
    assert "job-1  SUCCEEDED" in result.out
    assert "could not be downloaded" in result.err
    assert "pressrun get job-1 -o PATH" in result.err


def test_the_others_are_waited_for(pressrun: CommandLine, app: App, letter: Path) -> None:
    app.renderer.faults = [TemplateBrokenError("Line 3 fails.")]
    pressrun("submit", "letter", letter, "--wait")

    result = pressrun("retry", "nothing", "job-1", "--wait")

    assert result.status == Exit.NOT_FOUND
    assert result.out.startswith("job-1  SUCCEEDED")


def test_a_file_that_is_not_there_is_found_before_any_is_uploaded(pressrun: CommandLine, tmp_path: Path) -> None:
    result = pressrun("upload", "list", a_file(tmp_path / "a.csv"), tmp_path / "nothing.csv")

    assert result.status == Exit.USAGE
    assert pressrun.world.api.sent == []


def test_files_that_would_be_one_at_the_service_are_not_uploaded(pressrun: CommandLine, tmp_path: Path) -> None:
    first, second = a_file(tmp_path / "x" / "a.csv"), a_file(tmp_path / "y" / "a.csv")

    result = pressrun("upload", "list", first, second, "--wait")

    assert result.status == Exit.USAGE
    assert f"{first} and {second} would be one file at the service" in result.err
    assert pressrun.world.api.sent == []


@pytest.mark.parametrize("more", [[], ["--wait"]])
def test_files_that_were_uploaded_before_a_fault_are_told(
    pressrun: CommandLine, tmp_path: Path, more: list[str]
) -> None:
    files = [a_file(tmp_path / name) for name in ("a.csv", "b.csv")]
    first = pressrun("upload", "list", files[0])
    pressrun.world.store.faults_afterwards = [(204, {}, b""), (403, {}, b"")]

    result = pressrun("upload", "list", *files, *more)

    assert result.status == Exit.SERVICE
    assert result.out == first.out == "uploads/demo/list/a.csv\n"


def test_of_one_run_no_file_takes_the_place_of_another(pressrun: CommandLine, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    files = [a_file(tmp_path / "a.csv"), a_file(tmp_path / "a.jsonl", '{"a": 1}\n'), a_file(tmp_path / "b.csv")]

    result = pressrun("upload", "list", *files, "-o", out, "--force")

    assert result.status == Exit.USAGE
    assert sorted(path.name for path in out.iterdir()) == ["a.pdf", "b.pdf"]
    assert result.out.count("SUCCEEDED") == 3
    assert "exists already" in result.err


def test_several_files_of_a_report_need_a_folder(pressrun: CommandLine, letter: Path, tmp_path: Path) -> None:
    pressrun("submit", "letter", letter, "--wait")

    result = pressrun("get", "job-1", "--file", "thumbnail.png", "--file", "x", "-o", tmp_path / "one", "--force")

    assert result.status == Exit.USAGE
    assert "is not a folder, and there are several files to save" in result.err


def test_items_that_were_accepted_before_a_fault_are_told(pressrun: CommandLine, app: App, tmp_path: Path) -> None:
    requests = lines(tmp_path / "requests.jsonl", *[LETTER] * 4, {**LETTER, "data": {"to": "x" * 700}})
    # The service takes 1,000 bytes: the call is halved, and the second half is met by a fault.
    pressrun.world.api.faults_afterwards = [(413, {}, b"{}"), (202, {}, accepted("job-1", "job-2")), FAULT]

    result = pressrun("batch", requests)

    assert result.status == Exit.SERVICE
    assert result.out == "batch    batch-1\n"
    assert "2 accepted, 0 refused." in result.err


def accepted(*ids: str) -> bytes:
    items = [{"index": index, "status": 202, "id": each} for index, each in enumerate(ids)]
    return json.dumps({"batch": "batch-1", "items": items}).encode()


def test_items_that_a_fault_has_refused_may_be_tried_later(pressrun: CommandLine, app: App, tmp_path: Path) -> None:
    app.idempotency_keys.refuse = True

    result = pressrun("batch", lines(tmp_path / "requests.jsonl", LETTER))

    assert result.status == Exit.SERVICE
    assert "service_unavailable" in result.out
    assert "--idempotency-key" in result.err


def test_a_file_of_requests_that_is_sent_again_with_its_key_is_made_once(
    pressrun: CommandLine, app: App, tmp_path: Path
) -> None:
    requests = lines(tmp_path / "requests.jsonl", LETTER, {**LETTER, "idempotency_key": "order-1"}, LETTER)
    pressrun.world.api.faults_afterwards = [FAULT] * 99
    broken = pressrun("batch", requests)
    pressrun.world.api.faults_afterwards = []
    (hint,) = [line for line in broken.err.splitlines() if "--idempotency-key" in line]
    key = hint.split("--idempotency-key ")[1].split()[0]

    again = [pressrun("batch", requests, "--idempotency-key", key) for _ in range(2)]

    assert (broken.status, [result.status for result in again]) == (Exit.SERVICE, [Exit.OK] * 2)
    assert len(app.jobs.jobs) == 3
    sent = json.loads(pressrun.world.api.sent[-1].body)["items"]
    assert [item["idempotency_key"] for item in sent] == [f"{key}/1", "order-1", f"{key}/3"]


def test_a_batch_of_nothing_is_nothing(pressrun: CommandLine, tmp_path: Path) -> None:
    result = pressrun("batch", a_file(tmp_path / "empty", "\n\n"))

    assert (result.status, result.out, result.err) == (Exit.OK, "", "The file has no requests.\n")
    assert pressrun.world.api.sent == []


def test_what_was_asked_for_before_is_waited_for_too(pressrun: CommandLine, app: App, tmp_path: Path) -> None:
    before, new = ({**LETTER, "idempotency_key": key} for key in ("order-1", "order-2"))
    pressrun.world.time.meanwhile = lambda: None
    pressrun("batch", lines(tmp_path / "before.jsonl", before))
    pressrun.world.time.meanwhile = pressrun.world.work

    result = pressrun("batch", lines(tmp_path / "all.jsonl", before, new), "--wait", "--json")

    *_, counted = result.documents
    assert result.status == Exit.OK
    assert (counted["total"], counted["counts"]) == (2, {"SUCCEEDED": 2})
    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.SUCCEEDED}


def test_warnings_of_a_batch_are_counted_and_the_first_is_told(pressrun: CommandLine, app: App, tmp_path: Path) -> None:
    pressrun("batch", lines(tmp_path / "requests.jsonl", *[LETTER] * 3), "--wait")
    for job in [*app.jobs.jobs.values()][:2]:
        app.jobs.jobs[job.id] = replace(job, warnings=({"code": "untagged", "message": "Too large."},))

    result = pressrun("watch", "--batch", str(next(iter(app.jobs.jobs.values())).batch))

    assert result.err.startswith("Warning: 2 reports of the batch have warnings, such as job-")
    assert ": Too large. See all: pressrun list --batch " in result.err


def test_an_unknown_batch_is_not_there(pressrun: CommandLine) -> None:
    assert pressrun("watch", "--batch", "nothing").status == Exit.NOT_FOUND


def test_batches_are_waited_for_no_longer_together_than_was_said(pressrun: CommandLine, tmp_path: Path) -> None:
    pressrun.world.time.meanwhile = lambda: None
    requests = lines(tmp_path / "requests.jsonl", *[LETTER] * 3)

    result = pressrun("batch", requests, "--wait", "--timeout", "9")

    assert result.status == Exit.NOT_OVER
    assert "0 of 3 reports were over within 9 s" in result.err
    assert "pressrun watch --batch" in result.err
    assert pressrun.world.time.now == pytest.approx(9)
