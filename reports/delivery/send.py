"""Send one delivery, by e-mail, to a webhook, or into a bucket."""

from __future__ import annotations

import logging
from datetime import datetime

from reports.access.quotas import Quotas
from reports.delivery import standard_webhooks
from reports.delivery.bucket_delivery import BucketDelivery
from reports.delivery.delivery import AttemptResult, Channel, Delivery, DeliveryFault, DeliveryStatus
from reports.delivery.ports import Mailer, WebhookSecrets, WebhookSender
from reports.delivery.webhook_and_email_content import ContentBuilder
from reports.errors import (
    AddressNotAllowedError,
    PressrunError,
    QuotaExceededError,
)

log = logging.getLogger(__name__)


class Sender:
    """Send what a delivery says, by its channel."""

    def __init__(
        self,
        *,
        content: ContentBuilder,
        mailer: Mailer | None,
        webhooks: WebhookSender,
        secrets: WebhookSecrets,
        buckets: BucketDelivery,
        quotas: Quotas,
    ) -> None:
        self._content = content
        self._mailer = mailer
        self._webhooks = webhooks
        self._secrets = secrets
        self._buckets = buckets
        self._quotas = quotas

    def __call__(self, delivery: Delivery, now: datetime) -> AttemptResult:
        """Send once. Never raises: a fault of ours is a reason to try again."""
        try:
            match delivery.channel:
                case Channel.EMAIL:
                    return self._email(delivery, now)
                case Channel.WEBHOOK:
                    return self._webhook(delivery, now)
                case Channel.BUCKET:
                    return self._buckets(delivery)
        except PressrunError as error:
            log.warning("a delivery could not be sent", extra={**delivery.log_facts, "code": error.code}, exc_info=True)
            return AttemptResult(
                DeliveryStatus.PENDING, reason_code=DeliveryFault.SERVICE_UNAVAILABLE, reason=error.message
            )
        except Exception:
            log.exception("a delivery could not be sent", extra=delivery.log_facts)
            return AttemptResult(DeliveryStatus.PENDING, reason_code=DeliveryFault.INTERNAL_ERROR)

    def _email(self, delivery: Delivery, now: datetime) -> AttemptResult:
        if self._mailer is None:
            return AttemptResult(
                DeliveryStatus.FAILED,
                reason_code=DeliveryFault.EMAIL_NOT_CONFIGURED,
                reason="This stage has no sender for e-mail. Deploy it with the parameter emailSender.",
            )
        try:
            self._quotas.check_recipient(delivery.tenant, delivery.address)
            if delivery.tries == 1:
                # Once for all tries of it, and once for each replay.
                self._quotas.count_email(delivery.tenant)
        except AddressNotAllowedError as error:
            return AttemptResult(
                DeliveryStatus.FAILED, reason_code=DeliveryFault.ADDRESS_NOT_ALLOWED, reason=error.message
            )
        except QuotaExceededError as error:
            return AttemptResult(DeliveryStatus.FAILED, reason_code=DeliveryFault.QUOTA_EXCEEDED, reason=error.message)
        with_title = self._quotas.limits_of(delivery.tenant).email_titles
        return self._mailer.send(self._content.email(delivery, now, with_title=with_title))

    def _webhook(self, delivery: Delivery, now: datetime) -> AttemptResult:
        secrets = self._secrets.of(delivery.tenant)
        if not secrets:
            return _unsigned("There is no secret to sign with. Make one: `make webhook-secret`.")
        body = self._content.webhook_body(delivery, now)
        try:
            signed = standard_webhooks.headers(delivery.message_id, now, body, secrets)
        except ValueError as error:
            return _unsigned(f"The secrets to sign with are not as they have to be: {error}.")
        return self._webhooks.post(delivery.address, body, signed)


def _unsigned(reason: str) -> AttemptResult:
    return AttemptResult(DeliveryStatus.PENDING, reason_code=DeliveryFault.NO_SECRET, reason=reason)
