"""What those who asked to be told are told, and in which form."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
from standardwebhooks.webhooks import Webhook

from reports.delivery.delivery import DeliveryStatus
from reports.errors import TemplateBrokenError
from tests.unit.delivery.notifier import HOOK, Notifier, told

SCHEMAS = Path(__file__).resolve().parents[3] / "docs" / "events"


def test_a_webhook_is_sent_signed_with_the_event_and_a_link(notifier: Notifier) -> None:
    delivery = told(notifier, webhook=HOOK)

    [(url, body, headers)] = notifier.webhooks.sent
    assert url == HOOK
    content = json.loads(body)
    assert content["type"] == "ReportSucceeded"
    assert content["data"]["id"] == delivery.job_id
    assert content["data"]["download"]["url"].startswith("https://objects.test/reports/demo/")
    assert content["data"]["download"]["expires_at"] == "2026-11-20T13:00:00Z"
    assert content["data"]["links"]["self"] == f"https://api.test/reports/{delivery.job_id}"
    assert headers["webhook-id"] == f"msg_{delivery.event_id}_1"
    assert delivery.status is DeliveryStatus.DELIVERED
    assert [(attempt.status_code, attempt.fault) for attempt in delivery.attempts] == [(204, None)]


def test_a_receiver_can_verify_it(notifier: Notifier, monkeypatch: pytest.MonkeyPatch) -> None:
    told(notifier, webhook=HOOK)
    [(_, body, headers)] = notifier.webhooks.sent
    webhook = Webhook(notifier.secrets.secrets[0])
    # The clock of these tests stands still, and the library minds the time.
    monkeypatch.setattr(webhook, "_Webhook__verify_timestamp", lambda value: notifier.clock.now())

    assert webhook.verify(body, dict(headers)) == json.loads(body)


@pytest.mark.parametrize("fault", [None, TemplateBrokenError("The template is broken.")])
def test_the_body_of_a_webhook_is_as_its_schema_says(notifier: Notifier, fault: Exception | None) -> None:
    notifier.app.renderer.faults = [fault] if fault else []
    told(notifier, webhook=HOOK)

    body = json.loads(notifier.webhooks.sent[0][1])

    schema = json.loads((SCHEMAS / "webhook.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(body)
    assert body["data"]["status"] == ("FAILED" if fault else "SUCCEEDED")


def test_an_email_is_written_in_the_reports_own_terms(notifier: Notifier) -> None:
    job = notifier.ended_job(notify={"email": "a@example.org"}, locale="de-CH", title="Größe")

    notifier.tell(job)
    notifier.work_off()

    [letter] = notifier.letters.letters
    assert (letter.locale, letter.title, letter.is_attached) == ("de-CH", "Größe", False)
    assert letter.download is not None
    [email] = notifier.mailer.sent
    assert (email.to, email.attachments) == ("a@example.org", ())


@pytest.mark.parametrize(("limit", "count"), [(12, 0), (13, 1)])
def test_a_small_pdf_is_attached(limit: int, count: int) -> None:
    notifier = Notifier(attachment_bytes=limit)

    told(notifier, email="a@example.org")

    assert [file.body for file in notifier.mailer.sent[0].attachments] == [b"%PDF-1.7 fake"] * count
    assert notifier.letters.letters[0].is_attached is bool(count)


def test_a_failure_is_told_with_its_reason_and_without_a_link(notifier: Notifier) -> None:
    notifier.app.renderer.faults = [TemplateBrokenError("The template is broken.")]
    told(notifier, email="a@example.org", webhook=HOOK)

    [letter] = notifier.letters.letters
    content = json.loads(notifier.webhooks.sent[0][1])
    assert (letter.event_name, letter.download) == ("ReportFailed", None)
    assert letter.report["error"]["code"] == content["data"]["error"]["code"] == "template_broken"
    assert "download" not in content["data"]


def test_a_failure_is_told_as_one_though_the_report_was_made_meanwhile() -> None:
    notifier = Notifier(attachment_bytes=1000)
    notifier.app.renderer.faults = [TemplateBrokenError("The template is broken.")]
    failed = notifier.ended_job(notify={"email": "a@example.org", "webhook": HOOK})
    notifier.app.retry(failed)
    notifier.app.process(notifier.app.queue.sent[-1])

    notifier.tell(failed)
    notifier.work_off()

    [letter] = notifier.letters.letters
    assert notifier.app.jobs.get(failed.id).pdf is not None
    assert (letter.event_name, letter.download, letter.is_attached) == ("ReportFailed", None, False)
    assert notifier.mailer.sent[0].attachments == ()
    assert "download" not in json.loads(notifier.webhooks.sent[0][1])["data"]


def test_only_those_who_asked_are_notified(notifier: Notifier) -> None:
    notifier.tell(notifier.ended_job())

    assert notifier.deliveries.deliveries == {}
    assert notifier.queue.sent == 0
