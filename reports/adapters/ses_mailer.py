"""Send e-mail by SES.

By its older interface (``SendRawEmail``), which is the same service: LocalStack has no other, and a whole message may
carry attachments.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from reports.adapters.aws_errors import error_code
from reports.adapters.email_messages import UnsafeMessageError, message_of
from reports.delivery.delivery import AttemptResult, DeliveryFault, DeliveryStatus
from reports.delivery.ports import Email

if TYPE_CHECKING:
    from mypy_boto3_ses import SESClient

log = logging.getLogger(__name__)

# What does not change by itself within a day: https://docs.aws.amazon.com/ses/latest/APIReference/API_SendRawEmail.html
_REFUSED = frozenset(
    {"MessageRejected", "InvalidParameterValue", "MailFromDomainNotVerifiedException", "ValidationError"}
)


class SESMailer:
    """A Mailer over SES. ``sender`` is an address that SES has verified, or of such a domain."""

    def __init__(self, client: SESClient, sender: str) -> None:
        self._client = client
        self._sender = sender

    def send(self, email: Email) -> AttemptResult:
        """Send a message. See Mailer.send."""
        try:
            message = message_of(email, self._sender)
        except UnsafeMessageError as error:
            log.warning("an e-mail was not sent", extra={"reason": str(error)})
            return AttemptResult(
                DeliveryStatus.FAILED, reason_code=DeliveryFault.EMAIL_REFUSED, reason=f"It was not sent: {error}."
            )
        try:
            self._client.send_raw_email(Source=self._sender, Destinations=[email.to], RawMessage={"Data": message})
        except ClientError as error:
            code = error_code(error)
            if code in _REFUSED:
                # Its message is left out: it quotes addresses.
                return AttemptResult(
                    DeliveryStatus.FAILED, reason_code=DeliveryFault.EMAIL_REFUSED, reason=f"SES refused it: {code}."
                )
            return AttemptResult(
                DeliveryStatus.PENDING,
                reason_code=DeliveryFault.EMAIL_UNAVAILABLE,
                reason=f"SES did not take it: {code}.",
            )
        except BotoCoreError as error:
            reason = f"SES could not be reached: {type(error).__name__}."
            return AttemptResult(DeliveryStatus.PENDING, reason_code=DeliveryFault.EMAIL_UNAVAILABLE, reason=reason)
        return AttemptResult(DeliveryStatus.DELIVERED)
