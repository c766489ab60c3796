"""Tenants see what their reports have taken, and about what that cost; nothing of others."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.builders import App
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}


def made(app: App, call: Caller, number: int = 1) -> None:
    for _ in range(number):
        assert call("POST", "/reports", LETTER).status == 202
        app.renderer.before = lambda: app.clock.advance(seconds=2)
        app.process(app.queue.sent[-1])


def test_reports_are_summed_up_by_template_and_by_day(call: Caller, app: App) -> None:
    made(app, call, 2)
    today = app.clock.now().date()
    app.clock.advance(hours=24)
    made(app, call)

    by_template = call("GET", "/usage").json
    by_day = call("GET", f"/usage?by=day&since={today}&until={today}").json

    [entry] = by_template["entries"]
    assert (entry["template"], entry["reports"], entry["compute_seconds"]) == ("letter", 3, 6.0)
    assert by_template["cost"] == entry["cost"] > 0.0002
    assert by_template["until"] == str(today + timedelta(days=1))
    assert [(each["day"], each["reports"]) for each in by_day["entries"]] == [(str(today), 2)]
    assert by_template["prices"]["region"] == "us-east-1"


def test_of_other_tenants_nothing_is_seen(call: Caller, app: App) -> None:
    made(app, call)

    answer = call.with_key(app.key_of("acme"))("GET", "/usage")

    assert (answer.status, answer.json["entries"], answer.json["cost"]) == (200, [], 0)


@pytest.mark.parametrize(
    "query",
    ["by=tenant", "since=yesterday", "since=2026-11-02&until=2026-11-01", "since=2020-01-01", "until=0", "tenant=acme"],
)
def test_a_query_that_cannot_be_answered_is_refused(call: Caller, query: str) -> None:
    answer = call("GET", f"/usage?{query}")

    assert (answer.status, answer.json["code"]) == (422, "invalid_data")


def test_a_report_that_is_over_says_what_it_cost(call: Caller, app: App) -> None:
    made(app, call)
    [job] = app.jobs.jobs

    assert call("GET", f"/reports/{job}").json["cost"] == app.jobs.get(job).cost / 10**9
