"""Pause the renders of a stage, or go on: a tenant's, those of a template, both, or all. Without a reason, list pauses.

Requests are accepted meanwhile, and wait. Callers see the reason.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from botocore.exceptions import BotoCoreError, ClientError

from reports.adapters.dynamodb.pauses import DynamoDBPauses
from reports.errors import PressrunError
from reports.jobs.pauses import Pause, resumed, with_pause
from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why

PAUSE, RESUME = "pause", "resume"
_LONGEST_REASON = 200


def main(arguments: list[str] | None = None, *, store: DynamoDBPauses | None = None) -> int:
    """Do it, and print all pauses that last. Returns 1 if that failed, and 2 if a choice is missing."""
    options = _parser().parse_args(arguments)
    wants_change = options.action == RESUME or options.reason is not None
    if wants_change and not (options.tenant or options.template or options.all):
        print("error: Name TENANT, TEMPLATE or both, or ALL=1 for the whole queue.", file=sys.stderr)
        return 2
    if options.reason is not None and not 0 < len(options.reason.strip()) <= _LONGEST_REASON:
        print(f"error: REASON has to have 1 to {_LONGEST_REASON} characters: callers read it.", file=sys.stderr)
        return 2
    try:
        kept = store or DynamoDBPauses(connect(options.stage).client("dynamodb"), f"pressrun-jobs-{options.stage}")
        pauses = list(kept.read())
        if wants_change:
            pauses = _changed(pauses, options)
            kept.write(pauses)
    except (UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    lasting = [each for each in pauses if each.lasts]
    for each in lasting:
        print(f"{_shown(each):<30} since {each.since:%Y-%m-%d %H:%M} UTC: {each.reason}")
    if not lasting:
        print("Nothing is paused.")
    return 0


def _changed(pauses: list[Pause], options: argparse.Namespace) -> list[Pause]:
    now = datetime.now(UTC)
    if options.action == RESUME:
        return resumed(pauses, options.tenant, options.template, now)
    return with_pause(pauses, Pause(options.reason.strip(), now, options.tenant, options.template))


def _shown(pause: Pause) -> str:
    named = {"tenant": pause.tenant, "template": pause.template}
    return ", ".join(f"{name} {value}" for name, value in named.items() if value is not None) or "everything"


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.pause", description=__doc__)
    parser.add_argument("action", choices=[PAUSE, RESUME])
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", help="of this tenant alone")
    parser.add_argument("--template", help="of this template alone")
    parser.add_argument("--all", action="store_true", help="of all")
    parser.add_argument("--reason", help="for callers")
    return parser


if __name__ == "__main__":
    sys.exit(main())
