"""Each end of a report is told once, in a line that has few metrics for CloudWatch, and all else for Logs Insights."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import jsonschema
import pytest

from handlers import logs, metrics, render, sweep
from reports import bootstrap
from reports.errors import ServiceUnavailableError, TemplateBrokenError
from reports.jobs.job import Job
from reports.jobs.log_lines import lines_about, log_end
from reports.jobs.request import ReportRequest
from reports.lifecycle.cancel_and_retry import CancelReport
from tests.builders import LEASE, MAX_TRIES, App, notification, upload_message
from tests.invoking import LambdaContext, record

# https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
_NAME = {"type": "string", "minLength": 1, "maxLength": 1024}
EMBEDDED_METRIC_FORMAT = {
    "type": "object",
    "required": ["_aws"],
    "properties": {
        "_aws": {
            "type": "object",
            "required": ["Timestamp", "CloudWatchMetrics"],
            "properties": {
                "Timestamp": {"type": "integer"},
                "CloudWatchMetrics": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["Namespace", "Dimensions", "Metrics"],
                        "properties": {
                            "Namespace": _NAME,
                            "Dimensions": {
                                "type": "array",
                                "minItems": 1,
                                "items": {"type": "array", "maxItems": 30, "items": {**_NAME, "maxLength": 250}},
                            },
                            "Metrics": {
                                "type": "array",
                                "maxItems": 100,
                                "items": {
                                    "type": "object",
                                    "required": ["Name"],
                                    "properties": {"Name": _NAME, "Unit": {"enum": ["Count", "Seconds"]}},
                                },
                            },
                        },
                    },
                },
            },
        }
    },
}

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines(monkeypatch: pytest.MonkeyPatch) -> Lines:
    """Return what returns all lines that were logged."""
    monkeypatch.setenv("STAGE", "dev")
    logs.configure.cache_clear()
    output = io.StringIO()
    monkeypatch.setattr(logs.configure("render").registered_handler, "stream", output)
    return lambda: [json.loads(line) for line in output.getvalue().splitlines()]


def ends(lines: Lines) -> list[dict[str, Any]]:
    return [line for line in lines() if "_aws" in line]


def metrics_of(line: dict[str, Any]) -> dict[tuple[tuple[str, str], ...], dict[str, float]]:
    """Return the metrics that CloudWatch makes of a line, by their dimensions."""
    jsonschema.validate(line, EMBEDDED_METRIC_FORMAT)
    return {
        tuple((name, line[name]) for name in dimensions): {each["Name"]: line[each["Name"]] for each in made["Metrics"]}
        for made in line["_aws"]["CloudWatchMetrics"]
        for dimensions in made["Dimensions"]
    }


def work_off(app: App, context: LambdaContext, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "service", lambda: app)
    render.handler({"Records": [record(app.queue.sent[-1])]}, context)


def submitted(app: App) -> Job:
    return app.submit(ReportRequest(template="letter", data={"to": "me"}), tenant="demo", correlation_id="corr-7")


def test_a_report_that_was_made_is_counted_with_what_it_took(
    app: App, lines: Lines, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = submitted(app)
    app.clock.advance(seconds=40)

    work_off(app, lambda_context, monkeypatch)

    [line] = ends(lines)
    known = {name: line[name] for name in ("job_id", "correlation_id", "tenant", "door", "status", "tries", "failed")}
    assert known == {
        "job_id": job.id,
        "correlation_id": "corr-7",
        "tenant": "demo",
        "door": "api",
        "status": "SUCCEEDED",
        "tries": 1,
        "failed": 0,
    }
    assert (line["wait_seconds"], line["pages"], line["bytes"] > 0) == (40.0, app.jobs.get(job.id).pages, True)
    assert line["tenant_class"] == "standard"
    assert 0 < line["cost"] < 0.001
    of_all = {"failed": 0, "seconds": line["seconds"], "wait_seconds": 40.0, "cost": line["cost"]}
    assert metrics_of(line)[(("stage", "dev"),)] == of_all


def test_a_failure_has_its_code_and_is_counted_for_its_template(
    app: App, lines: Lines, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "_templates", lambda: frozenset({"letter"}))
    submitted(app)
    app.renderer.faults = [TemplateBrokenError("It fails.")]

    work_off(app, lambda_context, monkeypatch)

    [line] = ends(lines)
    assert (line["status"], line["code"]) == ("FAILED", "template_broken")
    assert metrics_of(line)[(("stage", "dev"), ("template", "letter"))]["failed"] == 1


def test_attempts_that_others_follow_are_no_ends(
    app: App, lines: Lines, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    submitted(app)
    app.renderer.faults = [ServiceUnavailableError("S3 is down.")]

    work_off(app, lambda_context, monkeypatch)
    assert ends(lines) == []

    work_off(app, lambda_context, monkeypatch)
    assert [line["tries"] for line in ends(lines)] == [2]


def test_what_the_sweep_ends_and_what_a_caller_cancels_is_counted_too(
    app: App, lines: Lines, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = submitted(app)
    for _ in range(MAX_TRIES):
        lost = replace(lost, lease_until=app.clock.now()).claimed(app.clock.now(), LEASE, "w", 1)
        app.jobs.advance(lost)
    CancelReport(jobs=app.jobs, clock=app.clock)(submitted(app))
    app.clock.advance(minutes=20)
    monkeypatch.setattr(bootstrap, "repairs", lambda: app)

    sweep.handler({}, lambda_context)

    failure = app.jobs.get(lost.id).failure
    assert failure is not None
    told = [(line["status"], line.get("code"), line["failed"], line["tenant"]) for line in ends(lines)]
    assert told == [("CANCELLED", None, 0, "demo"), ("FAILED", failure.code, 1, "demo")]


@pytest.mark.parametrize("level", ["WARN", "ERROR"])
def test_no_level_leaves_ends_out(app: App, level: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    logs.configure.cache_clear()
    output = io.StringIO()
    monkeypatch.setattr(logs.configure("render").registered_handler, "stream", output)

    log_end(submitted(app).cancelled(app.clock.now()))

    assert json.loads(output.getvalue())["message"] == "ended"


@pytest.mark.parametrize("template", ["../..", "x" * 2000, "Ünknown", "_shared/..", ""])
def test_names_that_callers_make_up_make_no_metrics(app: App, lines: Lines, template: str) -> None:
    log_end(replace(submitted(app), template=template).cancelled(app.clock.now()))

    [line] = ends(lines)
    assert (("stage", "dev"), ("template", "unknown")) in metrics_of(line)


def test_every_line_of_a_job_says_whose_it_is_of_which_template_and_by_which_door(
    app: App, lines: Lines, lambda_context: LambdaContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As what knows no job does, such as the engine.
    app.renderer.before = lambda: logging.getLogger("reports.engine.anything").warning("something is odd")
    monkeypatch.setattr(bootstrap, "service", lambda: app)
    render.handler({"Records": [record(upload_message(notification("uploads/acme/letter/a.csv")))]}, lambda_context)
    submitted(app)
    work_off(app, lambda_context, monkeypatch)

    of_jobs = [line for line in lines() if "job_id" in line]
    assert {line["message"] for line in of_jobs} >= {"accepted", "claimed", "something is odd", "ended"}
    assert [line for line in of_jobs if not {"tenant", "template", "door", "correlation_id"} <= line.keys()] == []
    assert {line["attempt"] for line in of_jobs if line["message"] in ("claimed", "rendered", "succeeded")} == {1}
    assert {line["tenant"] for line in of_jobs} == {"acme", "demo"}


def test_lines_of_an_attempt_are_about_its_job_whichever_module_writes_them(app: App, lines: Lines) -> None:
    job = submitted(app).claimed(app.clock.now(), timedelta(minutes=1))
    with lines_about(job):
        logging.getLogger("reports.engine.anything").warning("something is odd")
    logging.getLogger("reports.engine.anything").warning("something else")

    inside, outside = lines()[-2:]
    assert (inside["job_id"], inside["tenant"], inside["door"], inside["attempt"]) == (job.id, "demo", "api", 1)
    assert "job_id" not in outside


def test_lines_about_another_job_keep_their_own_facts(app: App, lines: Lines) -> None:
    job, other = submitted(app), submitted(app)
    with lines_about(job):
        log_end(other.cancelled(app.clock.now()))

    assert ends(lines)[-1]["job_id"] == other.id
