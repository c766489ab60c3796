"""Watch the alarms of a stage for a while, as after a deployment."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import LOCAL, UnreachableError, connect
from tools.reasons import why

_EVERY_SECONDS = 20
_PREFIX = "pressrun-"


def main(arguments: list[str] | None = None) -> int:
    """Watch, with a line for each minute. Returns 1 as soon as an alarm goes off that was quiet at first."""
    parser = argparse.ArgumentParser(prog="python -m tools.watch", description=__doc__)
    parser.add_argument("--stage", default=LOCAL)
    parser.add_argument("--minutes", type=float, default=15)
    options = parser.parse_args(arguments)
    try:
        alarms = connect(options.stage).client("cloudwatch")
        gone_off = watch(alarms, options.stage, seconds=60 * options.minutes)
    except (UnreachableError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    for name, cause in gone_off.items():
        print(f"{name}: {cause}", file=sys.stderr)
    print("No alarm has gone off." if not gone_off else "See docs/operations.md, under the alarm's name.")
    return 1 if gone_off else 0


def watch(
    cloudwatch: Any,
    stage: str,
    *,
    seconds: float,
    monotonic: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], object] = time.sleep,
) -> Mapping[str, str]:
    """Return the alarms that have gone off since the first look, with CloudWatch's reasons; none when time is over.

    One that was off before says nothing about what has been deployed.
    """
    end = monotonic() + seconds
    before = set(_in_alarm(cloudwatch, stage))
    for name in sorted(before):
        print(f"{name} had gone off before.", file=sys.stderr)
    while (left := end - monotonic()) > 0:
        sleep(min(_EVERY_SECONDS, left))
        now = _in_alarm(cloudwatch, stage)
        # One that has recovered meanwhile counts when it goes off again.
        before &= set(now)
        if new := {name: why for name, why in now.items() if name not in before}:
            return new
        print(f"{max(left - _EVERY_SECONDS, 0) / 60:.0f} min left, all quiet", file=sys.stderr)
    return {}


def _in_alarm(cloudwatch: Any, stage: str) -> dict[str, str]:
    pages = cloudwatch.get_paginator("describe_alarms").paginate(AlarmNamePrefix=_PREFIX, StateValue="ALARM")
    found = [alarm for page in pages for alarm in page["MetricAlarms"]]
    return {each["AlarmName"]: each["StateReason"] for each in found if each["AlarmName"].endswith(f"-{stage}")}
