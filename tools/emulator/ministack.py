"""Start and stop MiniStack: bound to 127.0.0.1, with folders of its own, and nothing left behind."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from tools.emulator import installation, processes
from tools.emulator.endpoint import CREDENTIALS, REGION, answers
from tools.emulator.errors import EmulatorError
from tools.progress import progress

DEFAULT_PORT = 4566
_START_SECONDS = 60
# It waits for clients that keep their connections open; when no state is to be kept there is nothing to wait for.
_FORGET_SECONDS = 1
# Time for the functions that run to end, and for the last snapshot of the state.
_SAVE_SECONDS = 60
_POLL_SECONDS = 0.05
_LOG_LINES_IN_ERRORS = 20


class Emulator:
    """One emulator on one port. As a context manager it runs for the length of a ``with`` block.

    While it runs, all it has is in a folder below ``build/emulator``: the log, the process id, temporary files, and the
    state. With ``persist`` the folder stays; otherwise only the log does, as ``build/emulator/last.log``. So a passing
    emulator never touches the state of a kept one on the same port. Port 0 means any free port. ``enforce_iam`` makes
    it check every role and policy.
    """

    def __init__(
        self, port: int = DEFAULT_PORT, *, persist: bool = False, enforce_iam: bool = False, home: Path | None = None
    ) -> None:
        self.port = port or processes.free_port()
        self.persist = persist
        self.enforce_iam = enforce_iam
        self._homes = home or installation.PROJECT / "build" / "emulator"
        self.home = self._homes / (str(self.port) if persist else f"passing-{self.port}")
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint_url(self) -> str:
        """Return where clients reach it. By address, because S3 clients put bucket names before `localhost`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log_file(self) -> Path:
        """Return the file with the output of the emulator and of its functions."""
        return self.home / "ministack.log"

    @property
    def pid(self) -> int | None:
        """Return the process id while it runs, also when another command started it."""
        pid = self._noted_pid()
        # The number may since have been given to another process.
        is_ours = pid and processes.is_running(pid) and installation.ENVIRONMENT.name in processes.command_of(pid)
        return pid if is_ours else None

    @property
    def is_ending(self) -> bool:
        """Tell whether it was asked to end, and still runs: who asked has not waited."""
        return self.pid is not None and self._ending_file.exists()

    def elsewhere(self) -> list[int]:
        """Return the other ports on which this project's kept emulators run."""
        ports = [int(path.name) for path in self._homes.glob("[0-9]*") if path.name.isdecimal()]
        return sorted(
            port
            for port in ports
            if port != self.port and Emulator(port, persist=True, home=self._homes).pid is not None
        )

    def is_healthy(self) -> bool:
        """Tell whether it answers."""
        return answers(f"{self.endpoint_url}/_ministack/health", seconds=2)

    def start(self) -> None:
        """Start, and wait until it answers. Raises EmulatorError when the port is taken or the start fails."""
        if self.pid is not None:
            raise EmulatorError(f"An emulator of this project runs on port {self.port} already (process {self.pid}).")
        if not processes.is_port_free(self.port):
            by = processes.listener_on(self.port) or "another process"
            raise EmulatorError(
                f"Port {self.port} of 127.0.0.1 is taken by {by}. End it, or choose another port: PRESSRUN_PORT=4567."
            )
        if killed := self._noted_pid():
            processes.end_orphans(killed, self.home)
        self._ending_file.unlink(missing_ok=True)
        python = installation.interpreter()
        shutil.rmtree(self._temporary, ignore_errors=True)
        self._temporary.mkdir(parents=True)
        with self.log_file.open("wb") as log:
            self._process = subprocess.Popen(
                [str(python), "-m", "tools.emulator.server"],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env=self._environment(),
                cwd=self.home,
                # A group of its own, by which its workers can be found after it has died.
                start_new_session=True,
            )
        self._pid_file.write_text(str(self._process.pid))
        with progress("Waiting for MiniStack to answer"):
            self._wait_until_healthy(self._process)

    def stop(self) -> bool:
        """Stop it and remove its temporary files, and its state unless that is kept. Returns whether it ran."""
        with progress("Stopping MiniStack: functions that run get 5 s to end, then its state is saved"):
            return self._stop(self.pid)

    def _stop(self, pid: int | None) -> bool:
        if pid is not None:
            self._ending_file.touch()
            processes.end_group(pid, patience_seconds=_SAVE_SECONDS if self.persist else _FORGET_SECONDS)
        elif killed := self._noted_pid():
            processes.end_orphans(killed, self.home)
        if self._process is not None:
            # Ended just now, or killed by another process, which then may have started the one that was ended.
            self._process.wait()
            self._process = None
        self._pid_file.unlink(missing_ok=True)
        self._ending_file.unlink(missing_ok=True)
        shutil.rmtree(self._temporary, ignore_errors=True)
        if not self.persist:
            if self.log_file.exists():
                self.log_file.replace(self._homes / "last.log")
            shutil.rmtree(self.home, ignore_errors=True)
        return pid is not None

    def forget(self) -> None:
        """Remove the kept state."""
        for folder in (self._state, self._packages):
            shutil.rmtree(folder, ignore_errors=True)

    def set_state_aside(self) -> Path:
        """Move the kept state out of the way, and return where it is now. One that was there before is removed."""
        aside = self.home / "state-damaged"
        shutil.rmtree(aside, ignore_errors=True)
        self._state.rename(aside)
        return aside

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            with _uninterrupted():
                self.stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with _uninterrupted():
            self.stop()

    def _noted_pid(self) -> int | None:
        try:
            return int(self._pid_file.read_text())
        except (FileNotFoundError, ValueError):
            return None

    @property
    def _pid_file(self) -> Path:
        return self.home / "pid"

    @property
    def _ending_file(self) -> Path:
        return self.home / "ending"

    @property
    def _temporary(self) -> Path:
        return self.home / "tmp"

    @property
    def _state(self) -> Path:
        return self.home / "state"

    @property
    def _packages(self) -> Path:
        return self.home / "packages"

    def _environment(self) -> dict[str, str]:
        """Build the environment from nothing, because every function inherits it."""
        if self.persist:
            self._state.mkdir(parents=True, exist_ok=True)
        return {
            "PATH": os.environ.get("PATH", os.defpath),
            "LANG": "C.UTF-8",
            "HOME": str(self._temporary),
            # MiniStack makes a folder for each worker and leaves it.
            "TMPDIR": str(self._temporary),
            # Unpacked once, not at each start: the functions could not answer until that is done.
            "PACKAGES_DIR": str(self._packages),
            "PYTHONPATH": str(installation.PROJECT),
            "PYTHONUNBUFFERED": "1",
            "BIND_HOST": "127.0.0.1",
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_HOST": "127.0.0.1",
            "MINISTACK_REGION": REGION,
            # One worker of each function stays; those that a crowd had need of are given back.
            "LAMBDA_WARM_TTL_SECONDS": "60",
            "AUTH": "true" if self.enforce_iam else "false",
            "PERSIST_STATE": "1" if self.persist else "0",
            "STATE_DIR": str(self._state),
            "S3_PERSIST": "1" if self.persist else "0",
            "S3_DATA_DIR": str(self._state / "s3"),
            "AWS_DEFAULT_REGION": REGION,
            **CREDENTIALS,
        }

    def _wait_until_healthy(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + _START_SECONDS
        while not self.is_healthy():
            if process.poll() is not None or time.monotonic() > deadline:
                what = "ended" if process.poll() is not None else f"did not answer within {_START_SECONDS} s"
                raise EmulatorError(f"The emulator {what}. The end of its log, {self.log_file}:\n{self._end_of_log()}")
            time.sleep(_POLL_SECONDS)

    def _end_of_log(self) -> str:
        with self.log_file.open(errors="replace") as log:
            return "".join(deque(log, _LOG_LINES_IN_ERRORS))


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Take no notice of Ctrl-C in the block: an emulator that was left behind would stay for ever."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
