"""Render in a child process that can be killed, so that no document takes the function with it.

The function itself never loads WeasyPrint. The child has limits on time and memory, none of the function's rights (its
environment has no credentials), and stays warm between renders. After a limit or a crash, the next render gets
a new one.
"""

from __future__ import annotations

import hashlib
import logging
import signal
import threading
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from reports.clock import Deadline
from reports.engine.sandbox.child_process import RenderingProcess
from reports.engine.sandbox.cpu_budget import CpuBudget, SpentBudgetError
from reports.engine.sandbox.lending import lent
from reports.engine.sandbox.wire import BrokenWireError, Frame, error_of, progress_of, report_of, request_frame
from reports.errors import (
    InternalError,
    InterruptedRenderError,
    PermanentError,
    PressrunError,
    RenderMemoryError,
    RenderTimeoutError,
    TooLargeError,
    TooMuchWorkError,
)
from reports.render_contract import Output, ProgressListener, RenderedReport, RenderLimits, RenderRequest, WarmUp

_START_SECONDS = 60
_MEGABYTE = 1_000_000
_MEBIBYTE = 2**20
_EVERY_FAULT = "The report could not be made because of a fault in Pressrun. The logs say more."

_logger = logging.getLogger(__name__)


class ConfinedRenderer:
    """Render in a child process, within limits; a ``Renderer`` of reports.render_contract.

    Renders one report at a time, whatever the number of threads. Use it in a ``with`` statement, or leave the child
    to end with this process. ``templates`` are folders of templates; for a template from elsewhere the child is
    replaced, as it can read no other folders. A template of a tenant's own is the work of a stranger: it is rendered in
    a child that has seen no other tenant's data, that can read no other tenant's templates, and that renders for no
    other tenant afterwards. ``needed`` are those SANDBOX_MEASURES without which nothing is rendered.
    Without ``long_tables``, every document is laid out as a whole. With ``tenants_apart``, no child renders for two
    tenants. With ``quotes_data``, errors of templates may quote the data: for an author's own machine.
    """

    def __init__(
        self,
        limits: RenderLimits,
        *,
        templates: Collection[Path] = (),
        needed: Collection[str] = (),
        long_tables: bool = True,
        tenants_apart: bool = False,
        quotes_data: bool = False,
        warm_up: WarmUp = WarmUp.NOT,
    ) -> None:
        self._limits = limits
        self._templates = {folder.resolve() for folder in templates}
        self._needed = needed
        self._long_tables = long_tables
        self._quotes_data = quotes_data
        self._warm_up = warm_up
        self._tenants_apart = tenants_apart
        self._served: set[str] = set()
        """The tenants that the child has rendered for."""
        self._stranger = ""
        """The tenant whose own templates the child has rendered."""
        self._lock = threading.Lock()
        self._child: RenderingProcess | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def start(self) -> None:
        """Have the child load the engine while the caller does other things."""
        with self._lock:
            self._started()

    def load(self) -> None:
        """Wait until the child is ready, as a snapshot needs it. Raises RendererUnavailableError or BrokenWireError."""
        with self._lock:
            self._started().load(by=Deadline.after(_START_SECONDS))

    def close(self) -> None:
        """End the child; a later render starts another one."""
        with self._lock:
            self._discard()

    def render(
        self, request: RenderRequest, *, output: Output, progress: ProgressListener | None = None
    ) -> RenderedReport:
        """Render one report, as ``Renderer`` of reports.render_contract says.

        Raises TooLargeError for a PDF above the limit, and TooMuchWorkError for a render that takes far more processor
        time than its input explains. Raises InternalError as well, when the child dies of something
        else than its limits, and RendererUnavailableError when the engine cannot be loaded, or not be confined as it
        has to be. Loading does not count against the limit.
        """
        limits = self._limits.lowered_by(request.template.limits)
        with self._lock:
            child = self._loaded(request)
            end_of_limit = Deadline.after(limits.seconds)
            by = min(end_of_limit, request.deadline)
            delivery = _Delivery(output, progress, limits)
            try:
                with lent(request.data, child.inputs) as readable:
                    frame = request_frame(replace(request, data=readable, limits=limits))
                    size = len(frame.attached) + child.lent_bytes()
                    budget = CpuBudget(child.group, limits.cpu_seconds_for(size))
                    # Without that, a peak would be that of a larger report before.
                    knows_peak = child.forget_peak()
                    child.wire.send(frame, by=by)
                    answer = child.answer(by=by, on_the_way=delivery.handle, within=budget)
                outcome = _outcome(answer, delivery, limits)
                if isinstance(outcome, RenderedReport):
                    outcome = replace(
                        outcome,
                        cpu_seconds=budget.spent(),
                        peak_mb=_megabytes(child.peak_bytes() if knows_peak else None),
                    )
            except SpentBudgetError:
                self._discard()
                raise _too_much_work(limits.cpu_seconds_for(size), size) from None
            except TimeoutError:
                self._discard()
                raise _interrupted() if request.deadline < end_of_limit else _timed_out(limits) from None
            except BrokenWireError as error:
                raise self._reaped(error, limits) from error
            except BaseException:
                self._discard()
                raise
            if answer.facts.get("last"):
                self._discard()
        if isinstance(outcome, PressrunError):
            raise outcome
        return outcome

    def _started(self, own_folder: Path | None = None) -> RenderingProcess:
        if self._child is None:
            self._child = RenderingProcess(
                self._limits.memory_bytes,
                templates={*self._templates, *((own_folder,) if own_folder else ())},
                needed=self._needed,
                long_tables=self._long_tables,
                quotes_data=self._quotes_data,
                warm_up=self._warm_up,
            )
            # A later one is started because a report waits for it.
            self._warm_up = WarmUp.NOT
        return self._child

    def _loaded(self, request: RenderRequest) -> RenderingProcess:
        """Return a child that waits for requests.

        One that has died since, cannot read the template, or was for another tenant alone, is replaced.
        """
        place, owner = request.template.folder.resolve(), request.template.owner
        is_anothers = self._is_anothers(request.context.tenant, owner)
        if self._child is not None and (self._child.has_ended() or is_anothers or not self._child.can_read(place)):
            self._discard()
        self._served.add(request.context.tenant)
        self._stranger = owner or self._stranger
        if not owner and not any(place.is_relative_to(folder) for folder in self._templates):
            self._templates.add(place.parent)
        # Of its owner's templates all: the folder around that of the version.
        child = self._started(place.parents[1] if owner else None)
        end_of_start = Deadline.after(_START_SECONDS)
        try:
            child.load(by=min(end_of_start, request.deadline))
        except TimeoutError:
            self._discard()
            if request.deadline < end_of_start:
                raise _interrupted() from None
            _logger.error("the renderer was not ready after %d s", _START_SECONDS)  # noqa: TRY400, no trace says more
            raise InternalError(_EVERY_FAULT) from None
        except BrokenWireError as error:
            raise self._reaped(error, self._limits) from error
        except BaseException:
            self._discard()
            raise
        return child

    def _is_anothers(self, tenant: str, owner: str) -> bool:
        """Tell whether the child may not render for a tenant, after what it has rendered for others."""
        return bool(self._served - {tenant}) and (self._tenants_apart or bool(owner or self._stranger))

    def _discard(self) -> None:
        self._served.clear()
        self._stranger = ""
        if self._child is not None:
            self._child.kill()
            self._child = None

    def _reaped(self, error: BrokenWireError, limits: RenderLimits) -> PressrunError:
        """End a child that has gone or breaks the protocol, and return its exit as an error of the job."""
        assert self._child is not None
        status, peak_bytes = self._child.kill()
        self._child = None
        self._discard()
        facts = {"exit_status": status, "peak_mb": _megabytes(peak_bytes), "reason": str(error)}
        _logger.error("the renderer died", extra=facts)
        # A library written in C that gets no memory ends the process, each in a way of its own; so does the kernel,
        # when the machine has none left. A large process is taken for that, a small one for a fault of another kind.
        # Where this process is too large itself to tell, only the signal is left: libraries do not send KILL.
        was_large = status != -signal.SIGKILL if peak_bytes is None else peak_bytes > limits.memory_bytes // 2
        if status is not None and status < 0 and was_large:
            return _out_of_memory(limits, f"The renderer was ended by signal {-status} while it used much memory: ")
        return InternalError(_EVERY_FAULT)


class _Delivery:
    """Pass on what a render sends on its way, and take the PDF's measure here, where the child cannot lie."""

    def __init__(self, output: Output, progress: ProgressListener | None, limits: RenderLimits) -> None:
        self._output = output
        self._progress = progress
        self._most_bytes = limits.pdf_bytes
        self._digest = hashlib.sha256()
        self.size = 0

    @property
    def sha256(self) -> str:
        """Return the digest of what has been passed on."""
        return self._digest.hexdigest()

    def handle(self, frame: Frame) -> bool:
        """Pass a frame on, and tell whether it was one on the way. Raises BrokenWireError or TooLargeError."""
        if "pdf" in frame.facts:
            self.size += len(frame.attached)
            if self.size > self._most_bytes:
                raise _too_large(self._most_bytes)
            self._digest.update(frame.attached)
            self._output(frame.attached)
        elif "progress" in frame.facts:
            progress = progress_of(frame)
            if self._progress is not None:
                self._progress(progress)
        else:
            return False
        return True


def _outcome(answer: Frame, delivery: _Delivery, limits: RenderLimits) -> RenderedReport | PressrunError:
    """Return the report, or the error to raise. Raises BrokenWireError."""
    facts = answer.facts
    if "report" in facts:
        return report_of(answer, size=delivery.size, sha256=delivery.sha256)
    if "error" in facts:
        return error_of(answer)
    if "exhausted" in facts:
        return _out_of_memory(limits)
    if "fault" in facts:
        return InternalError(_EVERY_FAULT)
    raise BrokenWireError("an answer is of no known kind")


def _timed_out(limits: RenderLimits) -> PermanentError:
    return RenderTimeoutError(
        f"The report was not done after {limits.seconds:g} s, which is its limit. Ask for several reports, each of a "
        "part of the data; if a small one takes as long, the template is at fault.",
        seconds=limits.seconds,
    )


def _too_much_work(seconds: float, size: int) -> PermanentError:
    return TooMuchWorkError(
        f"The report took more than {seconds:.0f} s of processor time, the most for an input of "
        f"{size / _MEGABYTE:,.2f} MB: something in it is far more work than its size explains. Leave out what is "
        "unusual in it, such as very complex pictures or very many scripts. If the data are ordinary, the template is "
        "at fault, or has to be allowed more (renderCpuSeconds).",
        cpu_seconds=round(seconds, 1),
        input_bytes=size,
    )


def _out_of_memory(limits: RenderLimits, prefix: str = "") -> PermanentError:
    megabytes = limits.memory_bytes // _MEBIBYTE
    return RenderMemoryError(
        f"{prefix}The report needs more than {megabytes:,} MB of memory, which is its limit. Ask for several reports, "
        "each of a part of the data, or with smaller pictures.",
        megabytes=megabytes,
    )


def _too_large(most_bytes: int) -> PermanentError:
    return TooLargeError(
        f"The PDF has more than {most_bytes // _MEBIBYTE:,} MB, the most that one may have. Ask for several reports, "
        "each of a part of the data, or with smaller pictures.",
        max_bytes=most_bytes,
    )


def _megabytes(size: int | None) -> int | None:
    return None if size is None else size // _MEBIBYTE


def _interrupted() -> InterruptedRenderError:
    return InterruptedRenderError("The worker's time was over before the report was done. It is tried again.")
