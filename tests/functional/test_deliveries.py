"""Those who asked for it are notified: by webhooks that are signed, and by e-mail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import EmailMessage
from typing import Any

import pytest
import requests
from standardwebhooks.webhooks import Webhook

from reports.delivery.standard_webhooks import new_secret
from tests.functional.inbox import inbox, text_of
from tests.functional.service import Service, until
from tests.receiver import Received, Receiver, status
from tools.deploy import messaging

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}


@pytest.fixture(scope="module")
def receiver(service: Service) -> Iterator[Receiver]:
    host, port = service.webhook_host
    with Receiver(port, host=host) as listening:
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


def taken(service: Service, to: str) -> EmailMessage:
    """Wait for the e-mail to an address."""

    def found() -> EmailMessage | None:
        return next((message for message in inbox(service) if message["To"] == to), None)

    return until(found, seconds=60, what=f"an e-mail to {to}")


def test_a_report_that_is_ready_is_told_by_a_webhook_that_can_be_verified(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    report_id = submit(service, {"webhook": service.hook(f"/{unique}?token=a%20b")})

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
    body = {"template": "nope", "data": {}, "options": {"notify": {"webhook": service.hook(f"/{unique}")}}}
    assert service.post("/queue/reports", body).status_code == 202

    [request] = received(receiver, f"/{unique}")

    content = Webhook(secret).verify(request.body, dict(request.headers))
    assert (content["type"], content["data"]["error"]["code"]) == ("ReportFailed", "unknown_template")
    assert "download" not in content["data"]


def test_a_receiver_that_refuses_at_first_is_asked_again_under_the_same_id(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    receiver.answers[f"/{unique}"] = [status(503), status(429, Retry_After="2"), status(302, Location="/elsewhere")]

    report_id = submit(service, {"webhook": service.hook(f"/{unique}")})

    requested = received(receiver, f"/{unique}", 4)
    assert len({request.headers["webhook-id"] for request in requested}) == 1
    for request in requested:
        assert Webhook(secret).verify(request.body, dict(request.headers))["data"]["id"] == report_id
    assert receiver.at("/elsewhere") == []


def deliveries(service: Service, report_id: str) -> list[dict[str, Any]]:
    answer = service.get(f"/reports/{report_id}/deliveries")
    assert answer.status_code == 200, answer.text
    return list(answer.json()["deliveries"])


def in_status(service: Service, report_id: str, status: str, attempts: int) -> dict[str, Any]:
    """Wait for a report's only delivery to be in a status, after some attempts."""

    def found() -> dict[str, Any] | None:
        shown = deliveries(service, report_id)
        return next((d for d in shown if d["status"] == status and len(d["attempts"]) >= attempts), None)

    what = lambda: f"{status} after {attempts} attempts: {deliveries(service, report_id)}"  # noqa: E731
    return until(found, seconds=60, what=what)


def test_the_log_of_a_report_tells_every_attempt(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    receiver.answers[f"/{unique}"] = [status(500)]

    report_id = submit(service, {"webhook": service.hook(f"/{unique}")})

    delivered = in_status(service, report_id, "DELIVERED", 2)
    assert [attempt["status_code"] for attempt in delivered["attempts"]] == [500, 200]
    assert [attempt.get("fault") for attempt in delivered["attempts"]] == ["refused", None]
    assert (delivered["number"], delivered["channel"]) == (1, "webhook")


def test_a_delivery_can_be_replayed(service: Service, unique: str, receiver: Receiver, secret: str) -> None:
    receiver.answers[f"/{unique}"] = [status(410)]
    report_id = submit(service, {"webhook": service.hook(f"/{unique}")})
    in_status(service, report_id, "GIVEN_UP", 1)

    answer = service.post(f"/reports/{report_id}/deliveries/1/replay", "")

    assert (answer.status_code, answer.json()["status"]) == (202, "PENDING")
    in_status(service, report_id, "DELIVERED", 2)
    first, second = received(receiver, f"/{unique}", 2)
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    Webhook(secret).verify(second.body, dict(second.headers))
    assert service.post(f"/reports/{report_id}/deliveries/2/replay", "").status_code == 404


@pytest.mark.parametrize("url", ["https://169.254.169.254/latest/meta-data/", "https://[::1]/", "http://10.0.0.1/"])
def test_a_webhook_that_leads_inside_is_refused_with_its_place(service: Service, url: str) -> None:
    body = {"template": "table", "data": ROWS, "options": {"notify": {"webhook": url}}}

    answer = service.post("/reports", body)

    assert (answer.status_code, answer.json()["code"]) == (422, "blocked_url")
    assert answer.json()["errors"][0]["pointer"] == "/options/notify/webhook"


def test_an_event_that_sns_tells_twice_is_one_delivery(
    service: Service, unique: str, receiver: Receiver, secret: str
) -> None:
    report_id = submit(service, {"webhook": service.hook(f"/{unique}")})
    delivered = in_status(service, report_id, "DELIVERED", 1)
    event = {"v": 1, "id": delivered["event"]["id"], "type": "ReportSucceeded", "report": {"id": report_id}}
    for _ in range(3):
        service.sqs.send_message(QueueUrl=service.notify_queue_url, MessageBody=json.dumps(event))

    submit(service, {"webhook": service.hook(f"/{unique}-marker")})
    received(receiver, f"/{unique}-marker")

    assert deliveries(service, report_id) == [delivered]
    assert len(receiver.at(f"/{unique}")) == 1


def test_a_message_that_is_not_understood_is_a_dead_letter_with_the_reason(service: Service, unique: str) -> None:
    service.sqs.send_message(QueueUrl=service.notify_queue_url, MessageBody=f"nonsense {unique}")

    letter = until(
        lambda: dead_letter(service, f"nonsense {unique}"), seconds=60, what=lambda: "a dead letter of the notify queue"
    )

    assert "is not JSON" in letter["MessageAttributes"]["reason"]["StringValue"]


def dead_letter(service: Service, body: str) -> Any:
    found = service.sqs.receive_message(
        QueueUrl=service.notify_dlq_url,
        MaxNumberOfMessages=10,
        WaitTimeSeconds=1,
        VisibilityTimeout=1,
        MessageAttributeNames=["All"],
    )
    for message in found.get("Messages", []):
        if message["Body"] == body:
            service.sqs.delete_message(QueueUrl=service.notify_dlq_url, ReceiptHandle=message["ReceiptHandle"])
            return message
    return None


def test_an_email_says_where_the_report_is(service: Service, unique: str) -> None:
    to = f"{unique}@example.org"
    report_id = submit(service, {"email": to}, title="Größe & Gewicht", locale="de-DE")

    message = taken(service, to)

    assert message["Subject"] == "Ihr Bericht ist fertig"
    assert "„Größe & Gewicht“ ist fertig" in text_of(message)
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
    assert "Correct the error that the reason names" in text


def test_http_subscribers_are_retried_with_growing_waits(service: Service) -> None:
    attributes = service.sns.get_topic_attributes(TopicArn=service.events_topic)["Attributes"]

    assert json.loads(attributes["DeliveryPolicy"]) == messaging.DELIVERY_POLICY
