"""Erase all that a tenant of a stage has, and print the proof. The same as DELETE /tenants/{tenant}/data.

It may be broken off: the stage goes on by itself, and the next run shows how far that is.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from botocore.exceptions import BotoCoreError, ClientError
from uuid6 import uuid7

from reports.access.identity import is_tenant
from reports.adapters.cloudwatch_audit_log import CloudWatchAuditLog
from reports.adapters.dynamodb.erasures import DynamoDBErasures
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from reports.adapters.system_clock import SystemClock
from reports.errors import PressrunError
from reports.jobs.erasure import Erasure, Erasures
from reports.lifecycle.erase_tenants import AskForErasure
from tools.access import environment_of
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why

_POLL_SECONDS = 5


def main(arguments: list[str] | None = None) -> int:
    """Do it. Returns 1 with the reason when that can't be."""
    options = _parser().parse_args(arguments)
    try:
        if not is_tenant(options.tenant):
            raise ValueError(f"{options.tenant!r} is no tenant: small letters, digits and dashes.")
        if options.confirm != options.tenant:
            raise ValueError(f"This can't be taken back. Confirm it: CONFIRM={options.tenant}")
        connection = connect(options.stage)
        told = environment_of(connection, options.stage)
        dynamodb = connection.client("dynamodb")
        erasures = DynamoDBErasures(dynamodb, told["JOBS_TABLE"])
        ask = AskForErasure(
            erasures=erasures,
            tenants=DynamoDBTenants(dynamodb, told["ACCESS_TABLE"]),
            audit=CloudWatchAuditLog(connection.client("logs"), told["AUDIT_LOG_GROUP"], writer="operator"),
            clock=SystemClock(),
            new_id=lambda: str(uuid7()),
        )
        ask(options.tenant, by=f"operator:{connection.caller or options.stage}")
        finished = watch(erasures, options.tenant, run=lambda: _run(connection, options.stage))
    except (ValueError, UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    print(json.dumps(finished.proof(), indent=2))
    return 0


def watch(
    erasures: Erasures, tenant: str, *, run: Callable[[], object], sleep: Callable[[float], None] = time.sleep
) -> Erasure:
    """Have the stage work on an erasure until it has ended, and say how far it is."""
    said = ""
    while True:
        erasure = erasures.get(tenant)
        if erasure is None:
            raise ValueError(f"No erasure of {tenant} is on record any more.")
        if not erasure.is_under_way:
            return erasure
        state = f"{sum(erasure.removed.values()):,} things removed, {erasure.passes} passes ended"
        if state != said:
            print(f"{state} …", file=sys.stderr)
            said = state
        run()
        sleep(_POLL_SECONDS)


def _run(connection: Connection, stage: str) -> None:
    # Asynchronous, for a run may take minutes; one too many leaves the erasure to the other.
    connection.client("lambda").invoke(FunctionName=f"pressrun-{stage}-erase", InvocationType="Event")


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.forget", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--confirm", default="", help="the tenant's name once more")
    return parser


if __name__ == "__main__":
    sys.exit(main())
