"""Show as whom the service knows its caller."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from pressrun_client import Caller, Client, Limits, UnexpectedAnswerError, Used
from pressrun_client.cli.exits import Exit
from reports.access.identity import Scope
from tests.builders import App
from tests.unit.client.terminal import CommandLine
from tests.unit.client.wire import URL, Fault, World

ME = {
    "tenant": "demo",
    "subject": "key:abcdef",
    "scopes": ["read", "submit"],
    "limits": {"reports_per_day": 10_000, "rows_per_report": 250_000, "bytes_per_report": 200_000_000},
    "used": {"reports_today": 1234, "resets_at": "2026-11-22T00:00:00.000Z"},
}


def answer(content: Any) -> Fault:
    return 200, {}, json.dumps(content).encode()


def test_the_caller_is_read_with_what_it_may_ask_for(world: World) -> None:
    world.api.faults = [answer({**ME, "of a later release": 1})]

    caller = world.client.me()

    assert world.api.sent[0].path == "/me"
    assert caller == Caller(
        "demo",
        "key:abcdef",
        ("read", "submit"),
        Limits(reports_per_day=10_000, rows_per_report=250_000, bytes_per_report=200_000_000),
        Used(reports_today=1234, resets_at=datetime(2026, 11, 22, tzinfo=UTC)),
    )
    assert caller.document["of a later release"] == 1


def test_a_service_that_limits_computing_says_so(world: World) -> None:
    me: dict[str, Any] = json.loads(json.dumps(ME))
    me["limits"]["compute_seconds_per_day"] = 36_000
    me["used"]["compute_seconds_today"] = 12
    world.api.faults = [answer(me)]

    caller = world.client.me()

    assert (caller.limits.compute_seconds_per_day, caller.used.compute_seconds_today) == (36_000, 12)


def test_a_key_that_may_only_submit_learns_that(world: World, app: App) -> None:
    world.client.submit("letter", {"to": "me"})
    client = Client(URL, app.key_of("demo", Scope.SUBMIT), session=world.new_session())

    caller = client.me()

    assert (caller.tenant, caller.scopes) == ("demo", ("submit",))
    assert caller.subject.startswith("key:")
    assert caller.used.reports_today == 1
    assert caller.limits.bytes_per_report == 200_000_000


@pytest.mark.parametrize("missing", sorted(ME))
def test_an_answer_without_a_member_is_told_apart(world: World, missing: str) -> None:
    world.api.faults = [answer({name: value for name, value in ME.items() if name != missing})]

    with pytest.raises(UnexpectedAnswerError, match=missing):
        world.client.me()


def test_people_see_it_in_lines(pressrun: CommandLine) -> None:
    pressrun.world.api.faults = [answer(ME)]

    result = pressrun("whoami")

    assert (result.status, result.err) == (Exit.OK, "")
    lines = dict(line.split(maxsplit=1) for line in result.out.splitlines())
    assert (lines["Tenant"], lines["May"]) == ("demo", "read, submit")
    assert lines["Known"] == "as  key:abcdef"
    assert lines["Reports"].startswith("1,234 of 10,000 today, anew at 2026-11-2")
    assert (lines["Rows"], lines["Size"].partition(" of")[0]) == ("at most 250,000 in a report", "at most 200.0 MB")


def test_programs_get_it_as_it_came(pressrun: CommandLine) -> None:
    pressrun.world.api.faults = [answer(ME)]

    assert pressrun("whoami", "--json").documents == [ME]


def test_a_service_of_an_earlier_release_does_not_know(pressrun: CommandLine) -> None:
    pressrun.world.api.faults = [(404, {}, b'{"code": "unknown_route", "detail": "There is no such route."}')]

    assert pressrun("whoami").status == Exit.NOT_FOUND
