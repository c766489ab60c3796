"""Tenants see what their reports have taken, from Python and from a shell."""

from __future__ import annotations

from datetime import date

import pytest

from pressrun_client import UnexpectedAnswerError
from pressrun_client.cli.exits import Exit
from tests.builders import App
from tests.unit.client.terminal import CommandLine
from tests.unit.client.wire import World


def made(app: App, world: World) -> str:
    job = world.client.submit("letter", {"to": "me"}).id
    app.renderer.before = lambda: app.clock.advance(seconds=2)
    if not app.jobs.get(job).status.is_final:
        app.process(app.queue.sent[-1])
    return job


def test_a_report_that_is_over_says_what_it_cost(world: World, app: App) -> None:
    job = made(app, world)

    assert world.client.get(job).cost == app.jobs.get(job).cost / 10**9


def test_people_see_a_line_for_each_and_the_sum(pressrun: CommandLine, app: App) -> None:
    for _ in range(2):
        made(app, pressrun.world)

    result = pressrun("costs", "--since", str(app.clock.now().date()))

    heading, line, total, note = result.out.splitlines()
    assert (result.status, heading.split()) == (Exit.OK, ["REPORTS", "SECONDS", "USD", "TEMPLATE"])
    assert line.split()[0] == total.split()[0] == "2"
    assert line.split()[-1] == "letter"
    assert "us-east-1" in note


def test_programs_get_the_sums_as_they_came(pressrun: CommandLine) -> None:
    [document] = pressrun("costs", "--json", "--by", "day").documents

    assert (document["by"], document["entries"]) == ("day", [])


def test_a_number_that_is_none_is_no_answer(world: World) -> None:
    world.api.faults = [(200, {}, b'{"by": "template", "since": "x", "until": "x", "reports": 1, "prices": {}}')]

    with pytest.raises(UnexpectedAnswerError):
        world.client.usage(since=date(2026, 11, 1))
