"""Build the notify function's part."""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from reports import __version__
from reports.backoff import Backoff
from reports.bootstrap import adapters
from reports.bootstrap.settings import Settings
from reports.bootstrap.shipped_files import EMAILS
from reports.delivery.content import ContentBuilder
from reports.delivery.notify import Notify, Sender
from reports.delivery.ports import NotifyQueue
from reports.delivery.retry_schedule import Retries

MOST_NOTIFY_RECEIVES = 100
"""How often SQS delivers a message of the notify queue, as resources/notifications.yml has it."""

# With full jitter, the tries of a message are spread over some twelve hours on AWS: a fault of ours, or of a service,
# that is over by then has cost nobody a message.
_LONGEST_WAIT_SECONDS = 900


@dataclass(frozen=True, slots=True)
class Messenger:
    """What the notify function needs."""

    notify: Notify
    queue: NotifyQueue
    backoff: Backoff


@cache
def messenger() -> Messenger:
    """Build the notify function's part. Raises SettingsError."""
    from reports.adapters.http_webhooks import HttpWebhookSender
    from reports.adapters.ssm_secrets import SSMWebhookSecrets
    from reports.adapters.system_clock import SystemClock
    from reports.delivery.emails import EmailTemplates

    settings = Settings.from_environment()
    clock = SystemClock()
    jobs = adapters.jobs(settings)
    content = ContentBuilder(
        jobs=jobs,
        artifacts=adapters.objects(settings, settings.artifacts_bucket),
        emails=EmailTemplates(EMAILS),
        api_url=settings.api_base_url,
        link_seconds=settings.link_seconds,
        attachment_bytes=settings.email_attachment_bytes,
    )
    webhooks = HttpWebhookSender(
        agent=f"Pressrun/{__version__}",
        known_hosts=settings.webhook_allowed_hosts,
        ports=settings.webhook_ports,
    )
    secrets = SSMWebhookSecrets(adapters.client("ssm"), settings.webhook_secrets)
    queue = adapters.notify_queue(settings)
    chance = random.Random()  # noqa: S311 - jitter, no secret
    notify = Notify(
        jobs=jobs,
        deliveries=adapters.deliveries(settings),
        queue=queue,
        sender=Sender(
            content=content,
            mailer=adapters.mailer(settings),
            webhooks=webhooks,
            secrets=secrets,
            quotas=adapters.quotas(settings, clock),
        ),
        clock=clock,
        retries=Retries(
            base=timedelta(seconds=settings.delivery_base_seconds),
            longest=timedelta(seconds=settings.delivery_longest_wait_seconds),
            life=timedelta(seconds=settings.delivery_life_seconds),
            pick=chance,
        ),
        lease=timedelta(seconds=settings.delivery_lease_seconds),
        new_id=adapters.new_id,
    )
    backoff = Backoff(
        base=settings.delivery_base_seconds, cap=_LONGEST_WAIT_SECONDS, max_receives=MOST_NOTIFY_RECEIVES, pick=chance
    )
    return Messenger(notify, queue, backoff)
