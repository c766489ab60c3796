"""Send e-mail by SES.

By its older interface (``SendRawEmail``), which is the same service: LocalStack has no other, and a whole message may
carry attachments.
"""

from __future__ import annotations

import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from reports.adapters.aws_faults import error_code
from reports.deliveries import DeliveryFault, DeliveryStatus, Verdict
from reports.delivery_ports import Email

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

_NAME = "Pressrun"
# Of the bytes that e-mail is made of, only these get everywhere as they are.
_POLICY = SMTP.clone(cte_type="7bit")
# One address, and nothing else: no name beside it, and no second one.
_ADDRESS = re.compile(r"""[^@,;:<>()\[\]\\"\s\x00-\x20\x7f]+@[A-Za-z0-9.-]+""")
# What does not change by itself within a day: https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
_REFUSED = frozenset(
    {"MessageRejected", "InvalidParameterValue", "MailFromDomainNotVerifiedException", "ValidationError"}
)


class SESMailer:
    """Be a Mailer. ``sender`` is an address that SES has verified, or of such a domain."""

    def __init__(self, client: SESClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, email: Email) -> Verdict:
        """Send a message. See Mailer.send."""
        try:
            message = message_of(email, self._sender)
        except ValueError:
            return Verdict(
                DeliveryStatus.FAILED, fault=DeliveryFault.EMAIL_REFUSED, reason="The address is not one of e-mail."
            )
        try:
            self._client.send_raw_email(
                Source=self._sender, Destinations=[email.to], RawMessage={"Data": message.as_bytes()}
            )
        except ClientError as error:
            code = error_code(error)
            if code in _REFUSED:
                # Its message is left out: it quotes addresses.
                return Verdict(
                    DeliveryStatus.FAILED, fault=DeliveryFault.EMAIL_REFUSED, reason=f"SES refused it: {code}."
                )
            return Verdict(
                DeliveryStatus.PENDING, fault=DeliveryFault.EMAIL_UNAVAILABLE, reason=f"SES did not take it: {code}."
            )
        except BotoCoreError as error:
            reason = f"SES could not be reached: {type(error).__name__}."
            return Verdict(DeliveryStatus.PENDING, fault=DeliveryFault.EMAIL_UNAVAILABLE, reason=reason)
        return Verdict(DeliveryStatus.DELIVERED)


def message_of(email: Email, sender: str) -> EmailMessage:
    """Write a message. Raises ValueError when something would end its header too early (CR, LF), or is no address."""
    texts = (email.to, email.subject, sender, *(file.filename for file in email.attachments))
    if not _ADDRESS.fullmatch(email.to):
        raise ValueError("that is no address")
    if any(character in text for text in texts for character in "\r\n\0"):
        raise ValueError("a header would have more than one line")
    message = EmailMessage(policy=_POLICY)
    message["From"] = Address(_NAME, addr_spec=sender)
    message["To"] = Address(addr_spec=email.to)
    message["Subject"] = email.subject
    # So that no absence notice comes back: https://www.rfc-editor.org/rfc/rfc3834#section-5
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(email.text)
    message.add_alternative(email.html, subtype="html")
    for file in email.attachments:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(file.body, maintype=main, subtype=sub, filename=file.filename)
    return message
