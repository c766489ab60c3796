"""Keep the audit log in a log group of CloudWatch, which has no call that changes or removes an entry."""

from __future__ import annotations

import json
import uuid
from typing import Any

from reports.access.audit import AuditEntry
from reports.adapters.aws_errors import translated
from reports.errors import ServiceUnavailableError


class CloudWatchAuditLog:
    """An AuditLog in a log group. Each process writes a stream of its own.

    It is named when it is first written to: functions that were started from one snapshot are to have different ones.
    """

    def __init__(self, client: Any, group: str, *, writer: str) -> None:
        self._client = client
        self._group = group
        self._writer = writer
        self._stream: str | None = None

    def append(self, entry: AuditEntry) -> None:
        """Add an entry. See AuditLog.append."""
        event = {
            "timestamp": round(entry.at.timestamp() * 1000),
            "message": json.dumps(entry.as_dict(), ensure_ascii=False, separators=(",", ":")),
        }
        with translated("CloudWatch Logs"):
            if self._stream is None:
                stream = f"{self._writer}/{uuid.uuid4()}"
                self._client.create_log_stream(logGroupName=self._group, logStreamName=stream)
                self._stream = stream
            answer = self._client.put_log_events(
                logGroupName=self._group, logStreamName=self._stream, logEvents=[event]
            )
        if rejected := answer.get("rejectedLogEventsInfo"):
            # As when this machine's clock is wrong. It is no error to CloudWatch.
            reason = str(rejected)
            raise ServiceUnavailableError("CloudWatch refused an entry.", service="CloudWatch Logs", reason=reason)
