"""What the command line says of services, keys and people is so."""

from __future__ import annotations

import io
import socket
from dataclasses import replace

import pytest

from pressrun_client import Client
from pressrun_client.cli.app import App as CommandLineApp
from pressrun_client.cli.exits import Exit
from pressrun_client.cli.main import run
from pressrun_client.cli.output import Output
from pressrun_client.timing import IN_REAL_TIME
from reports.jobs.request import NotifyOptions, ReportOptions
from tests.builders import App, a_job
from tests.unit.client.terminal import CommandLine
from tests.unit.handlers.calling import keep


def test_a_key_that_the_service_does_not_know_is_told_by_config(pressrun: CommandLine) -> None:
    known = pressrun("config")
    pressrun.environment = {**pressrun.environment, "PRESSRUN_API_KEY": f"pr_test_{'a' * 16}_{'b' * 43}"}

    unknown = pressrun("config")

    assert "of tenant demo" in known.out
    assert "Answers   yes" in unknown.out
    assert "Known as" not in unknown.out
    assert (unknown.status, "is unknown to this service, or was revoked" in unknown.err) == (Exit.NOT_ALLOWED, True)


@pytest.mark.parametrize("answer", [b"{}", b'{"services": {"s3": "running"}}', b'{"status": "ok"}', b"[]", b"<html>"])
def test_an_address_where_another_service_answers_is_told_by_config(pressrun: CommandLine, answer: bytes) -> None:
    pressrun.world.api.faults = [(200, {}, answer)]

    result = pressrun("config")

    assert "Answers" not in result.out
    assert "This is not an answer of Pressrun" in result.err
    assert result.status != Exit.OK


def test_who_will_be_told_is_shown_before_the_report_has_ended(pressrun: CommandLine, app: App) -> None:
    keep(app, replace(a_job("job-1"), options=ReportOptions(notify=NotifyOptions(email="a@b.org"))))
    keep(app, a_job("job-2"))

    table, shown = pressrun("deliveries", "job-1").out, pressrun("deliveries", "job-1", "--json").documents

    assert table.splitlines()[1].split()[:4] == ["–", "email", "a@b.org", "PLANNED"]
    assert shown == [{"channel": "email", "address": "a@b.org", "status": "PLANNED"}]
    assert "This report has no e-mail address or webhook to notify." in pressrun("deliveries", "job-2").err


def test_what_is_interrupted_before_anything_is_asked_for_says_so(
    pressrun: CommandLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Client, "template", interrupt)

    result = pressrun("submit", "letter", "--sample", "--wait")

    assert (result.status, result.err) == (Exit.INTERRUPTED, "Interrupted. No report was asked for yet.\n")


def test_a_stack_that_is_down_on_this_machine_is_told_at_once_with_how_to_start_it() -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{unused.getsockname()[1]}/x"
    slept: list[float] = []
    out, err = io.StringIO(), io.StringIO()

    status = run(
        ["list"],
        CommandLineApp(
            output=Output(out, err),
            environment={"PRESSRUN_URL": address, "PRESSRUN_API_KEY": "pr_test_x", "HOME": "/nowhere"},
            connect=lambda found: Client(found.url, found.api_key, waiting=replace(IN_REAL_TIME, sleep=slept.append)),
        ),
    )

    assert (status, slept) == (Exit.SERVICE, [])
    assert "`make up` in the project's folder starts a stack here." in err.getvalue()
