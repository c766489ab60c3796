"""Carry work by SQS: the render queue, and its dead-letter queue."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from reports.adapters.aws_errors import translated
from reports.adapters.sqs.visibility import hide
from reports.errors import ServiceUnavailableError
from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter
from reports.jobs.render_messages import (
    CORRELATION_ID,
    REASON,
    SENT_AT,
    TENANT,
    Envelope,
    encode,
    first_sent,
    tenant_of_message,
    to_send_again,
)

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

log = logging.getLogger(__name__)

# Longer than the redrive function runs, at whose end messages are put back that are to stay: until then, none of them
# is shown to it again.
_INSPECTION_SECONDS = 330
_LONGEST_REASON = 200
_MOST_AT_ONCE = 10
_LONGEST_DELAY_SECONDS = 900


class SQSRenderQueue:
    """A RenderQueue over SQS."""

    def __init__(self, client: SQSClient, url: str, dead_letters_url: str) -> None:
        self._client = client
        self._url = url
        self._dead_letters_url = dead_letters_url

    def send(self, job: Job) -> None:
        """Ask for a job to be rendered. See RenderQueue.send."""
        with translated("SQS"):
            self._client.send_message(QueueUrl=self._url, **_message(job))

    def send_all(self, jobs: Sequence[Job]) -> Collection[str]:
        """Ask for many jobs to be rendered. See RenderQueue.send_all."""
        sent: set[str] = set()
        for start in range(0, len(jobs), _MOST_AT_ONCE):
            chunk = jobs[start : start + _MOST_AT_ONCE]
            entries: list[Any] = [{"Id": str(n), **_message(job)} for n, job in enumerate(chunk)]
            try:
                with translated("SQS"):
                    response = self._client.send_message_batch(QueueUrl=self._url, Entries=entries)
            except ServiceUnavailableError:
                # A queue that is down would cost each further call its time, too.
                log.warning("the rest is not queued", extra={"left": len(jobs) - start}, exc_info=True)
                break
            sent |= {chunk[int(entry["Id"])].id for entry in response.get("Successful", [])}
            if failed := response.get("Failed"):
                log.warning("not queued", extra={"left": len(failed), "reason": failed[0].get("Code")})
        return sent

    def resend(self, envelope: Envelope, *, after_seconds: int = 0) -> None:
        """Send a message once more. See RenderQueue.resend."""
        delay: Any = {"DelaySeconds": min(after_seconds, _LONGEST_DELAY_SECONDS)} if after_seconds else {}
        self._send_again(self._url, envelope, to_send_again(envelope), **delay)

    def reject(self, envelope: Envelope, *, reason: str) -> None:
        """Send a message to the dead-letter queue. See RenderQueue.reject."""
        self._send_again(
            self._dead_letters_url, envelope, {**to_send_again(envelope), REASON: reason[:_LONGEST_REASON]}
        )

    def _send_again(self, url: str, envelope: Envelope, attributes: Mapping[str, str], **more: Any) -> None:
        with translated("SQS"):
            self._client.send_message(
                QueueUrl=url,
                MessageBody=envelope.body,
                MessageAttributes=_typed(attributes),
                MessageGroupId=tenant_of_message(envelope.message_id, envelope.body, attributes),
                **more,
            )

    def postpone(self, receipt_handle: str, *, seconds: int) -> None:
        """Hide a message for a time. See RenderQueue.postpone."""
        hide(self._client, self._url, receipt_handle, seconds=seconds)


class SQSDeadLetterQueue:
    """A DeadLetterQueue over SQS."""

    def __init__(self, client: SQSClient, url: str, render_queue_url: str) -> None:
        self._client = client
        self._url = url
        self._render_queue_url = render_queue_url

    def receive(self) -> Sequence[DeadLetter]:
        """Return up to ten messages. See DeadLetterQueue.receive."""
        with translated("SQS"):
            response = self._client.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=10,
                VisibilityTimeout=_INSPECTION_SECONDS,
                # A short poll asks only some of SQS's servers, and may find nothing though there is something.
                WaitTimeSeconds=2,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["SentTimestamp"],
            )
        return [_letter(message) for message in response.get("Messages", [])]

    def send_to_render_queue(self, letter: DeadLetter) -> None:
        """Send a message again. See DeadLetterQueue.send_to_render_queue."""
        with translated("SQS"):
            self._client.send_message(
                QueueUrl=self._render_queue_url,
                MessageBody=letter.body,
                MessageAttributes=_typed(_with_first_sent(letter)),
                MessageGroupId=tenant_of_message(letter.message_id, letter.body, letter.attributes),
            )

    def delete(self, letter: DeadLetter) -> None:
        """Remove a message. See DeadLetterQueue.delete."""
        with translated("SQS"):
            self._client.delete_message(QueueUrl=self._url, ReceiptHandle=letter.receipt_handle)

    def unhide(self, letter: DeadLetter) -> None:
        """Make a message visible at once. See DeadLetterQueue.unhide."""
        hide(self._client, self._url, letter.receipt_handle, seconds=0)


def _message(job: Job) -> dict[str, Any]:
    return {
        "MessageBody": encode(job.id, job.message_version),
        "MessageAttributes": _typed({CORRELATION_ID: job.correlation_id, TENANT: job.tenant}),
        # On a standard queue this is for fairness alone: one tenant's many jobs do not hold up another's few.
        "MessageGroupId": job.tenant,
    }


def _with_first_sent(letter: DeadLetter) -> Mapping[str, str]:
    sent_at = first_sent(letter.attributes, letter.sent_at)
    return letter.attributes if sent_at is None else {**letter.attributes, SENT_AT: sent_at.isoformat()}


def _letter(message: Any) -> DeadLetter:
    sent = message.get("Attributes", {}).get("SentTimestamp")
    return DeadLetter(
        message_id=message["MessageId"],
        receipt_handle=message["ReceiptHandle"],
        body=message["Body"],
        # All attributes of ours are strings; SQS has no empty ones.
        attributes={
            name: value["StringValue"]
            for name, value in message.get("MessageAttributes", {}).items()
            if value.get("StringValue")
        },
        sent_at=datetime.fromtimestamp(int(sent) / 1000, UTC) if sent else None,
    )


def _typed(attributes: Mapping[str, str]) -> dict[str, Any]:
    return {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items() if value}
