"""Whoever asked to be told is told: by webhooks that are signed, and by e-mail."""

from __future__ import annotations

import email
import email.policy
import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import requests
from standardwebhooks.webhooks import Webhook

from reports.standard_webhooks import new_secret
from tests.functional.service import Service, until
from tests.receiver import Received, Receiver, status
from tools.deploy import messaging

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}


@pytest.fixture(scope="module")
def receiver(service: Service) -> Iterator[Receiver]:
    with Receiver(service.webhook_port) as listening:
        yield listening


@pytest.fixture(scope="module")
def secret(service: Service) -> str:
    """Return the newest secret of the tenant, as `make webhook-secret` keeps it."""
    name = f"/pressrun/{service.stage}/webhook-secrets/demo"
    fresh = new_secret()
    service.ssm.put_parameter(Name=name, Value=f"{fresh}\n{new_secret()}", Type="SecureString", Overwrite=True)
    return fresh


def submit(service: Service, notify: dict[str, str], data: Any = ROWS, **options: Any) -> str:
    body = {"template": "table", "data": data, "options": {"notify": notify, **options}}
    answer = service.post("/reports", body)
    assert answer.status_code == 202, answer.text
    return str(answer.json()["id"])


def received(receiver: Receiver, path: str, count: int = 1) -> list[Received]:
    found = lambda: receiver.at(path) if len(receiver.at(path)) >= count else None  # noqa: E731
    return until(found, seconds=60, what=lambda: f"{count} webhooks at {path}: {receiver.at(path)}")


def inbox(service: Service) -> list[EmailMessage]:
    """Return the e-mails that the emulator has taken, as messages with subject, text and HTML."""
    if service.is_localstack:
        taken = requests.get(f"{service.endpoint_url}/_aws/ses", timeout=30).json()["messages"]
        return [email.message_from_string(one["RawData"], policy=email.policy.default) for one in taken]
    accounts = requests.get(f"{service.endpoint_url}/_ministack/ses/messages", timeout=30).json()
    found = []
    for one in (message for of_account in accounts["messages"].values() for message in of_account):
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = one["Source"], ", ".join(one["To"]), one["Subject"]
        message.set_content(one["BodyText"])
        message.add_alternative(one["BodyHtml"], subtype="html")
        found.append(message)
    return found


def taken(service: Service, to: str) -> EmailMessage:
    """Wait for the e-mail to an address."""

    def found() -> EmailMessage | None:
        return next((message for message in inbox(service) if message["To"] == to), None)

    return until(found, seconds=60, what=f"an e-mail to {to}")


def hook(service: Service, path: str) -> str:
    return f"http://127.0.0.1:{service.webhook_port}{path}"


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def test_a_report_that_is_ready_is_told_by_a_webhook_that_can_be_verified(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    report_id = submit(service, {"webhook": hook(service, f"/{unique}?token=a%20b")})

    [request] = received(receiver, f"/{unique}")

    content = Webhook(secret).verify(request.body, dict(request.headers))
    assert request.path == f"/{unique}?token=a%20b"
    assert (content["type"], content["data"]["id"]) == ("ReportSucceeded", report_id)
    pdf = requests.get(content["data"]["download"]["url"], timeout=30)
    assert len(pdf.content) == content["data"]["bytes"]
    assert service.get(content["data"]["links"]["self"]).json()["status"] == "SUCCEEDED"


def test_a_report_that_failed_is_told_with_its_reason(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    body = {"template": "nope", "data": {}, "options": {"notify": {"webhook": hook(service, f"/{unique}")}}}
    assert service.post("/queue/reports", body).status_code == 202

    [request] = received(receiver, f"/{unique}")

    content = Webhook(secret).verify(request.body, dict(request.headers))
    assert (content["type"], content["data"]["error"]["code"]) == ("ReportFailed", "unknown_template")
    assert "download" not in content["data"]


def test_a_receiver_that_refuses_at_first_is_asked_again_under_the_same_id(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    receiver.answers[f"/{unique}"] = [status(503), status(429, Retry_After="2"), status(302, Location="/elsewhere")]

    report_id = submit(service, {"webhook": hook(service, f"/{unique}")})

    requested = received(receiver, f"/{unique}", 4)
    assert len({request.headers["webhook-id"] for request in requested}) == 1
    for request in requested:
        assert Webhook(secret).verify(request.body, dict(request.headers))["data"]["id"] == report_id
    assert receiver.at("/elsewhere") == []


def test_an_email_says_where_the_report_is(service: Service, unique: str) -> None:
    to = f"{unique}@example.org"
    report_id = submit(service, {"email": to}, title="Größe & Gewicht", locale="de-DE")

    message = taken(service, to)

    assert message["Subject"] == "Ihr Bericht „Größe & Gewicht“ ist fertig"
    link = re.search(r"^http\S+X-Amz-Signature\S+$", text_of(message), re.MULTILINE)
    assert link
    assert requests.get(link[0], timeout=30).content.startswith(b"%PDF")
    assert report_id in text_of(message)
    html = message.get_body(("html",))
    assert html is not None
    assert link[0].replace("&", "&amp;") in html.get_content()


def test_an_email_says_why_there_is_no_report(service: Service, unique: str) -> None:
    to = f"{unique}@example.org"
    body = {"template": "nope", "data": {}, "options": {"notify": {"email": to}}}
    assert service.post("/queue/reports", body).status_code == 202

    text = text_of(taken(service, to))

    assert "There is no template named 'nope'" in text
    assert "Correct what the reason names" in text


def test_http_subscribers_are_retried_with_growing_waits(service: Service) -> None:
    attributes = service.sns.get_topic_attributes(TopicArn=service.events_topic)["Attributes"]

    assert json.loads(attributes["DeliveryPolicy"]) == messaging.DELIVERY_POLICY
