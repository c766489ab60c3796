"""The command starts quickly, and ends quietly when it is interrupted while it does."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

import pressrun_client

ROOT = Path(__file__).resolve().parents[3]
INTERRUPTED = "import os, signal, time; os.kill(os.getpid(), signal.SIGINT); time.sleep(20)"


@pytest.mark.parametrize("module", ["click", "requests", "rich"])
def test_an_interruption_while_modules_are_loaded_is_no_stack_trace(tmp_path: Path, module: str) -> None:
    (tmp_path / f"{module}.py").write_text(INTERRUPTED)

    done = subprocess.run(
        [sys.executable, "-m", "pressrun_client", "templates"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{tmp_path}{os.pathsep}{ROOT}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == -signal.SIGINT
    assert (done.stdout, done.stderr) == ("", "")


def test_the_package_has_all_that_it_names_and_nothing_else() -> None:
    for name in pressrun_client.__all__:
        assert getattr(pressrun_client, name) is not None
    with pytest.raises(AttributeError, match="has no attribute 'Printer'"):
        _ = pressrun_client.Printer


def test_the_package_alone_loads_no_library() -> None:
    program = (
        "import sys, pressrun_client; sys.exit(' '.join({'requests', 'click', 'rich'} & set(sys.modules)) or None)"
    )

    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")
