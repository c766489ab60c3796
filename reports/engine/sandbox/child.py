"""Be the process that renders: ``python -m reports.engine.sandbox.child``, started by ``confined.ConfinedRenderer``.

Its standard input is a socket. It says that it is ready, then answers one request after another, and stays warm
between them. It ends when the socket does.
"""

from __future__ import annotations

import argparse
import logging
import math
import os
import resource
import signal
import socket
import sys
import time
from pathlib import Path

from reports.clock import Deadline
from reports.engine.kernel import PR_SET_PDEATHSIG, prctl
from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.sandbox.confinement import confine
from reports.engine.sandbox.wire import (
    PART_BYTES,
    BrokenWireError,
    Frame,
    Wire,
    error_frame,
    part_frame,
    progress_frame,
    report_frame,
    request_of,
)
from reports.engine.warm_up import prepare, warm_up
from reports.errors import PermanentError
from reports.render_contract import Progress, RenderRequest, WarmUp

_GRACE_SECONDS = 5
_SECONDS_BETWEEN_REPORTS = 1
_LONGEST_TRACE = 20_000
_EXHAUSTED = Frame({"exhausted": True, "last": True})

# Not __name__, which is __main__ here.
_logger = logging.getLogger("reports.engine.sandbox.child")


def main() -> int:
    """Serve until the other side hangs up. Returns 1 when the engine cannot be loaded."""
    parser = argparse.ArgumentParser(prog="python -m reports.engine.sandbox.child", description=__doc__)
    parser.add_argument("--parent", type=int, required=True, help="process id of who starts this")
    parser.add_argument("--memory-bytes", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help="the one that may be written to")
    parser.add_argument("--readable", type=Path, action="append", default=[], help="what may be read besides the code")
    parser.add_argument("--no-long-tables", action="store_true", help="lay out every document as a whole")
    parser.add_argument("--quotes-data", action="store_true", help="errors of templates may quote the data")
    parser.add_argument("--warm-up", type=WarmUp, default=WarmUp.NOT, help="whether to render a page of its own first")
    options = parser.parse_args()
    die_with(options.parent)
    limit_memory(options.memory_bytes)
    wire, *descriptors = _wire_on_standard_input()
    _forward_logs(wire)
    # Before anything is loaded: no thread is there yet that a measure would miss.
    sandbox = confine(
        parent=options.parent, folder=options.folder, places=options.readable, descriptors={0, 1, 2, *descriptors}
    )
    try:
        renderer = WeasyPrintRenderer(
            long_tables=not options.no_long_tables, quotes_data=options.quotes_data, collects=False
        )
    except Exception as error:  # noqa: BLE001, whatever it is, the function has to hear of it
        wire.send(Frame({"unavailable": f"{type(error).__name__}: {error}"}))
        return 1
    if options.warm_up is WarmUp.FIRST:
        warm_up(renderer)
        prepare(renderer, options.readable)
    try:
        wire.send(Frame({"ready": True, "sandbox": sandbox}))
        if options.warm_up is WarmUp.WHILE_IDLE and not wire.waits(by=Deadline.after(0)):
            warm_up(renderer)
        serve(wire, renderer, retire_above=options.memory_bytes // 2)
    except BrokenWireError:
        pass  # The function has gone, or wants no more.
    except MemoryError:
        # Not even the request or its answer had room.
        wire.send(_EXHAUSTED)
    return 0


def serve(wire: Wire, renderer: WeasyPrintRenderer, *, retire_above: int) -> None:
    """Answer requests until one has made this process larger than that many bytes.

    Memory that was in use once is rarely given back as a whole, and the next render needs it.
    """
    while True:
        request = request_of(wire.receive())
        # The function ends a render that takes too long. Should it be dead or stopped, the kernel does.
        if request.limits is not None:
            signal.setitimer(signal.ITIMER_REAL, request.limits.seconds + _GRACE_SECONDS)
        answer = _answer(wire, renderer, request)
        last = answer is _EXHAUSTED or _peak_bytes() > retire_above
        wire.send(Frame({**answer.facts, "last": last}, answer.attached))
        signal.setitimer(signal.ITIMER_REAL, 0)
        if last:
            return
        # While the function stores what it was sent.
        renderer.collect()


def _answer(wire: Wire, renderer: WeasyPrintRenderer, request: RenderRequest) -> Frame:
    parts = _Parts(wire)
    try:
        # The PDF first: the function takes it in while pictures of its pages are drawn.
        report = renderer.render(request, output=parts.add, progress=_Reporter(wire).tell, ended=parts.flush)
        return report_frame(report)
    except BrokenWireError:
        raise
    except MemoryError:
        return _EXHAUSTED
    except PermanentError as error:
        return _EXHAUSTED if _has_memory_error(error) else error_frame(error)
    except Exception:
        _logger.exception("a render failed")
        return Frame({"fault": True})


class _Parts:
    """Send a PDF in frames of a good size, however small the pieces that it is written in."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._pending = bytearray()

    def add(self, piece: bytes) -> None:
        """Take the next piece."""
        self._pending += piece
        while len(self._pending) >= PART_BYTES:
            self._wire.send(part_frame(bytes(self._pending[:PART_BYTES])))
            del self._pending[:PART_BYTES]

    def flush(self) -> None:
        """Send what is left."""
        if self._pending:
            self._wire.send(part_frame(bytes(self._pending)))
            self._pending.clear()


class _Reporter:
    """Tell how far a render is, not more often than it is worth a frame."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._told_at = -math.inf

    def tell(self, progress: Progress) -> None:
        """Send the latest state, if the one before is old enough."""
        now = time.monotonic()
        if now - self._told_at >= _SECONDS_BETWEEN_REPORTS:
            self._told_at = now
            self._wire.send(progress_frame(progress))


def _has_memory_error(error: BaseException) -> bool:
    """Tell whether an error was made of a MemoryError, which some code takes for a fault of a picture or a font."""
    seen: list[BaseException] = []
    pending: list[BaseException | None] = [error]
    while pending:
        cause = pending.pop()
        if cause is None or any(cause is known for known in seen):
            continue
        if isinstance(cause, MemoryError):
            return True
        seen.append(cause)
        pending += [cause.__cause__, cause.__context__]
    return False


def die_with(parent: int) -> None:
    """End this process when its parent does.

    The kernel also tells it when a mere thread has ended, the one that started this process; hence the question.
    """

    def hear(signum: int, frame: object) -> None:
        del signum, frame
        if os.getppid() != parent:
            os._exit(0)

    signal.signal(signal.SIGHUP, hear)
    prctl(PR_SET_PDEATHSIG, int(signal.SIGHUP))
    if os.getppid() != parent:
        sys.exit(0)


def limit_memory(memory_bytes: int) -> None:
    """Have the kernel refuse this process more memory of its own than that.

    RLIMIT_DATA counts what is allocated, and neither code nor files that are mapped, which RLIMIT_AS does.
    """
    resource.setrlimit(resource.RLIMIT_DATA, (memory_bytes, memory_bytes))


def _peak_bytes() -> int:
    """Return the most memory that this process has held. Not from getrusage(), which counts the parent's, too."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _wire_on_standard_input() -> tuple[Wire, int, int]:
    """Take the socket off the standard input, so that nothing else reads from it.

    Returns the wire, and the descriptors that have to stay open: the socket's, and one that has /proc/self stay the
    folder that may be read, since Landlock knows folders by what the kernel remembers of them.
    """
    number = os.dup(0)
    wire = Wire(socket.socket(fileno=number))
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    return wire, number, os.open("/proc/self", os.O_PATH)


class _Forwarder(logging.Handler):
    """Send log records to the function, which knows which job they are about."""

    def __init__(self, wire: Wire) -> None:
        super().__init__(logging.WARNING)
        self._wire = wire

    def emit(self, record: logging.LogRecord) -> None:
        trace = logging.Formatter().formatException(record.exc_info) if record.exc_info else ""
        facts = {"level": record.levelno, "message": record.getMessage()[:_LONGEST_TRACE]}
        # The innermost calls stand at the end.
        self._wire.send(Frame({"log": {**facts, "trace": trace[-_LONGEST_TRACE:]}}))


def _forward_logs(wire: Wire) -> None:
    logging.getLogger("reports").addHandler(_Forwarder(wire))


if __name__ == "__main__":
    sys.exit(main())
