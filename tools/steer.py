"""Retry or cancel the reports of all tenants to which a filter applies."""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from botocore.exceptions import BotoCoreError, ClientError

from reports.adapters.dynamodb.job_items import JOB, LaterFormatError, job_of, sortable
from reports.adapters.sqs.render_queue import SQSRenderQueue
from reports.adapters.system_clock import SystemClock
from reports.errors import JobConflictError, PressrunError, TransientError
from reports.jobs.job import Job
from reports.jobs.values import JobStatus
from reports.lifecycle.cancel_and_retry import CancelReport
from tools.access import items_of, job_store, retention_of
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser, whole_number
from tools.reasons import why

RETRY, CANCEL = "retry", "cancel"
_STATUSES = {RETRY: (JobStatus.FAILED,), CANCEL: (JobStatus.PENDING, JobStatus.RENDERING)}
_MOST = 100_000
_AGO = re.compile(r"([0-9]{1,6})(min|h|d)")
_UNITS = {"min": "minutes", "h": "hours", "d": "days"}
_FILTERS = {"tenant": "TENANT", "template": "TEMPLATE", "error_code": "CODE", "since": "SINCE"}


def main(arguments: list[str] | None = None) -> int:
    """Do it, and print how many of which tenant, template and code. Returns 1 with the reason if that failed."""
    options = _parser().parse_args(arguments)
    if all(getattr(options, name) is None for name in _FILTERS):
        print(f"error: Name at least one of {', '.join(_FILTERS.values())}: it goes for all tenants.", file=sys.stderr)
        return 2
    try:
        connection = connect(options.stage)
        act = _action(connection, options.stage, options.action)
        return run(found(connection, options), options, act)
    except (UnreachableError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
    except PressrunError as error:
        print(f"error: {error.message}", file=sys.stderr)
    return 1


def run(jobs: Iterator[Job], options: argparse.Namespace, act: Callable[[Job], object]) -> int:
    """Act on each job, and print the counts. A job that has changed meanwhile is left alone."""
    done: Counter[tuple[str, str, str]] = Counter()
    left: Counter[str] = Counter()
    for job in jobs:
        if sum(done.values()) >= options.max:
            left["over the maximum"] += 1
            break
        code = job.failure.code if job.failure else "-"
        if options.action == RETRY and options.error_code is None and not job.can_retry:
            left["would fail again (name their CODE to retry them all the same)"] += 1
            continue
        if not options.dry_run:
            try:
                act(job)
            except JobConflictError as error:
                left[error.message] += 1
                continue
        done[(job.tenant, job.template, code)] += 1
    word = {RETRY: "retried", CANCEL: "cancelled"}[options.action]
    for (tenant, template, code), number in done.most_common():
        print(f"{number:>8,}  {tenant:<20} {template:<12} {code}")
    print(f"{sum(done.values()):,} {'would be ' if options.dry_run else ''}{word}")
    for cause, number in left.items():
        print(f"{number:,} left: {cause}", file=sys.stderr)
    return 0


def found(connection: Connection, options: argparse.Namespace) -> Iterator[Job]:
    """Yield the jobs to which all applies that is given. It reads the whole table of jobs, page by page."""
    names = {"#item": "item", "#status": "status"}
    statuses = _STATUSES[options.action]
    values = {":item": JOB} | {f":s{n}": str(each) for n, each in enumerate(statuses)}
    conditions = ["#item = :item", f"#status IN ({', '.join(f':s{n}' for n in range(len(statuses)))})"]
    for name in ("tenant", "template"):
        if (value := getattr(options, name)) is not None:
            names[f"#{name}"], values[f":{name}"] = name, value
            conditions.append(f"#{name} = :{name}")
    if options.since is not None:
        names["#created"], values[":since"] = "created", sortable(options.since)
        conditions.append("#created >= :since")
    for item in items_of(connection, options.stage, " AND ".join(conditions), names, values):
        try:
            job = job_of(item)
        except LaterFormatError as error:
            print(f"{item['job_id']['S']} is left: {error.message}", file=sys.stderr)
            continue
        if options.error_code is None or (job.failure is not None and job.failure.code == options.error_code):
            yield job


def _action(connection: Connection, stage: str, name: str) -> Callable[[Job], object]:
    jobs = job_store(connection, stage, expiry=retention_of(connection, stage).expires_at)
    clock = SystemClock()
    if name == CANCEL:
        return CancelReport(jobs=jobs, clock=clock)
    sqs = connection.client("sqs")
    queue = SQSRenderQueue(
        sqs,
        sqs.get_queue_url(QueueName=f"pressrun-render-{stage}")["QueueUrl"],
        sqs.get_queue_url(QueueName=f"pressrun-render-dlq-{stage}")["QueueUrl"],
    )

    def retry(job: Job) -> None:
        # Its tenant is not at fault, so it does not count as one more report of the day.
        reopened = job.redriven(clock.now())
        jobs.advance(reopened)
        try:
            queue.send(reopened)
        except TransientError:
            print(f"{job.id} could not be queued; the sweep does it within some minutes.", file=sys.stderr)

    return retry


def moment(text: str) -> datetime:
    """Read a time: of ISO 8601 with its zone, or so long ago, as in 90min, 6h or 2d."""
    if ago := _AGO.fullmatch(text):
        return datetime.now(UTC) - timedelta(**{_UNITS[ago[2]]: int(ago[1])})
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text!r} is no time: write 90min, 6h, 2d or 2026-11-20T12:00:00Z.")
    return at.astimezone(UTC)


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.steer", description=__doc__, variables={"--error-code": "CODE"})
    parser.add_argument("action", choices=[RETRY, CANCEL])
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", help="only reports of this tenant")
    parser.add_argument("--template", help="only reports of this template")
    parser.add_argument("--error-code", help="only reports that failed with this code")
    parser.add_argument("--since", type=moment, help="only reports asked for since then")
    parser.add_argument("--max", type=whole_number(1, _MOST), default=1000, help="at most so many (default: 1000)")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
