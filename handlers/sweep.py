"""Repair what crashes have left behind. Invoked on a schedule."""

from __future__ import annotations

from typing import Any

from handlers import logs, metrics
from reports import bootstrap


def handler(_: object, context: Any) -> dict[str, int]:
    """Return the counts of reports.lifecycle.sweep.SweepCounts, and of deliveries that were queued again.

    Those that are not zero also become metrics of CloudWatch.
    """
    logger = logs.configure("sweep")
    with logs.bound(logger, correlation_id=getattr(context, "aws_request_id", None)):
        counts: dict[str, int] = {}
        try:
            try:
                counts |= bootstrap.repairs().sweep().as_dict()
            finally:
                # Deliveries have their turn whatever has become of the jobs.
                counts["deliveries"] = bootstrap.repairs().sweep_deliveries()
        finally:
            metrics.publish(counts, service="sweep", function=context.function_name)
        return counts


bootstrap.at_init(bootstrap.repairs, "sweep", "sweep_deliveries")
