"""Pass a PDF on as it comes, or hold it in a file until it is whole, and pass on what is made of it."""

from __future__ import annotations

import errno
import hashlib
from collections.abc import Callable, Iterable, Mapping
from tempfile import TemporaryFile
from types import TracebackType
from typing import TYPE_CHECKING, Any, BinaryIO, Self, TypeVar

from reports.errors import TooLargeError
from reports.render_contract import Accessibility, Finish, Output, RenderedFile

if TYPE_CHECKING:
    from reports.engine.finish.compose import Composed

T = TypeVar("T")


class FinishedOutput:
    """The way of a PDF from its layout to ``output``, with what is done to it in between. Use it in a ``with``.

    With nothing to do, it only passes parts on. ``size`` and ``sha256`` are of what has gone to ``output``.
    """

    def __init__(self, output: Output, finish: Finish) -> None:
        self._output = output
        self._finish = finish
        self._whole: BinaryIO | None = None if finish.leaves_it else TemporaryFile(prefix="pressrun-pdf-")  # noqa: SIM115
        self._made: BinaryIO | None = TemporaryFile(prefix="pressrun-pdf-") if finish.outputs else None  # noqa: SIM115
        self._digest = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for file in (self._whole, self._made):
            if file is not None:
                file.close()

    @property
    def sha256(self) -> str:
        """Return the digest of what has gone to ``output``, as hex."""
        return self._digest.hexdigest()

    def __call__(self, part: bytes) -> None:
        """Take the next part. Raises TooLargeError."""
        if self._whole is None:
            self._pass_on(part)
        else:
            whole = self._whole
            _with_room(lambda: whole.write(part))

    def end(self, accessibility: Accessibility) -> Composed | None:
        """Do what is to be done to the PDF, now that it is whole. Returns what came of that, if there was anything.

        Raises TooLargeError, AssetUnusableError or NotAccessibleError.
        """
        if self._whole is None:
            return None
        # Only now: most reports do without this library.
        from reports.engine.finish.written_pdf import write_finished

        whole = self._whole
        whole.seek(0)
        return _with_room(lambda: write_finished(whole, self._pass_on, self._finish, accessibility))

    def files(self, rows: Iterable[Mapping[str, Any]] | None) -> tuple[list[RenderedFile], list[dict[str, object]]]:
        """Return what is made of the PDF besides it, and warnings. Raises TooLargeError."""
        if self._made is None:
            return [], []
        from reports.engine.finish.outputs import OutputFiles

        self._made.flush()
        files = OutputFiles(self._finish.outputs)
        return files.made(self._made, rows), files.warnings

    def _pass_on(self, part: bytes) -> None:
        self.size += len(part)
        self._digest.update(part)
        self._output(part)
        if self._made is not None:
            made = self._made
            _with_room(lambda: made.write(part))


def _with_room(work: Callable[[], T]) -> T:
    try:
        return work()
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EFBIG):
            raise
        raise TooLargeError(
            "The PDF is too large for what is to be done to it: there is no room for it on the disk. Ask for several "
            "reports, each of a part of the data."
        ) from error
