"""Send once more what a receiver did not get, of all tenants: webhooks by their host, e-mail by its domain."""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.adapters.dynamodb.deliveries import DynamoDBDeliveryStore, delivery_of
from reports.adapters.sqs.notify_queue import SQSNotifyQueue
from reports.adapters.system_clock import SystemClock
from reports.delivery.delivery import Delivery, DeliveryStatus
from reports.delivery.replay import Replay
from reports.errors import JobStoreError, PressrunError
from tools.access import items_of, retention_of
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser, whole_number
from tools.reasons import why
from tools.steer import moment

# Neither what has arrived, nor what is still tried by itself, nor what its receiver wants no more of.
_LOST = (DeliveryStatus.FAILED,)
_MOST = 100_000


def main(arguments: list[str] | None = None) -> int:
    """Do it, and print how many of which tenant. Returns 1 with the reason if that failed."""
    options = _parser().parse_args(arguments)
    try:
        connection = connect(options.stage)
        replay = _replay(connection, options.stage)
        run(lost(_deliveries(connection, options.stage), options), options, replay)
    except (UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    return 0


def lost(deliveries: Iterable[Delivery], options: argparse.Namespace) -> Iterator[Delivery]:
    """Yield those that the receiver did not get."""
    for each in deliveries:
        tried = each.attempts[-1].at if each.attempts else each.created_at
        if each.status in _LOST and each.receiver == options.receiver.lower() and tried >= options.since:
            yield each


def run(deliveries: Iterable[Delivery], options: argparse.Namespace, act: Callable[[str, int], object]) -> None:
    """Replay each, and print the counts. One that has changed meanwhile, or was replayed too often, is left alone."""
    done: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for each in deliveries:
        if done.total() >= options.max:
            left["over the maximum"] += 1
            break
        if not options.dry_run:
            try:
                act(each.job_id, each.number)
            except JobStoreError as error:
                left[error.message] += 1
                continue
        done[each.tenant] += 1
    for tenant, number in done.most_common():
        print(f"{number:>8,}  {tenant}")
    print(f"{done.total():,} {'would be ' if options.dry_run else ''}sent once more to {options.receiver}")
    for reason, number in left.items():
        print(f"{number:,} left: {reason}", file=sys.stderr)


def _deliveries(connection: Connection, stage: str) -> Iterator[Delivery]:
    """Yield all deliveries."""
    items = items_of(connection, stage, "begins_with(#item, :delivery)", {"#item": "item"}, {":delivery": "delivery#"})
    return map(delivery_of, items)


def _replay(connection: Connection, stage: str) -> Callable[[str, int], object]:
    dynamodb: Any = connection.client("dynamodb")
    sqs = connection.client("sqs")
    expiry = retention_of(connection, stage).expires_at
    return Replay(
        deliveries=DynamoDBDeliveryStore(dynamodb, f"pressrun-jobs-{stage}", expiry=expiry),
        queue=SQSNotifyQueue(
            sqs,
            sqs.get_queue_url(QueueName=f"pressrun-notify-{stage}")["QueueUrl"],
            sqs.get_queue_url(QueueName=f"pressrun-notify-dlq-{stage}")["QueueUrl"],
        ),
        clock=SystemClock(),
    )


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.replay", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--receiver", required=True, help="the host of webhooks, or the domain of addresses")
    parser.add_argument("--since", type=moment, required=True, help="those that were last tried since then")
    parser.add_argument("--max", type=whole_number(1, _MOST), default=1000, help="at most so many (default: 1000)")
    parser.add_argument("--dry-run", action="store_true", help="count only")
    return parser


if __name__ == "__main__":
    sys.exit(main())
