"""Track what drawing a row adds to what all pages share: fonts, their glyphs, and graphics states.

Rows may be drawn in other processes, and what they add has to reach the document, in its own order.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.glyphs import Usage

_K = TypeVar("_K")
_V = TypeVar("_V")


class Additions(NamedTuple):
    """The additions to a document: glyphs by the keys of their fonts, and graphics states by their names."""

    glyphs: Mapping[int, Usage]
    states: Mapping[str, Any]

    def add_to(self, canvas: Canvas) -> Additions:
        """Add all to what another process draws with; return what waits until it has its fonts."""
        waiting = {}
        for key, usage in self.glyphs.items():
            if key in canvas.fonts:
                usage.add_to(canvas.fonts[key])
            else:
                waiting[key] = usage
        for name, state in self.states.items():
            canvas.resources["ExtGState"].setdefault(name, state)
        return Additions(waiting, {})


class AdditionsTracker:
    """Tell what has been added to a canvas since it was last asked; of what is there already, nothing counts."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._glyphs: dict[int, tuple[int, int]] = {}
        self._states = 0
        self.additions()

    def additions(self) -> Additions:
        """Return what is new."""
        glyphs = {}
        for key, font in self._canvas.fonts.items():
            widths, texts = self._glyphs.get(key, (0, 0))
            # What is new stands at the end.
            usage = Usage(_from(font.widths, widths), _from(font.to_unicode, texts))
            self._glyphs[key] = len(font.widths), len(font.to_unicode)
            if usage.widths or usage.to_unicode:
                glyphs[key] = usage
        states = _from(self._canvas.resources["ExtGState"], self._states)
        self._states += len(states)
        return Additions(glyphs, states)


class FontSavepoint:
    """The fonts of a canvas before a row is drawn: what it added that only the document may add, in its order."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._fonts = canvas.fonts
        self._counted = canvas.counted()
        self._before = {key: (len(font.missing), 0 in font.widths) for key, font in self._fonts.items()}

    @property
    def has_new_fonts(self) -> bool:
        """Tell whether the canvas has got another font or picture."""
        return self._canvas.counted() > self._counted

    def roll_back_missing(self) -> set[str]:
        """Remove the numbers of glyphs that were given to characters that no font has; return these characters.

        WeasyPrint numbers these as they come.
        """
        missing: set[str] = set()
        for key, font in self._fonts.items():
            known, had_substitute = self._before.get(key, (0, False))
            new = list(islice(font.missing, known, None))
            for character in new:
                glyph = font.missing.pop(character)
                font.widths.pop(glyph, None)
                font.to_unicode.pop(glyph, None)
            if new and not had_substitute:
                font.widths.pop(0, None)
            missing.update(map(chr, new))
        return missing


def _from(known: Mapping[_K, _V], start: int) -> dict[_K, _V]:
    return dict(islice(known.items(), start, None))
