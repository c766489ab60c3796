"""Read the e-mails that an emulator's SES was given."""

from __future__ import annotations

import email
import email.policy
from email.message import EmailMessage

import requests

from tests.functional.service import Service


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


def text_of(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    assert body is not None
    return "\n".join(body.get_content().splitlines())
