"""List what lies in the dead-letter queues of a stage, and leave it there: the oldest first."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from reports.adapters.sqs.render_queue import SQSDeadLetterQueue
from reports.delivery import notify_messages
from reports.errors import JobNotFoundError, MalformedMessageError, PressrunError
from reports.jobs import render_messages
from reports.jobs.job import Job
from reports.jobs.ports import DeadLetter, JobStore
from tools.access import job_store
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser, whole_number
from tools.reasons import reason

QUEUES = ("render", "notify")
_MOST = 10_000
# A message that is seen again in one listing was not hidden for all of it; a short poll may miss some.
_EMPTY_ANSWERS = 2


@dataclass(frozen=True, slots=True)
class Row:
    """What there is to say of a dead letter, or of one of its jobs."""

    sent_at: datetime | None
    queue: str
    job_id: str
    tenant: str
    template: str
    status: str
    reason: str

    def line(self, now: datetime) -> str:
        """Return it in columns."""
        age = "?" if self.sent_at is None else _age((now - self.sent_at).total_seconds())
        return (
            f"{self.queue:<7} {age:>6}  {self.tenant:<20} {self.template:<12} {self.status:<10} {self.job_id:<36}  "
            f"{self.reason}"
        )


HEADING = f"{'queue':<7} {'age':>6}  {'tenant':<20} {'template':<12} {'status':<10} {'report':<36}  reason"


def main(arguments: list[str] | None = None) -> int:
    """Print the dead letters. Returns 1 with the reason if they can't be read."""
    options = _parser().parse_args(arguments)
    try:
        connection = connect(options.stage)
        jobs = job_store(connection, options.stage)
        rows = [
            row
            for name in QUEUES
            for row in rows_of(name, _letters(connection, options.stage, name, options.max), jobs)
        ]
    except UnreachableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"error: The dead letters of stage {options.stage} can't be listed. {reason(error)}", file=sys.stderr)
        return 1
    except PressrunError as error:
        print(f"error: The dead letters of stage {options.stage} can't be listed. {error.message}", file=sys.stderr)
        return 1
    now = datetime.now(UTC)
    if rows:
        print(HEADING)
    for row in sorted(rows, key=lambda each: each.sent_at or now):
        print(row.line(now))
    print(f"{len({(row.queue, row.sent_at, row.job_id) for row in rows})} in the dead-letter queues", file=sys.stderr)
    return 0


def _letters(connection: Connection, stage: str, name: str, most: int) -> list[DeadLetter]:
    """Look at all messages of a queue, and let others see them again."""
    client = connection.client("sqs")
    url = client.get_queue_url(QueueName=f"pressrun-{name}-dlq-{stage}")["QueueUrl"]
    queue = SQSDeadLetterQueue(client, url, "")
    found: dict[str, DeadLetter] = {}
    received: list[DeadLetter] = []
    try:
        empty = 0
        while empty < _EMPTY_ANSWERS and len(found) < most:
            letters = queue.receive()
            received += letters
            empty = 0 if any(each.message_id not in found for each in letters) else empty + 1
            found |= {each.message_id: each for each in letters}
    finally:
        for letter in received:
            queue.unhide(letter)
    return list(found.values())


def rows_of(queue: str, letters: list[DeadLetter], jobs: JobStore) -> Iterator[Row]:
    """Yield a row for each job that a letter is about, or one for a letter that is about none."""
    for letter in letters:
        why = letter.attributes.get("reason", "")
        try:
            asked = _asked(queue, letter)
        except MalformedMessageError as error:
            yield Row(letter.sent_at, queue, "", letter.attributes.get("tenant", ""), "", "", why or error.message)
            continue
        for job_id, tenant in asked:
            job = _find(jobs, job_id)
            if job is None:
                yield Row(letter.sent_at, queue, job_id, tenant, "", "no job", why)
                continue
            code = job.failure.code if job.failure else ""
            yield Row(letter.sent_at, queue, job_id, job.tenant, job.template, job.status, code or why)


def _asked(queue: str, letter: DeadLetter) -> list[tuple[str, str]]:
    """Return the ids of jobs and their tenants, as far as the message names them. Raises MalformedMessageError."""
    if queue == "notify":
        return [(notify_messages.parse(letter.body).job_id, "")]
    instructions = render_messages.parse(letter.message_id, letter.body, letter.attributes)
    tenant = letter.attributes.get("tenant", "")
    return [(each.job_id, str(getattr(each, "tenant", tenant))) for each in instructions]


def _find(jobs: JobStore, job_id: str) -> Job | None:
    try:
        return jobs.get(job_id)
    except JobNotFoundError:
        return None


def _age(seconds: float) -> str:
    for unit, length in (("d", 86_400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit}"
    return f"{max(0, seconds):.0f} s"


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.dead_letters", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--max", type=whole_number(1, _MOST), default=1000, help="at most so many (default: 1000)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
