"""What stage param `logLevel` leaves out of the logs, and what it must not."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest

from handlers import logs, metrics

log = logging.getLogger("reports.anything")


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    # As on Lambda with resources as deployed: see provider.logs in serverless.yml.
    monkeypatch.setenv("AWS_LAMBDA_LOG_LEVEL", "INFO")
    yield
    monkeypatch.undo()
    logs.configure.cache_clear()
    logs.configure("any")


@pytest.mark.parametrize(
    ("level", "logged"),
    [
        (None, ["info", "warning", "error"]),
        ("INFO", ["info", "warning", "error"]),
        ("WARN", ["warning", "error"]),
        ("WARNING", ["warning", "error"]),
        ("ERROR", ["error"]),
    ],
)
def test_functions_leave_out_what_is_below_the_level_themselves(
    level: str | None, logged: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    if level is None:
        monkeypatch.delenv("POWERTOOLS_LOG_LEVEL", raising=False)
    else:
        monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    logs.configure.cache_clear()
    output = io.StringIO()
    monkeypatch.setattr(logs.configure("any").registered_handler, "stream", output)

    for name in ("debug", "info", "warning", "error"):
        getattr(log, name)(name)

    assert [json.loads(line)["message"] for line in output.getvalue().splitlines()] == logged


@pytest.mark.parametrize("level", ["INFO", "WARN", "ERROR"])
def test_no_level_silences_the_metrics_by_which_alarms_go(
    level: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", level)
    logs.configure.cache_clear()
    logs.configure("any")

    metrics.publish({"unadmitted": 1}, service="render", function="pressrun-dev-render")

    [line] = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    # Lambda lets lines without a level pass as those of INFO, which its filter is at.
    assert "level" not in line
    assert line["unadmitted"] == [1.0]
