from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from tools import gate


@pytest.fixture(autouse=True)
def logs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "_LOGS", tmp_path / "logs")


def _python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_each_part_is_told_when_it_begins_and_ends_with_what_it_said(capfd: pytest.CaptureFixture[str]) -> None:
    status = gate.run([("types", _python("print('no issues')"))], side_by_side=True)

    told = capfd.readouterr().out.splitlines()
    assert status == 0
    assert told[0] == "==> types has begun"
    assert told[1].startswith("==> types passed after ")
    assert told[2] == "no issues"
    assert told[-1] == "All parts of the gate have passed."


def test_at_the_end_each_part_is_listed_with_what_it_took(capfd: pytest.CaptureFixture[str]) -> None:
    burns = "import time\nwhile time.process_time() < 1.5: pass"
    runs = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {burns!r}], check=True)"

    gate.run([("idle", _python("")), ("busy", _python(runs))], side_by_side=False)

    _, table = capfd.readouterr().out.split("Each part took:\n")
    listed = [re.split(r"\s{2,}", line) for line in table.splitlines()[:2]]
    assert [row[0] for row in listed] == ["idle", "busy"]
    idle, busy = (int(row[2].split()[0]) for row in listed)
    assert busy >= 1
    assert idle < busy


def test_a_part_that_fails_fails_the_gate_and_the_others_still_run(capfd: pytest.CaptureFixture[str]) -> None:
    status = gate.run([("bad", _python("raise SystemExit(3)")), ("good", _python("print('ran')"))], side_by_side=False)

    told = capfd.readouterr().out
    assert status == 1
    assert "==> bad failed with status 3" in told
    assert "ran\n" in told
    assert told.endswith("Failed: bad\n")


def test_parts_that_may_not_run_side_by_side_follow_each_other(capfd: pytest.CaptureFixture[str]) -> None:
    gate.run([("first", _python("")), ("second", _python(""))], side_by_side=False)

    steps = [line.split(" after")[0] for line in capfd.readouterr().out.splitlines() if line.startswith("==>")]
    assert steps == ["==> first has begun", "==> first passed", "==> second has begun", "==> second passed"]


def test_a_part_that_takes_long_is_told_of_with_its_last_words(
    capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(gate, "_PROGRESS_SECONDS", 0.0)
    go_on = tmp_path / "go on"
    waits = "import pathlib, time; print('12 of 99', flush=True)\n"
    waits += f"while not pathlib.Path({str(go_on)!r}).exists(): time.sleep(.01)"
    last_line = gate.Part.last_line

    def told_of(part: gate.Part) -> str:
        line = last_line(part)
        if line == "12 of 99":
            go_on.touch()
        return line

    monkeypatch.setattr(gate.Part, "last_line", told_of)

    gate.run([("unit", _python(waits))], side_by_side=True)

    assert "s: 12 of 99\n" in capfd.readouterr().out
