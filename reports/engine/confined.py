"""Render in a child process that can be killed, so that no document takes the function with it.

The function itself never loads WeasyPrint. The child has limits on time and memory, none of the function's rights (its
environment has no credentials), and stays warm between renders. After a limit or a crash, the next render gets
a new one.
"""

from __future__ import annotations

import logging
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from reports.engine.wire import (
    MOST_OF_AN_ANSWER,
    BrokenWireError,
    Frame,
    Request,
    Wire,
    error_of,
    report_of,
    request_frame,
)
from reports.errors import (
    InternalError,
    InterruptedRenderError,
    PermanentError,
    PressrunError,
    RenderMemoryError,
    RenderTimeoutError,
)
from reports.model import RenderContext, RenderedReport, RenderLimits, Template

# The folder that holds the `reports` package: the project, or the code folder of a function.
_ROOT = Path(__file__).resolve().parents[2]

# All that the child gets of the environment. Above all, no AWS_*.
_KEPT_VARIABLES = (
    "PATH",
    "LANG",
    "LC_ALL",
    "LC_CTYPE",
    "TZ",
    "TMPDIR",
    "LD_LIBRARY_PATH",
    "PRESSRUN_NATIVE_LIB",
    "PYTHONHOME",
    "PYTHONDONTWRITEBYTECODE",
)
_START_SECONDS = 60
_MEBIBYTE = 2**20
_EVERY_FAULT = "The report could not be made because of a fault in Pressrun. The logs say more."

_logger = logging.getLogger(__name__)


class RendererUnavailableError(RuntimeError):
    """Say that the engine cannot be loaded, which is a fault of the installation, not of a job."""


class ConfinedRenderer:
    """Render in a child process, within limits; a ``Renderer`` of reports.ports.

    Renders one report at a time, whatever the number of threads. Use it in a ``with`` statement, or leave the child
    to end with this process.
    """

    def __init__(self, limits: RenderLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._child: _Child | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Have the child load the engine while the caller does other things."""
        with self._lock:
            self._started()

    def close(self) -> None:
        """End the child; a later render starts another one."""
        with self._lock:
            self._discard()

    def render(
        self, template: Template, data: Mapping[str, Any], context: RenderContext, *, seconds_left: float | None = None
    ) -> RenderedReport:
        """Render one report, as ``Renderer`` of reports.ports says.

        Raises InternalError as well, when the child dies of something else than its limits, and
        RendererUnavailableError when the engine cannot be loaded. Loading does not count against the limit.
        """
        limits = self._limits.lowered_by(template.limits)
        end_of_worker = math.inf if seconds_left is None else time.monotonic() + seconds_left
        with self._lock:
            child = self._loaded(end_of_worker)
            end_of_limit = time.monotonic() + limits.seconds
            request = Request(template, data, context, limits.pages, limits.seconds)
            try:
                child.wire.send(request_frame(request), by=min(end_of_limit, end_of_worker))
                answer = child.answer(by=min(end_of_limit, end_of_worker))
                outcome = _outcome(answer, limits)
            except TimeoutError:
                self._discard()
                raise _interrupted() if end_of_worker < end_of_limit else _timed_out(limits) from None
            except BrokenWireError as error:
                raise self._autopsy(error, limits) from error
            except BaseException:
                self._discard()
                raise
            if answer.facts.get("last"):
                self._discard()
        if isinstance(outcome, PressrunError):
            raise outcome
        return outcome

    def _started(self) -> _Child:
        if self._child is None:
            self._child = _Child(self._limits.memory_bytes)
        return self._child

    def _loaded(self, end_of_worker: float) -> _Child:
        """Return a child that waits for requests. One that has died since its last answer is replaced."""
        if self._child is not None and self._child.has_ended():
            self._discard()
        child = self._started()
        end_of_start = time.monotonic() + _START_SECONDS
        try:
            child.load(by=min(end_of_start, end_of_worker))
        except TimeoutError:
            self._discard()
            if end_of_worker < end_of_start:
                raise _interrupted() from None
            _logger.error("the renderer was not ready after %d s", _START_SECONDS)  # noqa: TRY400, no trace says more
            raise InternalError(_EVERY_FAULT) from None
        except BrokenWireError as error:
            raise self._autopsy(error, self._limits) from error
        except BaseException:
            self._discard()
            raise
        return child

    def _discard(self) -> None:
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _autopsy(self, error: BrokenWireError, limits: RenderLimits) -> PressrunError:
        """Bury a child that has gone or talks nonsense, and return what that means for the job."""
        assert self._child is not None
        status, peak_bytes = self._child.kill()
        self._child = None
        facts = {"exit_status": status, "peak_mb": peak_bytes // _MEBIBYTE, "reason": str(error)}
        _logger.error("the renderer died", extra=facts)
        # A library written in C that gets no memory ends the process, each in a way of its own; so does the kernel,
        # when the machine has none left. A large process is taken for that, a small one for a fault of another kind.
        if status is not None and status < 0 and peak_bytes > limits.memory_bytes // 2:
            return _out_of_memory(limits, f"The renderer was ended by signal {-status} while it used much memory: ")
        return InternalError(_EVERY_FAULT)


class _Child:
    """Be a rendering process, and the wire to it."""

    def __init__(self, memory_bytes: int) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603, nothing in it comes from outside
                [
                    sys.executable,
                    *("-m", "reports.engine.child"),
                    *("--parent", str(os.getpid())),
                    *("--memory-bytes", str(memory_bytes)),
                ],
                cwd=_ROOT,
                env=_environment(),
                stdin=theirs.fileno(),
                stdout=2,  # What a library prints is for the operators.
                start_new_session=True,
            )
        self.wire = Wire(ours, most_bytes=MOST_OF_AN_ANSWER)
        self._is_loaded = False

    def load(self, *, by: float) -> None:
        """Wait until it is ready. Raises RendererUnavailableError, BrokenWireError or TimeoutError."""
        if self._is_loaded:
            return
        facts = self.answer(by=by).facts
        if "unavailable" in facts:
            raise RendererUnavailableError(str(facts["unavailable"]))
        self._is_loaded = True

    def answer(self, *, by: float) -> Frame:
        """Return the next frame that is no line of the log; log those that are."""
        while True:
            frame = self.wire.receive(by=by)
            if "log" not in frame.facts:
                return frame
            _log(frame.facts["log"])

    def has_ended(self) -> bool:
        """Tell whether it is dead, or has begun to die."""
        try:
            ended = os.waitid(os.P_PID, self._process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        except ChildProcessError:
            return True
        return ended is not None

    def kill(self) -> tuple[int | None, int]:
        """End it, if it lives, with all that it has started.

        Returns its exit status, negative for a signal, None if somebody else has taken it; and its most memory, in
        bytes.
        """
        # One that is dying already keeps the status that it dies of. Until wait4(), its id is nobody else's.
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self.wire.close()
        try:
            _, status, usage = os.wait4(self._process.pid, 0)
        except ChildProcessError:
            self._process.returncode = 0
            return None, 0
        self._process.returncode = os.waitstatus_to_exitcode(status)
        return self._process.returncode, usage.ru_maxrss * 1024


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    # Where this process finds its packages is not always where another one of the same interpreter would.
    return kept | {"PYTHONPATH": os.pathsep.join([str(_ROOT), *(entry for entry in sys.path if entry)])}


def _outcome(answer: Frame, limits: RenderLimits) -> RenderedReport | PressrunError:
    """Return the report, or the error to raise. Raises BrokenWireError."""
    facts = answer.facts
    if "report" in facts:
        return report_of(answer)
    if "error" in facts:
        return error_of(answer)
    if "exhausted" in facts:
        return _out_of_memory(limits)
    if "fault" in facts:
        return InternalError(_EVERY_FAULT)
    raise BrokenWireError("an answer is of no known kind")


def _log(facts: Any) -> None:
    """Log a line of the child's as if it were ours. Raises BrokenWireError."""
    try:
        level, message, trace = int(facts["level"]), str(facts["message"]), str(facts["trace"])
    except (KeyError, TypeError, ValueError) as error:
        raise BrokenWireError("a line of the log has not its form") from error
    _logger.log(level, "%s", message, extra={"exception": trace} if trace else None)


def _timed_out(limits: RenderLimits) -> PermanentError:
    return RenderTimeoutError(
        f"The report was not done after {limits.seconds:g} s, which is its limit. Ask for several reports, each of a "
        "part of the data; if a small one takes as long, the template is at fault.",
        seconds=limits.seconds,
    )


def _out_of_memory(limits: RenderLimits, prefix: str = "") -> PermanentError:
    megabytes = limits.memory_bytes // _MEBIBYTE
    return RenderMemoryError(
        f"{prefix}The report needs more than {megabytes:,} MB of memory, which is its limit. Ask for several reports, "
        "each of a part of the data, or with smaller pictures.",
        megabytes=megabytes,
    )


def _interrupted() -> InterruptedRenderError:
    return InterruptedRenderError("The worker's time was over before the report was done. It is tried again.")
