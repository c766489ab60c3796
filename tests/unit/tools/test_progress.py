from __future__ import annotations

import io
import re
import signal
import subprocess
import sys
import time

import pytest

from tools import progress as module
from tools.progress import progress


def test_what_takes_longer_than_a_moment_is_told_while_it_lasts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0.01)
    # capfd empties its file while the thread writes, which may leave a NUL in it.
    monkeypatch.setattr(sys, "stderr", told := io.StringIO())

    with progress("Building"):
        deadline = time.monotonic() + 20
        while "now\n" not in told.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)

    assert re.match(r"Building …\n  … for \d+ s now\n", told.getvalue())


def test_what_is_done_at_once_is_not_told(capfd: pytest.CaptureFixture[str]) -> None:
    with progress("Building"):
        pass

    assert capfd.readouterr().err == ""


def test_a_fault_ends_it_and_passes(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 3600.0)

    with pytest.raises(KeyboardInterrupt), progress("Building"):
        raise KeyboardInterrupt


def test_what_has_been_said_already_is_only_said_to_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_AFTER_SECONDS", 0.01)
    monkeypatch.setattr(module, "_AGAIN_SECONDS", 0.01)
    # capfd empties its file while the thread writes, which may leave a NUL in it.
    monkeypatch.setattr(sys, "stderr", told := io.StringIO())

    with progress(None):
        deadline = time.monotonic() + 20
        while "now\n" not in told.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)

    assert re.match(r"  … for \d+ s now\n", told.getvalue())


@pytest.mark.parametrize("status", [0, 3])
def test_a_program_ends_as_it_does_by_itself(status: int, capfd: pytest.CaptureFixture[str]) -> None:
    program = f"import sys; print('made'); sys.exit({status})"

    assert module.main(["Installing", sys.executable, "-c", program]) == status

    assert capfd.readouterr() == ("made\n", "")


def test_a_program_that_is_interrupted_leaves_no_stack_trace() -> None:
    program = "import os, signal; os.kill(os.getppid(), signal.SIGINT)"
    command = [sys.executable, "-m", "tools.progress", "Installing", sys.executable, "-c", program]

    done = subprocess.run(command, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (128 + signal.SIGINT, "")
