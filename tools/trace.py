"""Print the life of a report across all functions: its timeline and the lines of the logs, in time order."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.errors import JobNotFoundError
from reports.jobs.job import Job
from reports.jobs.timeline import TimelineEntry
from tools.access import job_store
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why

# The API logs before it adds the job, and clocks differ; deliveries go on for a day.
_BEFORE, _AFTER = timedelta(minutes=1), timedelta(hours=25)
_GROUPS = "/aws/lambda/pressrun-{stage}-"
TIMELINE = "timeline"
# What every line has, or what a reader has no use for.
_SHOWN_ELSEWHERE = frozenset(
    {"level", "location", "message", "timestamp", "service", "function", "job_id", "correlation_id", "xray_trace_id"}
    | {"tenant", "template", "door", "stage", "_aws", "exception_name", "stack_trace", "cold_start"}
)


@dataclass(frozen=True, slots=True, order=True)
class Event:
    """A line of the log, or an entry of the timeline."""

    at: datetime
    function: str
    message: str
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def line(self, since: datetime, before: datetime) -> str:
        """Return it with the seconds since the first event, and since the one before."""
        facts = " ".join(f"{name}={_short(value)}" for name, value in self.facts.items())
        seconds, gap = (self.at - since).total_seconds(), (self.at - before).total_seconds()
        return f"{seconds:10.3f} {f'+{gap:.3f}':>10}  {self.function:<10} {self.message}  {facts}".rstrip()


def main(arguments: list[str] | None = None) -> int:
    """Print a report's life. Returns 1 with the reason if there is no such report, or the stage can't be reached."""
    options = _parser().parse_args(arguments)
    try:
        connection = connect(options.stage)
        jobs = job_store(connection, options.stage)
        job = jobs.get(options.job)
        lines = list(_lines(connection, options.stage, job))
        timeline = jobs.timeline(job.id)
    except JobNotFoundError:
        print(f"error: There is no report {options.job!r} on stage {options.stage}.", file=sys.stderr)
        return 1
    except (UnreachableError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    print("\n".join(told(job, timeline, lines)))
    return 0


def told(job: Job, timeline: Sequence[TimelineEntry], lines: Sequence[Event]) -> Iterator[str]:
    """Yield a heading, and a line for each event, the oldest first."""
    events = sorted({*lines, *(Event(each.at, TIMELINE, each.name, _of_entry(each)) for each in timeline)})
    yield f"{job.id}: {job.status}, {job.template} of {job.tenant} by {job.door}, correlation id {job.correlation_id}"
    yield f"{job.created_at:%Y-%m-%d %H:%M:%S} UTC; seconds since the first event, and since the one before"
    since = before = events[0].at
    for event in events:
        yield event.line(since, before)
        before = event.at
    if not lines:
        yield "The logs have no lines of it: they are kept for 30 days."


def _of_entry(entry: TimelineEntry) -> dict[str, Any]:
    return {"attempt": entry.attempt} | {name: value for name, value in entry.detail.items() if value not in ({}, None)}


def _lines(connection: Connection, stage: str, job: Job) -> Iterator[Event]:
    client = connection.client("logs")
    period = {
        "startTime": _milliseconds(job.created_at - _BEFORE),
        "endTime": _milliseconds(max(job.updated_at, job.finished_at or job.updated_at) + _AFTER),
    }
    prefix = _GROUPS.format(stage=stage)
    pages = client.get_paginator("describe_log_groups").paginate(logGroupNamePrefix=prefix)
    groups = [group["logGroupName"] for page in pages for group in page["logGroups"]]
    for name, wanted in product(groups, {job.id, job.correlation_id}):
        asked = {"logGroupName": name, "filterPattern": f'"{wanted}"', **period}
        found = client.get_paginator("filter_log_events").paginate(**asked)
        for each in (event for page in found for event in page["events"]):
            if event := event_of(each["message"], job, name.removeprefix(prefix), each["timestamp"]):
                yield event


def event_of(text: str, job: Job, function: str, milliseconds: int) -> Event | None:
    """Return what a line of the log tells of a job; None for one that is about another job, or no line of ours."""
    try:
        line = json.loads(text)
    except ValueError:
        return None
    if not isinstance(line, dict) or "message" not in line:
        return None
    # Requests of a batch share a correlation id.
    if line.get("job_id") != job.id and ("job_id" in line or line.get("correlation_id") != job.correlation_id):
        return None
    facts = {name: value for name, value in line.items() if name not in _SHOWN_ELSEWHERE}
    return Event(_time(line.get("timestamp"), milliseconds), function, str(line["message"]), facts)


def _time(said: Any, milliseconds: int) -> datetime:
    """Return when a line was logged: as it says itself, for an emulator may store it later."""
    try:
        return datetime.fromisoformat(said).astimezone(UTC)
    except (TypeError, ValueError):
        return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else json.dumps(value, default=str)
    return text if len(text) <= 200 else f"{text[:200]}…"


def _milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.trace", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--job", required=True)
    return parser


if __name__ == "__main__":
    sys.exit(main())
