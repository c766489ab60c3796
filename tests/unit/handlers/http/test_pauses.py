"""Callers see why their reports wait."""

from __future__ import annotations

from reports.errors import ServiceUnavailableError
from reports.jobs.pauses import Pause
from tests.builders import App
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}


def test_a_request_is_accepted_at_once_and_says_why_it_waits(call: Caller, app: App) -> None:
    app.kept_pauses.pauses.append(Pause("The bank is closed.", app.clock.now(), tenant="demo"))

    answer = call("POST", "/reports", LETTER, {"Prefer": "wait=20"})
    shown = call("GET", f"/reports/{answer.json['id']}")

    assert (answer.status, answer.json["status"]) == (202, "PENDING")
    assert "Preference-Applied" not in answer.headers
    assert answer.json["paused"]["reason"] == shown.json["paused"]["reason"] == "The bank is closed."
    assert answer.headers["Retry-After"] == shown.headers["Retry-After"] == "60"


def test_others_see_nothing_of_it(call: Caller, app: App) -> None:
    app.kept_pauses.pauses.append(Pause("The bank is closed.", app.clock.now(), tenant="acme"))

    answer = call("POST", "/reports", LETTER)

    assert "paused" not in answer.json
    assert "paused" not in call("GET", f"/reports/{answer.json['id']}").json


def test_a_request_is_accepted_though_pauses_cannot_be_read(call: Caller, app: App) -> None:
    app.kept_pauses.refuse = ServiceUnavailableError("down")

    assert call("POST", "/reports", LETTER).status == 202
