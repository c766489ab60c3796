"""Listen to what WeasyPrint says about one document, and gather the characters that no font has."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

_MAX_WARNINGS = 20
_MAX_LENGTH = 200
_MAX_CHARACTERS = 50


class MissingGlyphs:
    """Gather the characters of a document that are printed as boxes, in order and each once.

    Of a text in a script that the fonts lack, the first fifty characters say enough.
    """

    def __init__(self) -> None:
        self._characters: dict[str, None] = {}

    def add(self, characters: Iterable[str]) -> None:
        """Add characters that no font has."""
        self._characters.update(dict.fromkeys(characters))

    @property
    def characters(self) -> str:
        """Return all of them."""
        return "".join(self._characters)

    @property
    def warnings(self) -> tuple[Mapping[str, Any], ...]:
        """Return what the job's record says of them: nothing, or one warning."""
        if not self._characters:
            return ()
        # Whose device lacks them, too, can still look them up.
        first = self.characters[:_MAX_CHARACTERS]
        named = ", ".join(f"{character} (U+{ord(character):04X})" for character in first)
        message = f"No font here has these characters, so that boxes are printed in their place: {named}"
        return ({"code": "missing_glyphs", "message": message, "characters": first},)


class LayoutLog(logging.Handler):
    """Keep the warnings and errors of one thread.

    WeasyPrint's errors are resources that could not be used, and tags that a PDF/UA needs and lacks; its warnings
    are CSS it does not know and, one by one, characters that no font has.
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self._thread = threading.get_ident()
        self._warnings: dict[str, None] = {}
        self.missing_glyphs = MissingGlyphs()
        self.errors: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread != self._thread:
            return
        if record.levelno >= logging.ERROR:
            self.errors.append(record)
        elif record.pathname.endswith("draw/text.py"):
            self.missing_glyphs.add(_missing_character(record))
        elif record.pathname.endswith("pdf/fonts.py"):
            return  # which of two libraries subsets fonts is the installation's affair, not the document's
        elif len(self._warnings) < _MAX_WARNINGS:
            self._warnings.setdefault(record.getMessage()[:_MAX_LENGTH])

    @property
    def warnings(self) -> tuple[Mapping[str, Any], ...]:
        """Return what was warned of, each once, for the job's record."""
        layout = tuple({"code": "layout", "message": message} for message in self._warnings)
        return (*self.missing_glyphs.warnings, *layout)


def _missing_character(record: logging.LogRecord) -> str:
    """Return the character of WeasyPrint's only warning while it draws text: ``"%s" (U+%04X)``."""
    return str(record.args[0])[:1] if isinstance(record.args, tuple) and record.args else ""


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
