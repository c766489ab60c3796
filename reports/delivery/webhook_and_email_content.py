"""Write what receivers are told: the body of a webhook, and what an e-mail says, with links made at each attempt."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from reports.delivery.delivery import Delivery
from reports.delivery.ports import Attachment, Email
from reports.errors import JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.ports import JobStore, ObjectStore
from reports.jobs.published_events import REPORT_SUCCEEDED
from reports.jobs.values import Artifact


@dataclass(frozen=True, slots=True)
class Download:
    """A link to a report's PDF, by which anyone who has it can read the file until a time."""

    url: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class EmailContent:
    """The content of an e-mail. ``report`` is as in the event; ``url`` is where the API shows it.

    ``with_title`` lets the report's title, or its file's name, stand in the subject.
    """

    event_name: str
    report: Mapping[str, Any]
    locale: str
    title: str | None
    url: str | None
    download: Download | None
    is_attached: bool
    with_title: bool


class EmailRenderer(Protocol):
    """Write the content of an e-mail as a message."""

    def write(self, to: str, letter: EmailContent) -> Email:
        """Return an e-mail in the language of the letter's locale, or else in English, without attachments."""
        ...


class ContentBuilder:
    """The builder of webhook bodies and e-mails of deliveries."""

    def __init__(
        self,
        *,
        jobs: JobStore,
        artifacts: ObjectStore,
        emails: EmailRenderer,
        api_url: str | None,
        link_seconds: int,
        attachment_bytes: int = 0,
    ) -> None:
        self._jobs = jobs
        self._artifacts = artifacts
        self._emails = emails
        self._api_url = api_url
        self._link_seconds = link_seconds
        self._attachment_bytes = attachment_bytes

    def webhook_body(self, delivery: Delivery, now: datetime) -> bytes:
        """Write the body of a webhook. See docs/events/webhook.schema.json. Raises ServiceUnavailableError."""
        event = json.loads(delivery.event)
        data = {**event["report"], "tenant": event["tenant"], "correlation_id": event["correlation_id"]}
        url = self._url(delivery.job_id)
        if url is not None:
            data["links"] = {"self": url, "pdf": f"{url}/pdf", "events": f"{url}/events"}
        download = self._download(_pdf_told(delivery, self._job(delivery)), now)
        if download is not None:
            data["download"] = {"url": download.url, "expires_at": _time(download.expires_at)}
        body = {"type": event["type"], "timestamp": event["timestamp"], "data": data}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def email(self, delivery: Delivery, now: datetime, *, with_title: bool) -> Email:
        """Write an e-mail, the PDF attached when it is small. Raises ServiceUnavailableError."""
        event = json.loads(delivery.event)
        job = self._job(delivery)
        pdf = _pdf_told(delivery, job)
        attachments = () if pdf is None or pdf.size > self._attachment_bytes else (self._attachment(pdf),)
        letter = EmailContent(
            event_name=delivery.event_name,
            report=event["report"],
            locale=(job.options.locale if job else None) or "en",
            title=job.options.title if job else None,
            url=self._url(delivery.job_id),
            download=self._download(pdf, now),
            is_attached=bool(attachments),
            with_title=with_title,
        )
        written = self._emails.write(delivery.address, letter)
        return Email(written.to, written.subject, written.text, written.html, attachments)

    def _job(self, delivery: Delivery) -> Job | None:
        try:
            return self._jobs.get(delivery.job_id)
        except JobNotFoundError:
            return None  # It is too old to be kept; the event says all the same what has become of it.

    def _download(self, pdf: Artifact | None, now: datetime) -> Download | None:
        if pdf is None:
            return None
        url = self._artifacts.presigned_get(pdf.key, seconds=self._link_seconds)
        return Download(url, now + timedelta(seconds=self._link_seconds))

    def _attachment(self, pdf: Artifact) -> Attachment:
        body = self._artifacts.get(pdf.key, max_bytes=self._attachment_bytes)
        return Attachment(pdf.name, pdf.content_type, body)

    def _url(self, job_id: str) -> str | None:
        return f"{self._api_url}/reports/{job_id}" if self._api_url else None


def _pdf_told(delivery: Delivery, job: Job | None) -> Artifact | None:
    # A job that was retried may have a report by the time that its failure is told. That is another event's.
    return job.pdf if job is not None and delivery.event_name == REPORT_SUCCEEDED else None


def _time(value: datetime) -> str:
    return value.isoformat(timespec="seconds").replace("+00:00", "Z")
