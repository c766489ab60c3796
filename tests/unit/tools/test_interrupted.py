"""Tools end quietly when they are interrupted, whatever they are at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

from tools import demo
from tools.emulator import __main__ as emulating
from tools.emulator import consistency

ROOT = Path(__file__).resolve().parents[3]
INTERRUPTED = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(20)"


def run(folder: Path, program: str) -> subprocess.CompletedProcess[str]:
    """Run a tool whose import of boto3 runs a program instead."""
    (folder / "boto3.py").write_text(program)
    return subprocess.run(
        [sys.executable, "-m", "tools.api_key", "--help"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{folder}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_an_interruption_while_modules_are_loaded_is_no_stack_trace(tmp_path: Path) -> None:
    done = run(tmp_path, INTERRUPTED)

    assert done.returncode == -signal.SIGINT
    assert (done.stdout, done.stderr) == ("", "")


@pytest.mark.parametrize("fault", ["ImportError", "SystemError"])
def test_any_other_fault_has_its_stack_trace(tmp_path: Path, fault: str) -> None:
    done = run(tmp_path, f"raise {fault}('torn')")

    assert done.returncode == 1
    assert "Traceback" in done.stderr
    assert f"{fault}: torn" in done.stderr


class EmulatorInTheMiddle:
    """An emulator whose end takes long enough to be interrupted."""

    port, endpoint_url, log_file = 4566, "http://127.0.0.1:4566", ROOT / "log"

    def __init__(self, *, is_ending: bool = False) -> None:
        self.pid: int | None = 7
        self.is_ending = is_ending
        self.calls: list[str] = []

    def stop(self) -> bool:
        self.calls.append("stop")
        if not self.is_ending:
            raise KeyboardInterrupt
        self.pid = None
        return True

    def start(self) -> None:
        self.calls.append("start")


def test_an_end_that_is_not_waited_for_says_so_and_the_next_start_waits_for_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(consistency, "lost", lambda *_: [])
    ending: Any = EmulatorInTheMiddle(is_ending=True)

    assert emulating._down(cast("Any", EmulatorInTheMiddle())) == 130
    told = capsys.readouterr().out
    emulating._up(ending)

    assert "make down" in told
    assert "make up" in told
    assert ending.calls == ["stop", "start"]


def test_a_demonstration_that_is_interrupted_says_what_is_left(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(demo, "a_client", interrupted)
    monkeypatch.setattr(demo, "PROJECT", tmp_path)
    monkeypatch.setattr(demo, "OUT", tmp_path / "demo")
    monkeypatch.setattr(demo, "SENT", tmp_path / "demo" / "sent")

    assert demo.main() == 130
    assert "make demo" in capsys.readouterr().out
