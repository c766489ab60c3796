"""Keep the emulator in an environment of its own, so that no function can borrow a package of the developer's."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tools.emulator.errors import EmulatorError
from tools.progress import progress

PROJECT = Path(__file__).resolve().parents[2]
REQUIREMENTS = PROJECT / "requirements" / "emulator.txt"
ENVIRONMENT = PROJECT / ".cache" / "emulator-venv"


def interpreter(environment: Path = ENVIRONMENT, requirements: Path = REQUIREMENTS) -> Path:
    """Return the Python that runs MiniStack, after it was installed if the lock file or this Python changed."""
    python = environment / "bin" / "python"
    stamp = environment / "installed-from"
    wanted = _fingerprint(requirements)
    environment.parent.mkdir(parents=True, exist_ok=True)
    with environment.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (python.exists() and stamp.exists() and stamp.read_text() == wanted):
            with progress(f"Installing the emulator into {os.path.relpath(environment)}"):
                shutil.rmtree(environment, ignore_errors=True)
                _run([sys.executable, "-m", "venv", str(environment)])
                pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
                _run([*pip, "install", "--quiet", "--require-hashes", "-r", str(requirements)])
            stamp.write_text(wanted)
    return python


def _fingerprint(requirements: Path) -> str:
    return f"{sys.version} {hashlib.sha256(requirements.read_bytes()).hexdigest()}"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = (done.stderr or done.stdout).strip()[-2000:]
        raise EmulatorError(f"The emulator could not be installed. `{' '.join(command)}` failed:\n{reason}")
