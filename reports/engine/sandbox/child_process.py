"""Start, hear and end the process that renders; ``child`` is what runs in it."""

from __future__ import annotations

import logging
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import weakref
from collections.abc import Callable, Collection
from contextlib import suppress
from pathlib import Path
from typing import Any

from reports.clock import Deadline
from reports.engine.kernel import hide_this_process
from reports.engine.sandbox.cpu_budget import CpuBudget
from reports.engine.sandbox.wire import MOST_OF_AN_ANSWER, BrokenWireError, Frame, Wire
from reports.render_contract import SANDBOX_MEASURES, WarmUp

# The folder that holds the `reports` package: the project, or the code folder of a function.
_ROOT = Path(__file__).resolve().parents[3]

# All that the child gets of the environment. Above all, no AWS_*.
_KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "LD_LIBRARY_PATH",
    "PRESSRUN_NATIVE_LIB",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
)

_logger = logging.getLogger(__name__)


class RendererUnavailableError(RuntimeError):
    """The engine cannot be loaded, which is a fault of the installation, not of a job."""


class RenderingProcess:
    """A rendering process, and the wire to it.

    It may read templates in the folders that are given, and write to a folder of its own, which goes with it. Files
    that its data are in are put into ``inputs``, where it may read them. Without the measures of its sandbox that are
    ``needed``, it does not load.
    """

    def __init__(
        self,
        memory_bytes: int,
        *,
        templates: Collection[Path],
        needed: Collection[str] = (),
        long_tables: bool = True,
        quotes_data: bool = False,
        warm_up: WarmUp = WarmUp.NOT,
    ) -> None:
        _hide()
        self._templates = frozenset(templates)
        self._needed = frozenset(needed)
        self.folder = Path(tempfile.mkdtemp(prefix="pressrun-renderer-")).resolve()
        self.inputs = Path(tempfile.mkdtemp(prefix="pressrun-inputs-")).resolve()
        self._remove_folders = weakref.finalize(self, _remove, self.folder, self.inputs)
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603, nothing in it comes from outside
                [
                    sys.executable,
                    *("-m", "reports.engine.sandbox.child"),
                    *("--parent", str(os.getpid())),
                    *("--memory-bytes", str(memory_bytes)),
                    *("--folder", str(self.folder)),
                    *(f"--readable={place}" for place in (*self._templates, self.inputs)),
                    *(() if long_tables else ("--no-long-tables",)),
                    *(("--quotes-data",) if quotes_data else ()),
                    *("--warm-up", warm_up),
                ],
                cwd=_ROOT,
                env=_environment() | {"TMPDIR": str(self.folder)},
                stdin=theirs.fileno(),
                stdout=2,  # What a library prints is for the operators.
                start_new_session=True,
            )
        # The kernel counts the most memory of who started a process as if it had been the process's own.
        self._inherited_bytes = _peak_bytes()
        self.wire = Wire(ours, most_bytes=MOST_OF_AN_ANSWER)
        self._is_loaded = False

    def load(self, *, by: Deadline) -> None:
        """Wait until it is ready. Raises RendererUnavailableError, BrokenWireError or TimeoutError."""
        if self._is_loaded:
            return
        facts = self.answer(by=by).facts
        if "unavailable" in facts:
            raise RendererUnavailableError(str(facts["unavailable"]))
        self._judge(facts.get("sandbox"))
        self._is_loaded = True

    def _judge(self, findings: Any) -> None:
        """Log what holds of the sandbox. Raises RendererUnavailableError when what is needed does not."""
        if not isinstance(findings, dict) or set(findings) != SANDBOX_MEASURES:
            raise BrokenWireError("the sandbox is not described")
        lacking = {name: str(reason) for name, reason in findings.items() if reason}
        facts = {"holds": sorted(SANDBOX_MEASURES - set(lacking)), "lacking": lacking}
        if missing := sorted(self._needed & set(lacking)):
            _logger.error("the renderer is not confined as it has to be", extra=facts)
            raise RendererUnavailableError(
                f"RENDER_SANDBOX asks for what this machine's kernel does not give: {', '.join(missing)}."
            )
        # Many kernels have no Landlock, AWS Lambda's among them; all else is worth a look.
        level = logging.WARNING if set(lacking) - {"landlock"} else logging.INFO
        _logger.log(level, "the renderer is confined", extra=facts)

    @property
    def group(self) -> int:
        """Return the id of the group of processes that it and its forks are, and that none of them can leave."""
        return self._process.pid

    def lent_bytes(self) -> int:
        """Return the size of the files that it has been lent."""
        return sum(file.stat().st_size for file in self.inputs.iterdir())

    def answer(
        self, *, by: Deadline, on_the_way: Callable[[Frame], bool] | None = None, within: CpuBudget | None = None
    ) -> Frame:
        """Return the next frame that is no line of the log, and that ``on_the_way`` does not take.

        Raises SpentBudgetError when it has taken more processor time ``within`` which it has to stay.
        """
        while True:
            while within is not None and not by.is_over and not self.wire.waits(by=min(within.check(), by)):
                pass
            frame = self.wire.receive(by=by)
            if "log" in frame.facts:
                _log(frame.facts["log"])
            elif on_the_way is None or not on_the_way(frame):
                return frame

    def can_read(self, folder: Path) -> bool:
        """Tell whether a template's folder is among those that it may read."""
        return any(folder.resolve().is_relative_to(place) for place in self._templates)

    def has_ended(self) -> bool:
        """Tell whether it is dead, or has begun to die."""
        try:
            ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        return ended is not None

    def forget_peak(self) -> bool:
        """Have the kernel measure its most memory from now on; tell whether it does."""
        try:
            Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", "ascii")
        except OSError:
            return False
        return True

    def peak_bytes(self) -> int | None:
        """Return the most memory that it has held since its peak was forgotten; None when it is gone."""
        try:
            lines = Path(f"/proc/{self._process.pid}/status").read_text("ascii", "replace").splitlines()
        except OSError:
            return None
        return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")), None)

    def kill(self) -> tuple[int | None, int | None]:
        """End it, if it lives, with all that it has started.

        Returns its exit status, negative for a signal, None if other code has reaped it; and its most memory, in bytes,
        None when that is not known to be more than this process had when it started it.
        """
        # One that is dying already keeps the status that it dies of. Until wait4(), no other process has its id.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self.wire.close()
        self._remove_folders()
        try:
            _, status, usage = os.wait4(self._process.pid, 0)
        except ChildProcessError:
            self._process.returncode = 0
            return None, 0
        self._process.returncode = os.waitstatus_to_exitcode(status)
        peak = usage.ru_maxrss * 1024
        return self._process.returncode, peak if peak > self._inherited_bytes else None


def _hide() -> None:
    """Keep what has the function's rights from those who have been started by it; the child tries whether it holds."""
    with suppress(OSError):
        hide_this_process()


def _remove(*folders: Path) -> None:
    for folder in folders:
        # What is in it may be the child's, who may have made it as deep as it likes.
        with suppress(RecursionError):
            shutil.rmtree(folder, ignore_errors=True)


def _peak_bytes() -> int:
    """Return the most memory that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    # Where this process finds its packages is not always where another one of the same interpreter would.
    return kept | {"PYTHONPATH": os.pathsep.join([str(_ROOT), *(entry for entry in sys.path if entry)])}


def _log(facts: Any) -> None:
    """Log a line of the child's as if it were ours. Raises BrokenWireError."""
    try:
        level, message, trace = int(facts["level"]), str(facts["message"]), str(facts["trace"])
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenWireError("a line of the log has not its form") from error
    _logger.log(level, "%s", message, extra={"exception": trace} if trace else None)
