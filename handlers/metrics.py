"""Tell CloudWatch what there is to count, in lines of the log, so that no function needs a permission for it.

CloudWatch bills each combination of a metric and the values of its dimensions. So these are few: stages, functions and
templates. All else that is known of an end stands in its line, for Logs Insights.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import Any

from aws_lambda_powertools import Metrics
from aws_lambda_powertools.metrics import MetricUnit

from reports import bootstrap

NAMESPACE = "Pressrun"

OTHER_TEMPLATES = "unknown"
"""The dimension of templates that do not exist: callers may write anything there."""

# The average of `failed` is the share of reports that failed, and the number of its samples that of all.
_OF_ALL = {
    "failed": MetricUnit.Count,
    "seconds": MetricUnit.Seconds,
    "wait_seconds": MetricUnit.Seconds,
    "cost": None,
}
_OF_A_TEMPLATE = {"failed": MetricUnit.Count, "seconds": MetricUnit.Seconds}


def publish(counts: Mapping[str, int], *, service: str, function: str) -> None:
    """Publish those counts that are not zero. ``function`` is the function's name, which has the stage in it."""
    found = {name: count for name, count in counts.items() if count}
    if not found:
        return
    metrics = Metrics(namespace=NAMESPACE, service=service)
    # Stages may share an account.
    metrics.add_dimension(name="function_name", value=function)
    for name, count in found.items():
        metrics.add_metric(name=name, unit=MetricUnit.Count, value=count)
    metrics.flush_metrics()


def of_end(facts: Mapping[str, Any], *, at: float) -> dict[str, Any]:
    """Return what makes metrics of the line that has these facts of an end, in CloudWatch's embedded metric format.

    ``at`` is in seconds since 1970.
    """
    template = facts.get("template")
    known = template if template in _templates() else OTHER_TEMPLATES
    directives = [
        _directive(("stage",), _OF_ALL, facts),
        _directive(("stage", "template"), _OF_A_TEMPLATE, facts),
    ]
    return {
        "_aws": {"Timestamp": int(at * 1000), "CloudWatchMetrics": directives},
        "stage": os.environ.get("STAGE", "local"),
        "template": known,
    }


def _directive(
    dimensions: tuple[str, ...], metrics: Mapping[str, MetricUnit | None], facts: Mapping[str, Any]
) -> dict[str, Any]:
    named = [
        {"Name": name} | ({} if unit is None else {"Unit": unit.value})
        for name, unit in metrics.items()
        if name in facts
    ]
    return {"Namespace": NAMESPACE, "Dimensions": [list(dimensions)], "Metrics": named}


@cache
def _templates() -> frozenset[str]:
    return frozenset(each.name for each in bootstrap.TEMPLATES.iterdir() if each.is_dir())
