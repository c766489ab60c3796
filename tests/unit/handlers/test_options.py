"""What can never be is refused with its place, before there is a report of it."""

from __future__ import annotations

import pytest

from reports.jobs.values import JobStatus
from tests.builders import App, direct_message
from tests.unit.handlers.calling import Caller

LETTER = {"template": "letter", "data": {"to": "me"}}
HOOK = "/options/notify/webhook"


@pytest.mark.parametrize(
    "url",
    [
        *("http://example.org/hook", "https://example.org:8443/", "https://localhost/", "https://api.localhost/x"),
        *(
            "https://127.0.0.1/",
            "https://10.1.2.3/x",
            "https://169.254.169.254/latest",
            "https://[::1]/",
            "https://[fd00::1]/",
        ),
        *(
            "https://2130706433/",
            "https://0x7f.1/",
            "https://127.1/",
            "https://localhost./",
            "https://[::ffff:10.0.0.1]/",
        ),
    ],
)
def test_a_webhook_that_can_never_be_called_is_refused(call: Caller, app: App, url: str) -> None:
    answer = call("POST", "/reports", {**LETTER, "options": {"notify": {"webhook": url}}})

    assert (answer.status, answer.json["code"]) == (422, "blocked_url")
    assert [each["pointer"] for each in answer.json["errors"]] == [HOOK]
    assert app.jobs.jobs == {}


@pytest.mark.parametrize("url", ["https://example.org/hook", "https://8.8.8.8/", "https://localhost.example.org/"])
def test_a_webhook_that_may_be_called_is_taken(call: Caller, url: str) -> None:
    assert call("POST", "/reports", {**LETTER, "options": {"notify": {"webhook": url}}}).status == 202


def test_a_locale_that_there_is_not_is_refused(call: Caller, app: App) -> None:
    answer = call("POST", "/reports", {**LETTER, "options": {"locale": "xx-YY"}})

    assert (answer.status, answer.json["code"]) == (422, "unknown_locale")
    assert answer.json["errors"][0]["pointer"] == "/options/locale"
    assert "'xx'" in answer.json["detail"]
    assert app.jobs.jobs == {}


def test_an_item_of_a_batch_is_refused_alone(call: Caller) -> None:
    items = [
        LETTER,
        {**LETTER, "options": {"locale": "xx"}},
        {**LETTER, "options": {"notify": {"webhook": "http://a.b/"}}},
    ]

    answer = call("POST", "/reports/batch", {"items": items})

    codes = [item.get("problem", {}).get("code") for item in answer.json["items"]]
    assert codes == [None, "unknown_locale", "blocked_url"]


def test_a_direct_request_with_such_a_locale_is_made_all_the_same(app: App) -> None:
    app.process(direct_message({**LETTER, "options": {"locale": "xx-YY"}}))

    [job] = app.jobs.jobs.values()
    assert job.status is JobStatus.SUCCEEDED


@pytest.mark.parametrize(
    ("options", "pointer", "says"),
    [
        ({"notify": {"email": "nope"}}, "/options/notify/email", "no e-mail address"),
        ({"notify": {"webhook": "example.org"}}, HOOK, "no URL"),
        ({"locale": "english please"}, "/options/locale", "such as en-GB"),
        ({"replaces": "a b"}, "/options/replaces", "letters, digits"),
    ],
)
def test_what_has_not_its_form_is_told_in_words(
    call: Caller, options: dict[str, object], pointer: str, says: str
) -> None:
    answer = call("POST", "/reports", {**LETTER, "options": options})

    assert (answer.status, answer.json["code"]) == (422, "invalid_data")
    [error] = answer.json["errors"]
    assert (error["pointer"], says in error["message"]) == (pointer, True)
    assert f"at {pointer}: {error['message']}" in answer.json["detail"]
    assert "pattern" not in str(answer.json)
    assert "[A-Za-z" not in str(answer.json)


@pytest.mark.parametrize(
    ("report_id", "says"),
    [
        ("abc", "that is no id"),
        ("019a9d5c-3c8e-7a51-9d2e-6b0f4c1d2e3f", "POST /queue/reports"),
        ("S-D5rG9QFiAFnVg=", "POST /queue/reports"),
    ],
)
def test_an_id_that_is_none_is_told_apart_from_one_without_a_report(call: Caller, report_id: str, says: str) -> None:
    answer = call("GET", f"/reports/{report_id}")

    assert (answer.status, answer.json["code"]) == (404, "job_not_found")
    assert says in answer.json["detail"]
