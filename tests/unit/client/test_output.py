"""Write for people, for programs, and for readers that are gone."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from pressrun_client.cli.exits import Exit
from pressrun_client.cli.main import run
from pressrun_client.cli.output import Output
from reports.jobs.values import JobStatus
from tests.builders import App, a_job
from tests.unit.client.terminal import ENVIRONMENT, CommandLine, Terminal
from tests.unit.handlers.calling import keep

PROJECT = Path(__file__).resolve().parents[3]


class Closed(io.StringIO):
    """A stream whose reader has gone."""

    def write(self, text: str) -> int:
        raise BrokenPipeError


def test_what_changes_things_is_done_though_its_output_is_not_read(
    pressrun: CommandLine, app: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    for report_id in ("job-a", "job-b"):
        keep(app, a_job(report_id))

    status = run(["cancel", "job-a", "nothing", "job-b"], pressrun.app(Output(Closed(), io.StringIO())))

    assert status == Exit.NOT_FOUND
    assert {job.status for job in app.jobs.jobs.values()} == {JobStatus.CANCELLED}


@pytest.mark.gate
@pytest.mark.parametrize("more", [[], ["--json"]])
def test_a_list_ends_when_it_is_not_read(pressrun: CommandLine, app: App, more: list[str]) -> None:
    for n in range(150):
        keep(app, a_job(f"job-{n:03}"))

    status = run(["list", "--all", *more], pressrun.app(Output(Closed(), io.StringIO())))

    assert status == Exit.OK
    assert len(pressrun.world.api.sent) == (1 if more else 2)


@pytest.mark.parametrize(
    ("arguments", "status"),
    [
        (["get", "nothing"], Exit.NOT_FOUND),
        (["get", "nothing", "--json"], Exit.NOT_FOUND),
        (["list", "--limit", "0"], Exit.USAGE),
        (["list", "--limit", "0", "--json"], Exit.USAGE),
        (["watch"], Exit.OK),
    ],
)
def test_an_error_that_is_not_read_ends_as_it_would(pressrun: CommandLine, arguments: list[str], status: Exit) -> None:
    assert run(arguments, pressrun.app(Output(io.StringIO(), Closed()))) == status


@pytest.mark.gate
@pytest.mark.parametrize("closed", ["2>&1 | head -c 0", ">&- 2>&-", "2>&-"])
def test_a_process_whose_streams_are_closed_ends_with_its_own_status(closed: str, tmp_path: Path) -> None:
    line = f'{{ "$0" -m pressrun_client list --limit 0; echo $? >"$1"; }} {closed}'

    subprocess.run(["/bin/sh", "-c", line, sys.executable, tmp_path / "status"], cwd=PROJECT, timeout=60, check=False)

    assert (tmp_path / "status").read_text() == "2\n"


@pytest.mark.gate
@pytest.mark.parametrize(
    "arguments", [["list", "--limit", "0"], ["list", "--limit", "0", "--json"], ["no such command"]]
)
def test_a_process_whose_reader_has_gone_ends_with_its_own_status(arguments: list[str]) -> None:
    reading, writing = os.pipe()
    os.close(reading)

    command = [sys.executable, "-m", "pressrun_client", *arguments]
    done = subprocess.run(command, cwd=PROJECT, stdout=writing, stderr=writing, timeout=60, check=False)
    os.close(writing)

    assert done.returncode == Exit.USAGE


def test_what_is_left_to_be_written_when_the_reader_has_gone_is_left() -> None:
    reading, writing = os.pipe()
    with os.fdopen(writing, "w") as stream:
        output = Output(stream, io.StringIO())
        stream.write("not flushed yet")
        os.close(reading)

        output.finish()

        stream.write("nor is this")


def test_where_colours_are_forced_no_bars_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")

    assert not Output(io.StringIO(), io.StringIO()).is_watched
    assert Output(io.StringIO(), Terminal()).is_watched


def test_a_row_is_a_line_however_long_it_is(pressrun: CommandLine, app: App, tmp_path: Path) -> None:
    data = tmp_path / "data.json"
    data.write_text('{"to": "me"}')
    pressrun("submit", "letter", data, "--title", "T" * 200)
    out = io.StringIO()

    Output(out).table(("A", "B"), [("a" * 400, "b c " * 100)])

    assert len(pressrun("list").out.splitlines()) == 2
    assert len(out.getvalue().splitlines()) == 2


def test_what_is_wrong_with_an_option_is_told_as_json_wherever_that_is_asked_for(pressrun: CommandLine) -> None:
    for arguments in (["--limit", "0", "--json"], ["--json", "--limit", "0"], ["surplus", "--json"]):
        result = pressrun("list", *arguments)

        assert (result.status, result.error["code"]) == (Exit.USAGE, "usage")


def test_the_timeline_is_for_programs_as_it_came(pressrun: CommandLine, app: App) -> None:
    keep(app, a_job("job-1"))

    [document] = pressrun("get", "job-1", "--events", "--json").documents

    assert document["at"] == "2026-11-20T12:00:00.000Z"


def test_the_configuration_is_shown_though_no_service_answers(pressrun: CommandLine) -> None:
    pressrun.world.api.faults = [(503, {}, b"{}")] * 2

    result = pressrun("config")

    assert result.status == Exit.SERVICE
    assert f"Service   {ENVIRONMENT['PRESSRUN_URL']}\nKey       set\n" in result.out
    assert "Answers" not in result.out


def test_every_error_has_the_same_members(pressrun: CommandLine) -> None:
    of_service = pressrun("get", "nothing", "--json").error
    of_ours = pressrun("submit", "letter", "/nothing.json", "--json").error

    assert {"code", "message", "hints"} <= set(of_ours) <= set(of_service)
    assert json.loads(json.dumps(of_service))["status"] == 404


def test_without_a_standard_input_it_says_so(pressrun: CommandLine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)

    result = pressrun("submit", "letter", "-")

    assert (result.status, result.err) == (Exit.USAGE, "Error: The standard input is closed.\n")
