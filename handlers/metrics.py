"""Tell CloudWatch what a function has counted."""

from __future__ import annotations

from collections.abc import Mapping

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit


def publish(counts: Mapping[str, int], *, service: str, function: str) -> None:
    """Publish counts by their names. ``function`` is the function's name, which has the stage in it."""
    # Embedded in a line of the log, so that a function needs no permission for them.
    metrics = Metrics(namespace="Pressrun", service=service)
    # Stages may share an account.
    metrics.add_dimension(name="function_name", value=function)
    for name, count in counts.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()
