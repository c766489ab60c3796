"""Fork this process, and exchange bytes with the fork."""

from __future__ import annotations

import gc
import logging
import os
import pickle
import resource
import select
import signal
import struct
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path
from typing import BinaryIO

from reports.engine.kernel import PR_SET_PDEATHSIG, close_all_but, prctl
from reports.errors import InternalError

_SIZE = struct.Struct(">Q")
_PIPE_BYTES = 2**20
_PART = 2**20
_MOST_LOG_LINES = 100
_LONGEST_WAIT_SECONDS = 0.5
# What ends all forks of a confined process, and what that process itself ignores.
_END_SIGNAL = signal.SIGTERM

_logger = logging.getLogger(__name__)
_weasyprint_logger = logging.getLogger("weasyprint")

Work = Callable[[bytes], bytes]
LogLine = tuple[int, str, int, str]
"""A line of WeasyPrint's log: level, file, line in it, message."""


class ForkMemoryError(MemoryError):
    """A fork ran out of memory. This process, without forks, may have enough."""


def threads() -> int:
    """Return how many threads this process has, whosever they are."""
    return sum(1 for _ in Path("/proc/self/task").iterdir())


class Fork:
    """A fork of this process that answers each request, in order; ``begin`` makes the function that answers.

    It ends with this process, stays in its group, and has its limits; ``most_bytes`` is one of its own, of what it
    allocates and inherits.
    """

    def __init__(self, begin: Callable[[], Work], most_bytes: int | None = None) -> None:
        child_in, self._requests = os.pipe()
        self._answers, child_out = os.pipe()
        for end in (self._requests, self._answers):
            os.set_blocking(end, False)
            with suppress(OSError):  # Smaller ones do as well, with more waiting.
                fcntl(end, F_SETPIPE_SZ, _PIPE_BYTES)
        self._received = bytearray()
        self._is_alive = True
        self._most_bytes = resource.getrlimit(resource.RLIMIT_DATA)[0] if most_bytes is None else most_bytes
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _run_fork(begin, child_in, child_out, parent, self._most_bytes)
        os.close(child_in)
        os.close(child_out)

    @staticmethod
    def is_safe() -> bool:
        """Tell whether this process has no other threads, which a fork would miss while they hold locks.

        Pango looks for fonts in threads, which soon end; these are waited for.
        """
        deadline = time.monotonic() + _LONGEST_WAIT_SECONDS
        while threads() > 1:
            if time.monotonic() > deadline:
                return False
            time.sleep(_LONGEST_WAIT_SECONDS / 50)
        return True

    def send(self, request: bytes) -> None:
        """Send a request. Meanwhile answers are received, so that neither side waits for the other.

        Raises ForkMemoryError or InternalError when the fork has gone.
        """
        pending = memoryview(_SIZE.pack(len(request)) + request)
        while pending:
            try:
                pending = pending[os.write(self._requests, pending) :]
            except BlockingIOError:
                self._wait(to_write=True)
            except BrokenPipeError:
                raise self._exit_error() from None

    def receive(self) -> bytes | None:
        """Return the next answer; None when the work failed in a way that is worth another try.

        Raises ForkMemoryError when the fork had not enough, and InternalError when it has gone.
        """
        failure, log_lines, answer = pickle.loads(self._next_message())  # noqa: S301, it comes from a fork of this process
        for level, path, line, message in log_lines:
            record = logging.LogRecord(_weasyprint_logger.name, level, path, line, message, None, None)
            _weasyprint_logger.handle(record)
        if failure is None:
            assert isinstance(answer, bytes)
            return answer
        kind, trace = failure
        if kind == MemoryError.__name__:
            raise ForkMemoryError("a process beside this one had not enough memory")
        _logger.warning("a process that makes rows failed with %s; trying again", kind, extra={"exception": trace})
        return None

    def end(self) -> None:
        """End it at once, whatever it does; in a confined process, all forks with it."""
        if self._is_alive:
            self._is_alive = False
            # One that waits for requests ends by that already.
            os.close(self._requests)
            os.close(self._answers)
            _kill(self.pid)
            with suppress(ChildProcessError):
                os.waitpid(self.pid, 0)

    def _next_message(self) -> bytes:
        while (
            len(self._received) < _SIZE.size or len(self._received) < _SIZE.size + _SIZE.unpack_from(self._received)[0]
        ):
            self._wait(to_write=False)
        end = _SIZE.size + _SIZE.unpack_from(self._received)[0]
        frame = bytes(self._received[_SIZE.size : end])
        del self._received[:end]
        return frame

    def _wait(self, *, to_write: bool) -> None:
        """Wait until it reads or answers, and receive that."""
        poll = select.poll()
        poll.register(self._answers, select.POLLIN)
        if to_write:
            poll.register(self._requests, select.POLLOUT)
        if self._answers in {end for end, _ in poll.poll()}:
            part = os.read(self._answers, _PART)
            if not part:
                raise self._exit_error()
            self._received += part

    def _exit_error(self) -> Exception:
        """Reap it, and return the error that its exit means."""
        self._is_alive = False
        os.close(self._requests)
        os.close(self._answers)
        try:
            _, status, usage = os.wait4(self.pid, 0)
        except ChildProcessError:
            return InternalError("A process that makes rows has gone.")
        exit_status, peak_bytes = os.waitstatus_to_exitcode(status), usage.ru_maxrss * 1024
        _logger.error("a process that makes rows died", extra={"exit_status": exit_status, "peak_bytes": peak_bytes})
        is_limited = self._most_bytes != resource.RLIM_INFINITY
        # A library written in C that gets no memory ends the process, each in a way of its own.
        if exit_status < 0 and is_limited and peak_bytes > self._most_bytes // 2:
            return ForkMemoryError("a process beside this one was ended while it used much memory")
        return InternalError("A process that makes rows has died.", exit_status=exit_status)


def _kill(pid: int) -> None:
    """Kill a fork. A confined process may send signals to its own group alone, and ignores the one that ends forks."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    except PermissionError:
        signal.signal(_END_SIGNAL, signal.SIG_IGN)
        os.kill(0, _END_SIGNAL)


def _run_fork(begin: Callable[[], Work], requests: int, answers: int, parent: int, most_bytes: int) -> None:
    """Serve until there are no more requests; never return."""
    status = 1
    try:
        prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))
        if os.getppid() == parent:
            signal.signal(signal.SIGINT, signal.SIG_IGN)  # The parent gets it, and ends this process.
            signal.signal(_END_SIGNAL, signal.SIG_DFL)
            resource.setrlimit(resource.RLIMIT_DATA, (most_bytes, most_bytes))
            # Sockets that others wait at, and the pipes of other forks.
            close_all_but({0, 1, 2, requests, answers})
            log_lines = _only_collect_log_lines()
            gc.freeze()  # Collections must not touch, and thereby copy, what is shared with the parent.
            with os.fdopen(requests, "rb") as incoming, os.fdopen(answers, "wb") as outgoing:
                _serve(begin(), incoming, outgoing, log_lines)
            status = 0
    except BaseException:  # noqa: BLE001, S110, nothing may get out: this would go on as a second parent
        pass
    finally:
        os._exit(status)


def _serve(work: Work, incoming: BinaryIO, outgoing: BinaryIO, log_lines: list[LogLine]) -> None:
    for request in _requests(incoming):
        failure, answer = None, None
        try:
            answer = work(request)
        except BaseException as error:  # noqa: BLE001, WeasyPrint's refusals are no Exceptions
            failure = (type(error).__name__, traceback.format_exc())
        frame = pickle.dumps((failure, tuple(log_lines), answer), pickle.HIGHEST_PROTOCOL)
        log_lines.clear()
        outgoing.write(_SIZE.pack(len(frame)))
        outgoing.write(frame)
        outgoing.flush()


def _requests(incoming: BinaryIO) -> Iterator[bytes]:
    while header := incoming.read(_SIZE.size):
        yield incoming.read(_SIZE.unpack(header)[0])


def _only_collect_log_lines() -> list[LogLine]:
    """Send no line of the log to where the parent does; return a list that gets those of WeasyPrint."""
    log_lines: list[LogLine] = []
    for name in (None, *logging.root.manager.loggerDict):
        logging.getLogger(name).handlers.clear()
    logging.getLogger("weasyprint").addHandler(_LogCollector(log_lines))
    logging.lastResort = None
    return log_lines


class _LogCollector(logging.Handler):
    """Keep what WeasyPrint says, each once and not for ever.

    Nothing of characters that no font has: rows with such are made by the parent.
    """

    def __init__(self, log_lines: list[LogLine]) -> None:
        super().__init__(logging.WARNING)
        self._lines = log_lines
        self._known: set[LogLine] = set()

    def emit(self, record: logging.LogRecord) -> None:
        if len(self._known) >= _MOST_LOG_LINES or record.pathname.endswith("draw/text.py"):
            return
        log_line = (record.levelno, record.pathname, record.lineno, record.getMessage())
        if log_line not in self._known:
            self._known.add(log_line)
            self._lines.append(log_line)
