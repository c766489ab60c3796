"""Listen to what WeasyPrint says about one document."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_MAX_WARNINGS = 20
_MAX_LENGTH = 200


class LayoutLog(logging.Handler):
    """Keep the warnings and errors of one thread.

    WeasyPrint's errors are resources that could not be used, and tags that a PDF/UA needs and lacks; its warnings
    are CSS it does not know and characters no font has.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self._warnings: dict[str, None] = {}
        self.errors: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        if record.levelno >= logging.ERROR:
            self.errors.append(record)
        elif record.pathname.endswith("pdf/fonts.py"):
            return  # which of two libraries subsets fonts is the installation's affair, not the document's
        elif len(self._warnings) < _MAX_WARNINGS:
            self._warnings.setdefault(record.getMessage()[:_MAX_LENGTH])

    @property
    def warnings(self) -> tuple[Mapping[str, Any], ...]:
        """Return what was warned of, each once, for the job's record."""
        return tuple({"code": "layout", "message": message} for message in self._warnings)


@contextmanager
def layout_log() -> Iterator[LayoutLog]:
    """Listen while the block runs.

    WeasyPrint's records quote the document, so they never go on to the log of the function, which holds no data.
    """
    logger = logging.getLogger("weasyprint")
    logger.propagate = False
    handler = LayoutLog()
    logger.addHandler(handler)
    try:
        yield handler
    finally:
        logger.removeHandler(handler)
