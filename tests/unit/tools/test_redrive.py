from __future__ import annotations

import io
import json
from typing import Any

import pytest
from pydantic import ValidationError

from reports.lifecycle.redrive import RedriveOrder
from tools import redrive


class FakeFunctions:
    """Answers an invocation, and keeps what it was asked."""

    def __init__(self, *, fault: str | None = None, **counts: int) -> None:
        self.asked: dict[str, Any] = {}
        self._answer: dict[str, Any] = {"inspected": 0, "redriven": 0, "skipped": 0, "failed": 0, **counts}
        self._fault = fault

    def invoke(self, *, FunctionName: str, Payload: bytes) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.asked = {"function": FunctionName, **json.loads(Payload)}
        if self._fault:
            return {
                "FunctionError": "Unhandled",
                "Payload": io.BytesIO(json.dumps({"errorMessage": self._fault}).encode()),
            }
        return {"Payload": io.BytesIO(json.dumps(self._answer).encode())}


def test_the_order_is_what_was_typed() -> None:
    functions = FakeFunctions(inspected=1, redriven=1)

    order = ["--stage", "dev", "--max", "7", "--job", "j", "--error-code", "c", "--template", "t", "--batch", "b"]
    status = redrive.main([*order, "--tenant", "acme", "--dry-run"], client=functions)

    assert status == 0
    assert functions.asked.pop("function") == "pressrun-dev-redrive"
    wanted = {
        "max": 7,
        "job_id": "j",
        "error_code": "c",
        "template": "t",
        "tenant": "acme",
        "batch": "b",
        "dry_run": True,
    }
    assert functions.asked == wanted
    assert RedriveOrder.model_validate(functions.asked)


@pytest.mark.parametrize("typed", ["abc", "0", "-1", "1.5", "10001", "٣", "", "9" * 30])
def test_a_number_that_is_none_is_told_by_the_name_that_was_typed(
    typed: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        redrive.main([f"--max={typed}"], client=FakeFunctions())

    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert told.startswith("error: MAX: ")
    assert repr(typed) in told
    assert "--max" not in told
    assert told.count("\n") == 1


def test_the_bounds_of_max_are_those_of_the_function() -> None:
    assert RedriveOrder(max=10_000)
    with pytest.raises(ValidationError):
        RedriveOrder(max=10_001)


def test_a_report_of_which_there_is_no_dead_letter_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert redrive.main(["--job", "nonsense"], client=FakeFunctions(inspected=3, skipped=3)) == 1

    assert "No dead letter for JOB=nonsense" in capsys.readouterr().err


def test_a_filter_that_nothing_passes_is_told_and_is_no_failure(capsys: pytest.CaptureFixture[str]) -> None:
    assert redrive.main(["--error-code", "worker_lots", "--template", "inovice"], client=FakeFunctions()) == 0

    assert "No dead letter for CODE=worker_lots TEMPLATE=inovice" in capsys.readouterr().err


def test_an_empty_queue_is_nothing_special(capsys: pytest.CaptureFixture[str]) -> None:
    assert redrive.main([], client=FakeFunctions()) == 0

    assert capsys.readouterr().err == ""


def test_a_function_that_fails_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert redrive.main([], client=FakeFunctions(fault="Task timed out")) == 1

    assert "Task timed out" in capsys.readouterr().err


def test_a_tenant_that_can_be_none_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        redrive.main(["--tenant", "A b"], client=FakeFunctions())

    assert capsys.readouterr().err.startswith("error: TENANT: 'A b'")
