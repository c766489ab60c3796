"""See that an e-mail is whole, and that nothing of a caller's gets into its headers."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from typing import Any, cast

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from reports.adapters.email_messages import message_of
from reports.adapters.ses_mailer import SESMailer
from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus
from reports.delivery.ports import Attachment, Email

SENDER = "reports@example.com"
LETTER = Email("a@example.org", "Ihr Bericht „Größe“ ist fertig", "Zeile 1\nGröße\n", "<p>Größe</p>")


class StubSES:
    """Answer as SES does."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.sent: list[dict[str, Any]] = []

    def send_raw_email(self, **request: Any) -> dict[str, str]:
        if self.error is not None:
            raise self.error
        self.sent.append(request)
        return {"MessageId": "1"}


def send(ses: StubSES, letter: Email = LETTER) -> AttemptResult:
    return SESMailer(cast("Any", ses), SENDER).send(letter)


def refusal(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": "a@example.org is bad"}}, "SendRawEmail")


def test_it_arrives_with_text_html_and_attachment() -> None:
    ses = StubSES()

    assert send(
        ses, replace(LETTER, attachments=(Attachment("Größe.pdf", "application/pdf", b"%PDF\xff"),))
    ) == AttemptResult(DeliveryStatus.DELIVERED)

    [request] = ses.sent
    assert (request["Source"], request["Destinations"]) == (SENDER, ["a@example.org"])
    message = email.message_from_bytes(request["RawMessage"]["Data"], policy=email.policy.default)
    assert (message["From"], message["To"]) == ("Pressrun <reports@example.com>", "a@example.org")
    assert message["Subject"] == LETTER.subject
    assert message["Auto-Submitted"] == "auto-generated"
    text, html = message.get_body(("plain",)), message.get_body(("html",))
    assert text is not None
    assert html is not None
    assert text.get_content().splitlines() == LETTER.text.splitlines()
    assert html.get_content().strip() == LETTER.html
    [attached] = message.iter_attachments()
    assert (attached.get_filename(), attached.get_content_type()) == ("Größe.pdf", "application/pdf")
    assert attached.get_payload(decode=True) == b"%PDF\xff"


def test_every_byte_gets_through_every_mail_server() -> None:
    content = message_of(LETTER, SENDER)

    assert max(content) < 128
    assert max(len(line) for line in content.split(b"\r\n")) < 998


@pytest.mark.parametrize(
    "letter",
    [
        replace(LETTER, to="a@example.org\r\nBcc: b@example.org"),
        replace(LETTER, to="a@example.org\nBcc: b@example.org"),
        replace(LETTER, to="a@example.org, b@example.org"),
        replace(LETTER, to="<a@example.org> b"),
        replace(LETTER, to="nobody"),
        replace(LETTER, to=""),
        replace(LETTER, subject="a\r\nBcc: b@example.org"),
        replace(LETTER, subject="a\rb"),
        replace(LETTER, attachments=(Attachment("a\r\nX: y", "application/pdf", b""),)),
    ],
)
def test_nothing_gets_into_the_headers(letter: Email) -> None:
    ses = StubSES()

    result = send(ses, letter)

    assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.EMAIL_REFUSED)
    assert ses.sent == []


@pytest.mark.parametrize("code", ["MessageRejected", "MailFromDomainNotVerifiedException", "InvalidParameterValue"])
def test_what_ses_refuses_is_over_and_addresses_are_not_quoted(code: str) -> None:
    result = send(StubSES(refusal(code)))

    assert (result.status, result.reason_code) == (DeliveryStatus.FAILED, DeliveryFault.EMAIL_REFUSED)
    assert result.reason == f"SES refused it: {code}."


@pytest.mark.parametrize(
    "error", [refusal("Throttling"), refusal("AccessDenied"), EndpointConnectionError(endpoint_url="https://ses")]
)
def test_what_may_pass_is_tried_again(error: Exception) -> None:
    result = send(StubSES(error))

    assert (result.status, result.reason_code) == (DeliveryStatus.PENDING, DeliveryFault.EMAIL_UNAVAILABLE)
