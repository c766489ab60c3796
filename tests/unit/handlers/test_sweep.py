"""The sweep function looks at jobs and at deliveries, and tells CloudWatch what it has done."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from handlers import sweep
from reports import bootstrap
from reports.errors import ServiceUnavailableError
from reports.lifecycle.sweep import SweepCounts
from tests.invoking import LambdaContext

DOWN = ServiceUnavailableError("DynamoDB is down.")


def arrange(monkeypatch: pytest.MonkeyPatch, *, jobs: SweepCounts | Exception, deliveries: int | Exception) -> None:
    """Let the two parts of a sweep return these, or raise them."""

    def part(result: Any) -> Any:
        if isinstance(result, Exception):
            raise result
        return result

    swept = SimpleNamespace(sweep=lambda: part(jobs), sweep_deliveries=lambda: part(deliveries))
    monkeypatch.setattr(bootstrap, "repairs", lambda: swept)


def metrics(printed: str) -> dict[str, Any]:
    """Return what stands in the lines from which CloudWatch makes metrics."""
    lines = [json.loads(line) for line in printed.splitlines() if '"_aws"' in line]
    return {name: value for line in lines for name, value in line.items() if name != "_aws"}


def test_what_was_done_is_returned_and_counted_for_this_stage_alone(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    arrange(monkeypatch, jobs=SweepCounts(inspected=3, lost=1, faults=2), deliveries=4)
    lambda_context.function_name = "pressrun-dev-sweep"

    counts = sweep.handler({}, lambda_context)

    counted = metrics(capsys.readouterr().out)
    assert (counts["inspected"], counts["faults"], counts["deliveries"]) == (3, 2, 4)
    found = {name: [float(count)] for name, count in counts.items() if count}
    assert {name: counted[name] for name in counts if name in counted} == found
    assert (counted["service"], counted["function_name"]) == ("sweep", "pressrun-dev-sweep")


def test_deliveries_are_looked_at_though_jobs_cannot_be(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    arrange(monkeypatch, jobs=DOWN, deliveries=4)

    with pytest.raises(ServiceUnavailableError):
        sweep.handler({}, lambda_context)

    assert metrics(capsys.readouterr().out)["deliveries"] == [4.0]


def test_what_was_done_for_jobs_is_counted_though_deliveries_cannot_be_looked_at(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    arrange(monkeypatch, jobs=SweepCounts(lost=1), deliveries=DOWN)

    with pytest.raises(ServiceUnavailableError):
        sweep.handler({}, lambda_context)

    assert metrics(capsys.readouterr().out)["lost"] == [1.0]


def test_what_is_zero_is_no_metric_for_each_of_them_costs_money(
    monkeypatch: pytest.MonkeyPatch, lambda_context: LambdaContext, capsys: pytest.CaptureFixture[str]
) -> None:
    arrange(monkeypatch, jobs=SweepCounts(), deliveries=0)

    sweep.handler({}, lambda_context)

    assert metrics(capsys.readouterr().out) == {}
