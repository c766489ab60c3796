"""An error says what is wrong, where, and what to do: in words, in a status, and without a stack trace or a secret."""

from __future__ import annotations

import io
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import click
import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from pressrun_client.cli import render as render_module
from pressrun_client.cli.app import App as CommandLineApp
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.main import pressrun as commands
from pressrun_client.cli.main import run
from pressrun_client.cli.output import Output, clean
from reports.jobs.request import ReportOptions
from tests.builders import App, a_job
from tests.unit.client.terminal import ENVIRONMENT, CommandLine
from tests.unit.client.wire import KEY, STORE, URL
from tests.unit.handlers.calling import keep

PROJECT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("fault", "status", "code", "says"),
    [
        ((401, {}, b'{"code": "unauthorized", "detail": "No."}'), Exit.NOT_ALLOWED, "unauthorized", "PRESSRUN_URL"),
        ((403, {}, b'{"message": "Forbidden"}'), Exit.NOT_ALLOWED, "http_403", "lacks a scope"),
        (
            (404, {}, b'{"code": "job_not_found", "detail": "No."}'),
            Exit.NOT_FOUND,
            "job_not_found",
            "asked of https://",
        ),
        ((409, {}, b'{"code": "job_conflict", "detail": "No."}'), Exit.REFUSED, "job_conflict", ""),
        ((422, {}, b'{"code": "invalid_data", "detail": "No."}'), Exit.REFUSED, "invalid_data", ""),
        ((429, {"Retry-After": "999"}, b"{}"), Exit.SERVICE, "http_429", "Try again in 17 minutes."),
        ((500, {}, b'{"code": "internal_error", "correlation_id": "abc"}'), Exit.SERVICE, "internal_error", "id abc"),
        ((200, {}, b"<html>"), Exit.SERVICE, "unexpected_answer", "Is the address that of the API?"),
        (requests.ConnectionError("x"), Exit.SERVICE, "unreachable", "Is the service up"),
    ],
)
def test_an_answer_ends_the_command_with_its_status_and_says_what_to_do(
    pressrun: CommandLine, fault: object, status: Exit, code: str, says: str
) -> None:
    pressrun.world.api.faults = [fault] * 4  # type: ignore[list-item]

    for_people = pressrun("get", "job-1")
    for_programs = pressrun("get", "job-1", "--json")

    assert (for_people.status, for_programs.status) == (status, status)
    assert for_people.err.startswith("Error: ")
    assert says in for_people.err
    assert (for_programs.error["code"], for_programs.out) == (code, "")
    assert pressrun.world.key not in for_people.err + for_programs.err


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        ("43201", "in 13 hours."),
        ("121", "in 3 minutes."),
        ("90", "in 90 seconds."),
        ("1", "in 1 second."),
        ("", "later."),
    ],
)
def test_a_limit_says_when_to_try_again(pressrun: CommandLine, seconds: str, says: str) -> None:
    pressrun.world.api.faults = [(429, {"Retry-After": seconds}, b"{}")] * 2

    assert f"Try again {says}" in pressrun("list").err


def test_programs_are_told_when_to_try_again(pressrun: CommandLine) -> None:
    pressrun.world.api.faults = [(429, {"Retry-After": "4000"}, b"{}")]

    error = pressrun("list", "--json").error

    assert (error["retry_after"], error["hints"]) == (4000, ["Try again in 67 minutes."])


def test_without_a_key_it_says_that_none_was_sent(pressrun: CommandLine) -> None:
    pressrun.environment = {name: value for name, value in ENVIRONMENT.items() if name != "PRESSRUN_API_KEY"}
    pressrun.world.api.faults = [(401, {}, b"{}")]

    result = pressrun("list")

    assert result.status == Exit.NOT_ALLOWED
    assert "No key was sent" in result.err
    assert "Set PRESSRUN_API_KEY" in result.err


def test_a_profile_without_a_key_is_where_to_put_one(pressrun: CommandLine, tmp_path: Path) -> None:
    config = tmp_path / "pressrun" / "config.toml"
    config.parent.mkdir()
    config.write_text(f'[profiles.here]\nurl = "{URL}"\n')
    pressrun.environment = {"XDG_CONFIG_HOME": str(tmp_path), "PRESSRUN_API_KEY": KEY}
    pressrun.world.api.faults = [(401, {}, b"{}")]

    result = pressrun("list", "--profile", "here")

    # The key of the environment belongs to the address of the environment.
    assert "Set api_key in the profile." in result.err
    assert "PRESSRUN_API_KEY" not in result.err


@pytest.mark.parametrize(
    "arguments",
    [
        ["nonsense"],
        ["get"],
        ["get", "a", "--latest", "b"],
        ["get", "a", "--file", "b"],
        ["get", "a", "--events", "-o", "b"],
        ["get", "a", "--file", "b", "--file", "c", "-o", "d"],
        ["redrive", "--template", ""],
        ["submit", "letter", "--sample", "-o", "-"],
        ["submit", "letter"],
        ["submit", "letter", "x.json", "--sample"],
        ["list", "--status", "nonsense"],
        ["list", "--limit", "0"],
        ["redrive", "--after", "yesterday"],
        ["redrive", "--all", "--limit", "1001"],
        ["templates", "--schema"],
        ["upload", "list"],
        ["upload", "list", "a", "b", "--name", "c"],
        ["watch", "a", "--batch", "b"],
        ["config", "--profile", "nowhere"],
    ],
)
def test_a_command_that_is_not_right_ends_with_two_and_sends_nothing(
    pressrun: CommandLine, arguments: list[str]
) -> None:
    result = pressrun(*arguments)

    assert result.status == Exit.USAGE
    assert "Error: " in result.err
    assert pressrun.world.api.sent == []


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (
            b"a,b\n1,2\n",
            "is not JSON: line 1: Expecting value. For an example, see: pressrun templates list --sample",
        ),
        (b"\xff\xd8\xff", "is not text in UTF-8. For an example"),
        (b"[]", "has no JSON object"),
        (b"[" * 100_000, "is not JSON: nested too deeply"),
        (b'{"a": ' + b"1" * 5000 + b"}", "is not JSON: a number has too many digits"),
    ],
)
def test_a_file_that_holds_no_data_says_so_and_what_data_are(
    pressrun: CommandLine, tmp_path: Path, content: bytes, says: str
) -> None:
    path = tmp_path / "data"
    path.write_bytes(content)

    result = pressrun("submit", "list", path)

    assert result.status == Exit.USAGE
    assert says in result.err


@pytest.mark.parametrize(
    ("template", "name", "says"),
    [
        ("list", "orders.csv", "It holds rows, for which there is: pressrun upload list {path}"),
        ("letter", "orders.XLSX", "It holds rows, for which there is: pressrun upload list {path}"),
        ("letter", "harbour.jpg", "It holds a picture, for which there is: pressrun upload"),
    ],
)
def test_a_file_for_an_upload_leads_to_a_command_that_takes_it(
    pressrun: CommandLine, tmp_path: Path, template: str, name: str, says: str
) -> None:
    path = tmp_path / name
    path.write_bytes(b"\xff\xfe")

    result = pressrun("submit", template, path)

    assert result.status == Exit.USAGE
    assert says.format(path=path) in result.err


def test_a_file_is_said_to_be_none_of_json_though_the_service_is_down(pressrun: CommandLine, tmp_path: Path) -> None:
    pressrun.world.api.faults = [(503, {}, b"{}")] * 9
    (tmp_path / "orders.csv").write_text("a,b\n1,2\n")

    result = pressrun("submit", "letter", tmp_path / "orders.csv")

    assert result.status == Exit.USAGE
    assert "For files of rows and pictures, use `pressrun upload`" in result.err


@pytest.mark.parametrize(
    "command", [["submit", "letter", "x.json"], ["upload", "list", "x.csv"], ["retry", "a"], ["batch", "x"]]
)
def test_a_timeout_of_what_does_not_wait_is_told(pressrun: CommandLine, command: list[str]) -> None:
    result = pressrun(*command, "--timeout", "5")

    assert result.status == Exit.USAGE
    assert "add --wait" in result.err
    assert pressrun.world.api.sent == []


@pytest.mark.parametrize(
    "arguments",
    [["submit", "letter", "{}"], ["batch", "{}"], ["upload", "list", "{}"], ["submit", "letter", "{}", "-o", "/x"]],
)
def test_a_file_that_is_not_there_is_named(pressrun: CommandLine, tmp_path: Path, arguments: list[str]) -> None:
    path = tmp_path / "nothing.json"

    result = pressrun(*(argument.replace("{}", str(path)) for argument in arguments))

    assert result.status == Exit.USAGE
    assert f"{path} can't be read: No such file or directory." in result.err


@pytest.mark.parametrize(("line", "says"), [("{", "Line 2 of"), ("[]", "Line 2 of")])
def test_a_line_of_a_batch_that_is_none_is_said_by_its_number(
    pressrun: CommandLine, tmp_path: Path, line: str, says: str
) -> None:
    path = tmp_path / "requests.jsonl"
    path.write_text('{"template": "letter", "data": {"to": "me"}}\n' + line)

    result = pressrun("batch", path)

    assert result.status == Exit.USAGE
    assert says in result.err
    assert "Nothing was submitted." in result.err
    assert pressrun.world.api.sent == []


def test_a_place_where_nothing_can_be_saved_is_said_before_anything_is_asked_for(
    pressrun: CommandLine, tmp_path: Path
) -> None:
    there = tmp_path / "there.pdf"
    there.touch()
    data = tmp_path / "data.json"
    data.write_text('{"to": "me"}')

    for place in (there, tmp_path / "no-folder" / "x.pdf"):
        assert pressrun("submit", "letter", data, "-o", place).status == Exit.USAGE
    assert pressrun("upload", "list", data, data, "-o", there, "--force").status == Exit.USAGE

    assert pressrun.world.api.sent == []


def test_a_store_that_refuses_ends_with_the_services_status(pressrun: CommandLine, tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\n1\n")
    pressrun.world.store.faults = [(403, {}, b"<Error><Code>AccessDenied</Code></Error>")]

    result = pressrun("upload", "list", data)

    assert result.status == Exit.SERVICE
    assert "did not take the file: AccessDenied" in result.err
    assert STORE not in result.err


def test_interrupting_a_wait_says_that_the_report_goes_on(pressrun: CommandLine, app: App) -> None:
    keep(app, a_job("job-1"))

    def interrupt() -> None:
        raise KeyboardInterrupt

    pressrun.world.time.meanwhile = interrupt

    result = pressrun("watch", "job-1")

    as_json = pressrun("watch", "job-1", "--json")

    assert (result.status, as_json.status) == (Exit.INTERRUPTED, Exit.INTERRUPTED)
    assert result.err == "Interrupted. Your reports go on: pressrun watch job-1\n"
    assert as_json.error["code"] == "interrupted"
    assert as_json.error["hints"] == ["Your reports go on: pressrun watch job-1"]


def test_a_mistake_of_its_own_is_told_without_a_stack_trace() -> None:
    def connect(_: object) -> None:
        raise RuntimeError(f"holding {KEY}")

    err = io.StringIO()

    status = run(["list"], CommandLineApp(output=Output(io.StringIO(), err), environment=ENVIRONMENT, connect=connect))  # type: ignore[arg-type]

    assert status == Exit.FAULT
    assert "RuntimeError" in err.getvalue()
    assert "PRESSRUN_DEBUG=1" in err.getvalue()
    assert "Traceback" not in err.getvalue()
    assert KEY not in err.getvalue()


@pytest.mark.gate
@pytest.mark.parametrize(
    "flood", ["print('x' * 10000)", "app.output.line('x' * 10000)", "app.output.document('x' * 9999)"]
)
def test_a_reader_who_has_read_enough_is_not_bothered(flood: str) -> None:
    program = (
        "import click, sys\n"
        "from pressrun_client.cli import main\n"
        "@click.pass_obj\n"
        "def callback(app, **_):\n"
        f"    while True: {flood}\n"
        "main.pressrun.commands['list'].callback = callback\n"
        "sys.argv = ['pressrun', 'list']\n"
        "main.main()\n"
    )

    # The status of a pipeline is that of its last command; the first one writes its own.
    line = '{ "$0" -c "$1"; echo "ended with $?" >&2; } | head -c 3'
    done = subprocess.run(
        ["/bin/sh", "-c", line, sys.executable, program],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert (len(done.stdout), done.stderr) == (3, "ended with 0\n")


@given(st.text())
def test_no_text_of_a_service_moves_the_cursor_or_turns_a_line(text: str) -> None:
    shown = clean(text)

    assert not set(shown) & {*map(chr, range(32)), *map(chr, range(127, 160)), "\u202e", "\u2066", "\u2028"}
    shown.encode()


def test_a_title_that_would_colour_the_terminal_is_shown_as_text(pressrun: CommandLine, app: App) -> None:
    # No service of ours takes such a title; but which one it is, the command cannot know.
    title = "\x1b[31m[bold]Red[/bold]\x1b]0;x\x07"
    keep(app, replace(a_job(), options=ReportOptions.model_construct(title=title)))

    shown = pressrun("get", "job-1").out + pressrun("list").out

    assert "\x1b" not in shown
    assert "\x07" not in shown
    assert "[bold]Red[/bold]" in shown


def test_every_command_explains_itself_and_has_its_options_in_words() -> None:
    for name, command in commands.commands.items():
        assert command.help, name
        for option in command.params:
            assert not isinstance(option, click.Option) or option.help, f"{name} {option.name}"


def test_rendering_here_without_the_project_says_what_it_needs(
    pressrun: CommandLine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = tmp_path / "data.csv"
    data.write_text("a\n1\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        render_module, "__file__", str(tmp_path / "site-packages" / "pressrun_client" / "cli" / "render.py")
    )

    result = pressrun("render", "list", data, "-o", "x.pdf")
    pressrun.environment = {**ENVIRONMENT, "PRESSRUN_PROJECT": str(tmp_path)}
    elsewhere = pressrun("render", "list", data, "-o", "x.pdf")

    assert (result.status, elsewhere.status) == (Exit.USAGE, Exit.USAGE)
    assert "make setup" in result.err
    assert "which is not the folder of the Pressrun project" in elsewhere.err
