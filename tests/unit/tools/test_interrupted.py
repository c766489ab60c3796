"""Tools end quietly when they are interrupted, whatever they are at."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

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
