"""See what people read when a report has ended."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reports import errors
from reports.bootstrap import EMAILS
from reports.delivery.emails import ADVICE, EmailTemplates
from reports.delivery.ports import Email
from reports.delivery.webhook_and_email_content import Download, EmailContent
from tests.examples import examples
from tests.unit.test_docs import leaves

WRITER = EmailTemplates(EMAILS)
UNTIL = datetime(2026, 11, 20, 13, 5, tzinfo=UTC)
REPORT: dict[str, Any] = {
    "id": "job-1",
    "status": "SUCCEEDED",
    "template": "table",
    "created_at": "2026-11-20T11:59:00.000Z",
    "finished_at": "2026-11-20T12:00:00.000Z",
    "pages": 3,
    "bytes": 1_450_000,
    "filename": "orders.pdf",
}
FAILURE = {"code": "invalid_data", "message": "At /rows: 'x' is <wrong> & more."}


def write(locale: str = "en", **changes: Any) -> Email:
    values: dict[str, Any] = {
        "event_name": "ReportSucceeded",
        "report": REPORT,
        "locale": locale,
        "title": None,
        "url": "https://api.test/reports/job-1",
        "download": Download("https://s3.test/a.pdf?X=1&Y=2", UNTIL),
        "is_attached": False,
        "with_title": True,
    }
    return WRITER.write("a@example.org", EmailContent(**(values | changes)))


def write_failure(locale: str = "en", **changes: Any) -> Email:
    report = {**REPORT, "status": "FAILED", "error": FAILURE}
    return write(locale, **({"event_name": "ReportFailed", "report": report, "download": None} | changes))


def test_a_report_that_is_ready_comes_with_a_link_and_how_long_it_works() -> None:
    email = write()

    assert email.subject == "Your report “orders.pdf” is ready"
    assert "https://s3.test/a.pdf?X=1&Y=2" in email.text
    assert 'href="https://s3.test/a.pdf?X=1&amp;Y=2"' in email.html
    for text in (email.text, email.html):
        assert "2026-11-20 13:05 UTC" in text
        assert "https://api.test/reports/job-1/pdf" in text
        assert "1.4 MB" in text or "1.5 MB" in text


def test_a_report_that_failed_comes_with_its_reason_and_what_to_do() -> None:
    email = write_failure()

    assert email.subject == "Your report “orders.pdf” could not be made"
    assert FAILURE["message"] in email.text
    assert "At /rows: &#39;x&#39; is &lt;wrong&gt; &amp; more." in email.html
    for text in (email.text, email.html):
        assert "Correct the error that the reason names" in text
        assert "invalid_data" in text


@pytest.mark.parametrize(
    ("locale", "word"),
    [("de", "fertig"), ("de-CH", "fertig"), ("de_AT", "fertig"), ("en-GB", "ready"), ("fr", "ready"), ("DE", "fertig")],
)
def test_the_language_is_that_of_the_report_or_english(locale: str, word: str) -> None:
    email = write(locale)

    assert word in email.subject
    assert f'<html lang="{"de" if word == "fertig" else "en"}"' in email.html


@pytest.mark.parametrize("locale", ["en", "de"])
def test_the_two_languages_say_the_same_things(locale: str) -> None:
    for folder in ("succeeded", "failed"):
        labels = json.loads((EMAILS / folder / "labels.json").read_text("utf-8"))
        assert labels[locale].keys() == labels["en"].keys()
        fields = {name: set(re.findall(r"\{\w+\}", str(text))) for name, text in labels["en"].items()}
        assert {name: set(re.findall(r"\{\w+\}", str(text))) for name, text in labels[locale].items()} == fields


def test_every_error_that_is_for_good_has_an_advice_of_its_own() -> None:
    assert set(ADVICE) == {kind.code for kind in leaves(errors.PermanentError)}
    for lang in json.loads((EMAILS / "failed" / "labels.json").read_text("utf-8")).values():
        assert set(lang["advice"]) == {*ADVICE.values(), "later"}


@settings(max_examples=examples(40), deadline=None)
@given(title=st.text(min_size=1, max_size=200))
def test_a_title_cannot_break_out_of_the_subject_or_become_markup(title: str) -> None:
    email = write(title=f"{title}\r\nBcc: x@y.z<script>")

    assert len(email.subject.splitlines()) <= 1
    assert "<script>" not in email.html


def test_a_very_long_title_is_cut() -> None:
    assert len(write(title="x" * 200).subject) < 160


def test_it_says_so_when_the_pdf_is_attached() -> None:
    assert "attached" in write(is_attached=True).text
    assert "attached" not in write().text


@pytest.mark.parametrize("write_one", [write, write_failure])
@pytest.mark.parametrize("locale", ["en", "de"])
def test_it_does_without_what_is_not_known(write_one: Any, locale: str) -> None:
    email = write_one(locale, url=None, download=None)

    assert "None" not in email.text + email.html
    assert not re.search(r"\{\w+\}", email.text)


def test_html_brings_nothing_from_elsewhere() -> None:
    html = write().html + write_failure().html

    assert not re.search(r"<(img|link|script|iframe)|@import|url\(", html)


def test_the_templates_are_where_packages_look_for_them() -> None:
    names = {path.name for path in Path(EMAILS).rglob("*.jinja")}

    assert names == {"subject.txt.jinja", "message.txt.jinja", "message.html.jinja", "frame.html.jinja"}


@pytest.mark.parametrize(
    ("locale", "ready", "failed"),
    [
        ("en", "Your report is ready", "Your report could not be made"),
        ("de", "Ihr Bericht ist fertig", "Ihr Bericht konnte nicht erstellt werden"),
    ],
)
def test_a_subject_has_no_word_of_the_tenants_unless_that_is_allowed(locale: str, ready: str, failed: str) -> None:
    report = {**REPORT, "filename": "call.pdf", "template": "call-me"}
    email = write(locale, with_title=False, title="Call +49 30 1234", report=report)

    assert email.subject == ready
    assert "Call +49 30 1234" in email.text
    assert write_failure(locale, with_title=False, title="Call +49 30 1234").subject == failed
