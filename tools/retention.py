"""Have all that a tenant has expire as is settled for it now, or keep all of it under a legal hold.

It may be broken off, and run again: what is done twice comes to the same.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.audit import AuditEntry
from reports.access.identity import is_tenant
from reports.access.ports import Tenants
from reports.access.retention import Retention
from reports.adapters.cloudwatch_audit_log import CloudWatchAuditLog
from reports.adapters.dynamodb.belongings import DynamoDBBelongings
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from reports.adapters.s3.belongings import S3Belongings
from reports.adapters.system_clock import SystemClock
from reports.errors import PressrunError
from reports.jobs.belongings import Belongings
from tools.access import environment_of, retention_of
from tools.connection import Connection, UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why

_LONGEST_REASON = 200


def main(arguments: list[str] | None = None) -> int:
    """Do it, and print how much of what. Returns 1 with the reason when that can't be."""
    options = _parser().parse_args(arguments)
    if options.hold and (options.reason is None) is not options.release:
        print("error: Give a REASON, or RELEASE=1.", file=sys.stderr)
        return 2
    try:
        _check(options.tenant, options.reason)
        connection = connect(options.stage)
        tenants = DynamoDBTenants(connection.client("dynamodb"), f"pressrun-access-{options.stage}")
        if options.hold:
            action = "released" if options.release else "held"
            audit = CloudWatchAuditLog(
                connection.client("logs"),
                environment_of(connection, options.stage)["AUDIT_LOG_GROUP"],
                writer="operator",
            )
            by = f"operator:{connection.caller or options.stage}"
            audit.append(AuditEntry(SystemClock().now(), options.tenant, by, action))
            settle(tenants, options.tenant, options.reason)
        retention = retention_of(connection, options.stage)
        apply(options.tenant, retention, belongings_of(connection, options.stage, retention))
    except (ValueError, UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    print("Functions know a change after a minute. Run this once more in five, for what is being made now.")
    return 0


def settle(tenants: Tenants, name: str, reason: str | None) -> None:
    """Put a tenant under a legal hold, or release it."""
    tenants.put(replace(tenants.get(name), legal_hold=reason))


def apply(tenant: str, retention: Retention, stores: Sequence[Belongings]) -> None:
    """Have all that a tenant has expire as is settled, and print the counts."""
    days = retention.days_of(tenant)
    done: Counter[str] = Counter()
    for store in stores:
        for each in store.of(tenant):
            store.keep(tenant, each)
            done[each.kind] += 1
    for kind, number in sorted(done.items()):
        print(f"{number:>8,}  {kind}")
    kept = "until the hold is released" if days is None else f"for {days:,} days each"
    print(f"{done.total():,} things of {tenant} are kept {kept}.")


def belongings_of(connection: Connection, stage: str, retention: Retention) -> Sequence[Belongings]:
    """Return what tenants of a stage have, in all stores."""
    told = environment_of(connection, stage)
    uploads, artifacts = told["UPLOADS_BUCKET"], told["ARTIFACTS_BUCKET"]
    return (
        S3Belongings(connection.client("s3"), uploads=uploads, artifacts=artifacts, tag=retention.tag_of),
        DynamoDBBelongings(connection.client("dynamodb"), told["JOBS_TABLE"], expiry=retention.expires_at),
    )


def _check(tenant: str, reason: str | None) -> None:
    if not is_tenant(tenant):
        raise ValueError(f"{tenant!r} is no tenant: small letters, digits and dashes.")
    if reason is not None and not (reason.isprintable() and 0 < len(reason) <= _LONGEST_REASON):
        raise ValueError(f"REASON has to be one line of up to {_LONGEST_REASON} characters.")


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.retention", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--hold", action="store_true", help="settle the legal hold first")
    parser.add_argument("--reason", help="why nothing of the tenant's may be removed, such as a case's number")
    parser.add_argument("--release", action="store_true", help="release the tenant from the hold")
    return parser


if __name__ == "__main__":
    sys.exit(main())
