"""Repair what crashes have left behind. Invoked on a schedule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from reports import bootstrap, logs


def handler(_: object, context: Any) -> dict[str, int]:
    """Return the counts of reports.sweeping.SweepCounts, and of deliveries that were queued again.

    They also become metrics of CloudWatch.
    """
    logger = logs.configure("sweep")
    with logs.bound(logger, correlation_id=getattr(context, "aws_request_id", None)):
        counts: dict[str, int] = {}
        try:
            try:
                counts |= bootstrap.sweep()().as_dict()
            finally:
                # Deliveries have their turn whatever has become of the jobs.
                counts["deliveries"] = bootstrap.delivery_sweep()()
        finally:
            _publish(counts, context.function_name)
        return counts


def _publish(counts: Mapping[str, int], function: str) -> None:
    # Embedded in a line of the log, so that a function needs no permission for them.
    metrics = Metrics(namespace="Pressrun", service="sweep")
    # Its name has the stage, for stages may share an account.
    metrics.add_dimension(name="function_name", value=function)
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()
