"""Alarms and the dashboard ask for metrics that there are, by their dimensions; and each alarm is explained."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from handlers import metrics
from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from tests.unit.stack.compiled import Template
from tests.unit.test_docs import read, section

# They run by themselves, so no data mean that they don't.
SCHEDULED = ("pressrun-sweep-", "pressrun-erase-")

Metric = tuple[str, str, tuple[str, ...]]

# Of AWS's own metrics those that are asked for: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html,
# …/apigateway/latest/developerguide/api-gateway-metrics-and-dimensions.html and
# …/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
OF_LAMBDA = ("Errors", "Throttles", "Duration", "ConcurrentExecutions", "RecursiveInvocationsDropped")
OF_SQS = ("ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage")
KNOWN: set[Metric] = {
    *(("AWS/Lambda", name, ("FunctionName",)) for name in OF_LAMBDA),
    ("AWS/Lambda", "ConcurrentExecutions", ()),
    *(("AWS/SQS", name, ("QueueName",)) for name in OF_SQS),
    *(("AWS/ApiGateway", name, ("ApiName", "Stage")) for name in ("Count", "4XXError", "5XXError")),
}

# What lines of the log have, or are given by Logs Insights, Lambda's own report, or API Gateway's access log.
FIELDS = {
    *("@timestamp", "@log", "function", "message", "level", "exception", "job_id", "correlation_id", "attempt", "code"),
    *("tenant", "template", "door", "receiver", "outcome", "duration_ms"),
    *("type", "record.metrics.initDurationMs", "record.metrics.maxMemoryUsedMB"),
    *("path", "status", "principal"),
    *("failed", "seconds", "wait_seconds", "tries", "pages", "rows", "bytes", "cpu_seconds", "peak_mb"),
    *("cost", "tenant_class"),
}


def published(capsys: pytest.CaptureFixture[str]) -> set[Metric]:
    """Return what our functions publish, read from the lines that they print."""
    for service, counted in {"render": "unadmitted", "notify": "failures", "sweep": "faults"}.items():
        metrics.publish({counted: 1}, service=service, function=f"pressrun-dev-{service}")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    facts = {"template": "table", "failed": 1, "seconds": 2.0, "wait_seconds": 1.0}
    lines.append(facts | metrics.of_end(facts, at=0))
    return {
        (made["Namespace"], metric["Name"], tuple(sorted(dimensions)))
        for line in lines
        for made in line["_aws"]["CloudWatchMetrics"]
        for dimensions in made["Dimensions"]
        for metric in made["Metrics"]
    }


def alarms_of(template: Template) -> dict[str, Any]:
    return {str(alarm["AlarmName"]): alarm for alarm in template.of_type("AWS::CloudWatch::Alarm").values()}


def dimensions_of(alarm: Any) -> dict[str, Any]:
    return {each["Name"]: each["Value"] for each in alarm.get("Dimensions", [])}


def test_each_alarm_watches_a_metric_that_there_is_and_notifies_the_operator(
    template: Template, capsys: pytest.CaptureFixture[str]
) -> None:
    alarms = alarms_of(template)
    there_are = KNOWN | published(capsys)

    assert len(alarms) == len(template.of_type("AWS::CloudWatch::Alarm"))
    for name, alarm in alarms.items():
        assert (alarm["Namespace"], alarm["MetricName"], tuple(sorted(dimensions_of(alarm)))) in there_are, name
        assert alarm["AlarmActions"] == alarm["OKActions"] == [{"Ref": "AlertsTopic"}], name
        assert alarm["TreatMissingData"] == ("breaching" if name.startswith(SCHEDULED) else "notBreaching"), name
        assert alarm.get("DatapointsToAlarm", 1) <= alarm["EvaluationPeriods"], name


def test_dimensions_have_the_values_of_this_stage(template: Template) -> None:
    functions = set(template.of_type("AWS::Lambda::Function"))
    known = {"ApiName": template.resource("ApiGatewayRestApi")["Properties"]["Name"], "Stage": template.stage}

    for name, alarm in alarms_of(template).items():
        for dimension, value in dimensions_of(alarm).items():
            if dimension in {"FunctionName", "function_name"}:
                assert value["Ref"] in functions, name
            elif dimension == "stage":
                assert value == template.stage, name
            elif dimension in known:
                assert value == known[dimension], name


def test_prod_watches_each_function_and_each_template(template_of: Callable[..., Template]) -> None:
    prod = template_of("prod")
    # Of a redrive, the operator that started it sees how far it is.
    invoked = set(prod.of_type("AWS::Lambda::Function")) - {"RedriveLambdaFunction"}

    watched: dict[str, set[Any]] = {}
    for alarm in alarms_of(prod).values():
        of = dimensions_of(alarm)
        value = of["FunctionName"]["Ref"] if "FunctionName" in of else of.get("template")
        watched.setdefault(str(alarm["MetricName"]), set()).add(value)

    assert watched["Errors"] == invoked
    # The alarms of those that run by themselves also tell when they don't run.
    assert watched["Throttles"] == invoked - {"SweepLambdaFunction", "EraseLambdaFunction"}
    assert watched["failed"] == {None, *Catalog(TEMPLATES).names()}


def test_every_alarm_is_explained_and_no_other(template_of: Callable[..., Template]) -> None:
    named = {re.sub(r"^pressrun-|-prod$", "", name) for name in alarms_of(template_of("prod"))}
    templates = "|".join(Catalog(TEMPLATES).names())
    alarms = {re.sub(rf"^failing-({templates})$", "failing-<template>", name) for name in named}

    headings = re.findall(r"^### .+$", section(read("docs/operations.md"), "Alarms"), re.MULTILINE)
    explained = {name for heading in headings for name in re.findall(r"`pressrun-([\w<>-]+)-<stage>`", heading)}

    assert explained == alarms


def dashboard_of(template: Template) -> dict[str, Any]:
    [dashboard] = template.of_type("AWS::CloudWatch::Dashboard").values()
    body: dict[str, Any] = json.loads(dashboard["DashboardBody"]["Fn::Sub"])
    return body


def test_the_dashboard_shows_every_alarm_and_metrics_that_there_are(
    aws_template: Template, capsys: pytest.CaptureFixture[str]
) -> None:
    there_are = KNOWN | published(capsys)
    widgets = dashboard_of(aws_template)["widgets"]

    [shown] = [widget["properties"]["alarms"] for widget in widgets if widget["type"] == "alarm"]
    assert {arn.rpartition(":")[2] for arn in shown} == set(alarms_of(aws_template))
    asked = [metric for widget in widgets for metric in widget["properties"].get("metrics", ())]
    for namespace, name, *dimensions in (each for each in asked if isinstance(each[0], str)):
        names = tuple(sorted(each for each in dimensions[::2] if isinstance(each, str)))
        assert (namespace, name, names) in there_are, name
    assert len(asked) > 20


def test_widgets_fill_rows_and_do_not_overlap(aws_template: Template) -> None:
    taken: set[tuple[int, int]] = set()
    for widget in dashboard_of(aws_template)["widgets"]:
        x, y, width, height = (widget[name] for name in ("x", "y", "width", "height"))
        cells = {(column, line) for column in range(x, x + width) for line in range(y, y + height)}
        assert x + width <= 24
        assert not cells & taken
        taken |= cells

    assert len(taken) == 24 * (1 + max(line for _, line in taken))


def test_queries_ask_for_fields_that_lines_have(aws_template: Template) -> None:
    queries = aws_template.of_type("AWS::Logs::QueryDefinition").values()
    groups = {
        str(group["LogGroupName"])
        for group in aws_template.of_type("AWS::Logs::LogGroup").values()
        if isinstance(group["LogGroupName"], str)
    }

    assert len({query["Name"] for query in queries}) == len(queries) >= 6
    for query in queries:
        text = re.sub(r'"[^"]*"', "", query["QueryString"])
        aliases = set(re.findall(r" as (\w+)", text))
        keywords = {"filter", "fields", "sort", "stats", "limit", "by", "as", "and", "or", "like", "desc", "asc"}
        called = {"count", "sum", "avg", "max", "latest", "pct", "bin", "count_distinct", "ispresent"}
        words = {word for word in re.findall(r"@?[a-z][\w.]*", text) if not word.isdecimal()}
        assert words - aliases - keywords - called - {"m"} <= FIELDS, query["Name"]
        assert set(query["LogGroupNames"]) <= groups, query["Name"]
