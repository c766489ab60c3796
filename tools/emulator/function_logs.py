"""Read what the functions logged, which an emulator keeps where AWS does: in CloudWatch Logs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from tools.emulator import clients

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

_PREFIX = "/aws/lambda/"
_POLL_SECONDS = 0.5
# A line may be stored a little later than another one with a younger time.
_OVERLAP_MS = 5_000
_OF_THE_PLATFORM = ("START RequestId:", "END RequestId:", "REPORT RequestId:")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a function's log; ``at`` is in milliseconds since 1970."""

    at: int
    function: str
    message: str

    def __str__(self) -> str:
        moment = datetime.fromtimestamp(self.at / 1000, UTC)
        return f"{moment:%H:%M:%S}.{self.at % 1000:03} {self.function}: {self.message}"


def lines(endpoint_url: str, *, follow: bool) -> Iterator[Line]:
    """Yield all functions' lines, oldest first; with ``follow`` go on for ever."""
    client = clients.session().client("logs", endpoint_url=endpoint_url)
    seen: set[Line] = set()
    since = 0
    while True:
        fresh = sorted(_new_lines(client, since, seen), key=lambda line: line.at)
        yield from fresh
        if not follow:
            return
        if fresh:
            since = max(0, fresh[-1].at - _OVERLAP_MS)
        time.sleep(_POLL_SECONDS)


def _new_lines(client: CloudWatchLogsClient, since: int, seen: set[Line]) -> Iterator[Line]:
    for page in client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=_PREFIX):
        for group in page["logGroups"]:
            name = group["logGroupName"]
            for events in client.get_paginator("filter_log_events").paginate(logGroupName=name, startTime=since):
                for event in events["events"]:
                    # Not told apart by eventId, which MiniStack leaves out.
                    line = Line(event["timestamp"], name.removeprefix(_PREFIX), event["message"].rstrip())
                    if line not in seen and not line.message.startswith(_OF_THE_PLATFORM):
                        seen.add(line)
                        yield line
