"""The contracts of the ports that notify people and programs: mailer, webhooks and their secrets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import pytest

from reports.delivery.delivery import DeliveryFault, DeliveryStatus
from reports.delivery.ports import Attachment, Email, Mailer, WebhookSecrets, WebhookSender
from reports.delivery.webhook_and_email_content import EmailContent, EmailRenderer

TIMES = {"created_at": "2026-11-20T11:59:00.000Z", "finished_at": "2026-11-20T12:00:00.000Z"}


class Inbox(Protocol):
    """Where e-mails arrive."""

    def __call__(self, to: str) -> Sequence[tuple[str, str]]:
        """Return subject and text of the messages to an address."""
        ...


class MailerContract:
    """The behaviour of a Mailer. Fixtures: ``mailer``, its ``inbox``, and a fresh address ``to``."""

    def test_a_message_arrives_in_its_words(self, mailer: Mailer, inbox: Inbox, to: str) -> None:
        result = mailer.send(Email(to, "Bereit: Größe 日本", "Hallo", "<p>Hallo</p>"))

        assert result.status is DeliveryStatus.DELIVERED
        [(subject, text)] = inbox(to)
        assert subject == "Bereit: Größe 日本"
        assert text.strip() == "Hallo"

    def test_a_message_with_a_file_is_taken(self, mailer: Mailer, inbox: Inbox, to: str) -> None:
        file = Attachment("größe.pdf", "application/pdf", b"%PDF-1.7\xff")

        result = mailer.send(Email(to, "Ready", "text", "<p>text</p>", (file,)))

        assert result.status is DeliveryStatus.DELIVERED
        assert [subject for subject, _ in inbox(to)] == ["Ready"]

    @pytest.mark.parametrize("subject", ["two\nlines", "two\r\nBcc: evil@example.org"])
    def test_a_subject_that_could_be_another_header_is_refused_for_good(
        self, mailer: Mailer, inbox: Inbox, to: str, subject: str
    ) -> None:
        result = mailer.send(Email(to, subject, "text", "<p>text</p>"))

        assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.EMAIL_REFUSED)
        assert inbox(to) == []


class Hook(Protocol):
    """A receiver of webhooks."""

    url: str

    def received(self) -> Sequence[tuple[bytes, str | None]]:
        """Return the bodies that came, each with its header ``webhook-id``."""
        ...


class WebhookSenderContract:
    """The behaviour of a WebhookSender. Fixtures: ``sender``, and a ``hook`` that it may post to."""

    def test_a_body_arrives_as_it_is_with_its_headers(self, sender: WebhookSender, hook: Hook) -> None:
        body = '{"größe": 1}'.encode()

        result = sender.post(hook.url, body, {"webhook-id": "msg-1"})

        assert result.status is DeliveryStatus.DELIVERED
        assert result.status_code == 204
        assert hook.received() == [(body, "msg-1")]

    @pytest.mark.parametrize("url", ["ftp://example.org/hook", "http://example.org/", "https://u:p@example.org/", "no"])
    def test_an_address_that_is_none_for_webhooks_is_refused_for_good(
        self, sender: WebhookSender, hook: Hook, url: str
    ) -> None:
        result = sender.post(url, b"{}", {})

        assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.BLOCKED_URL)
        assert hook.received() == []


class WebhookSecretsContract:
    """The behaviour of WebhookSecrets. ``secrets_of`` returns them for a ``tenant`` that has such secrets."""

    def test_a_tenants_secrets_come_newest_first(
        self, secrets_of: Callable[[Sequence[str]], WebhookSecrets], tenant: str
    ) -> None:
        assert list(secrets_of(["whsec_bmV3", "whsec_b2xk"]).of(tenant)) == ["whsec_bmV3", "whsec_b2xk"]

    def test_a_tenant_without_secrets_has_none(
        self, secrets_of: Callable[[Sequence[str]], WebhookSecrets], tenant: str
    ) -> None:
        assert list(secrets_of([]).of(tenant)) == []


class EmailRendererContract:
    """The behaviour of an EmailRenderer. ``writer`` comes from a fixture of the subclass."""

    @pytest.mark.parametrize("locale", ["en", "de-CH", "ja", "xx"])
    @pytest.mark.parametrize("title", [None, "Größe 日本"])
    def test_a_letter_in_any_locale_is_an_e_mail_to_its_reader_without_attachments(
        self, writer: EmailRenderer, locale: str, title: str | None
    ) -> None:
        report = {"id": "job-1", "status": "SUCCEEDED", "template": "table", "pages": 2, "bytes": 2000, **TIMES}
        content = EmailContent("ReportSucceeded", report, locale, title, None, None, is_attached=False, with_title=True)

        email = writer.write("a@example.org", content)

        assert email.to == "a@example.org"
        assert email.attachments == ()
        assert email.subject.strip()
        assert email.text.strip()
        assert "</" in email.html
