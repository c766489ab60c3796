"""Repair what crashes have left behind. Invoked on a schedule."""

from __future__ import annotations

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
        counts = bootstrap.sweep()().as_dict()
        counts["deliveries"] = bootstrap.delivery_sweep()()
        # Embedded in a line of the log, so that a function needs no permission for them.
        metrics = Metrics(namespace="Pressrun", service="sweep")
        for name, count in counts.items():
            metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
        metrics.flush_metrics()
        return counts
