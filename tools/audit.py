"""Print the audit log of a stage: who asked for a tenant's reports, who got them, and what was removed."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.access import environment_of
from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why
from tools.steer import moment


def main(arguments: list[str] | None = None) -> int:
    """Print the entries, the oldest first, each as a line of JSON. Returns 1 with the reason when that can't be."""
    options = _parser().parse_args(arguments)
    try:
        connection = connect(options.stage)
        group = environment_of(connection, options.stage)["AUDIT_LOG_GROUP"]
        for entry in entries(connection.client("logs"), group, options.tenant, options.since):
            print(json.dumps(entry, ensure_ascii=False))
    except (UnreachableError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    return 0


def entries(logs: Any, group: str, tenant: str | None, since: datetime) -> Iterator[dict[str, Any]]:
    """Yield the entries since a moment, of one tenant or of all, in the order of their times."""
    query: dict[str, Any] = {"logGroupName": group, "startTime": round(since.timestamp() * 1000)}
    if tenant is not None:
        query["filterPattern"] = f'"{tenant}"'
    pages = logs.get_paginator("filter_log_events").paginate(**query)
    found = [json.loads(event["message"]) for page in pages for event in page["events"]]
    # The pattern is also found in other members.
    yield from sorted((each for each in found if tenant in (None, each["tenant"])), key=lambda each: each["at"])


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.audit", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", help="only entries of this tenant")
    parser.add_argument("--since", type=moment, default="1d", help="only entries since then (default: 1d)")
    return parser


if __name__ == "__main__":
    sys.exit(main())
