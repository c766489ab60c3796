"""Set lines of text as WeasyPrint would: the same glyphs, widths, line breaks and PDF operators, without its boxes.

A ``TextSetter`` stands for one style. It gives a text to the fastest of four that is sure to be right: texts set
before, pairs of characters set before (``pairs``), HarfBuzz (``shaping``), and for other scripts and fonts Pango
(``pango_lines``). If none of them is sure, the answer is None, and the text is left to WeasyPrint.
"""

from __future__ import annotations

import re
from collections.abc import Callable, MutableMapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from reports.engine.longtable.text.pairs import PairTable, Setting
from reports.engine.longtable.text.wrapping import Paragraph, Run, UnsureError, line_spans
from reports.engine.weasy.font_rules import UnfollowableFontError, font_rules
from reports.engine.weasy.glyphs import GlyphWriter, Usage
from reports.engine.weasy.pango_lines import PangoLines
from reports.engine.weasy.shaping import Glyph, Shaper, script_of
from reports.engine.weasy.text import FROM_UNITS, font_among, font_key, font_operator, pango_version, transformed

MOST_LINES = 20_000
SHAPED_AT_FIRST = 500
"""Texts of a style to shape before its font's rules are read, which takes as long as some thousand."""

_LENGTH = 24
"""Characters beyond which a text counts as several of those to shape."""

_FITTING = 2.5  # characters as wide as the font is high: a longer text will hardly fit on one line
_SPACES = " \t\n\r\f"
_SPARE = 0.1  # px
_WHITE_SPACE = re.compile("[ \t\n\r]+")
_LATIN = re.compile("[A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff]").search
_UNSEEN: Final = object()


class SetLine(NamedTuple):
    """A line of text: what to write after its text matrix and font, and its width in pixels.

    ``operators`` is empty when there is nothing to see. A space at the end of a cell is drawn, as WeasyPrint does,
    but neither in the text nor in the width. The baseline of a line in other fonts is further down by ``rise``, and the
    line higher by as much.
    """

    text: str
    operators: bytes
    width: float
    rise: float = 0.0


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The reason why texts of a style are left to WeasyPrint; ``reason`` goes on after "the text": "the text is …"."""

    reason: str


class TextSetter:
    """Set texts in one style, which is all that matters for glyphs and their places, so not the colour.

    ``font`` is the entry of WeasyPrint's fonts, under ``font_key``, to which ``drain_usage()`` has to be added before
    the PDF is finished; ``font_operator`` chooses it. The caller aligns lines, and sees to ``text-indent``,
    ``text-overflow``, lines under and through the text, and the first line's or letter's own style.
    """

    def __init__(
        self, style: Any, fonts: MutableMapping[int, Any], shaped_at_first: int, new_stream: Callable[[], Any] | None
    ) -> None:
        """Prepare for a style that ``from_text_box`` has looked at. Raises ValueError when Pango cannot be copied."""
        self._style = style
        common = Shaper(style, "Zyyy")
        self.font_key, self.font, size = font_among(fonts, common.pango_font)
        if self.font.bitmap or self.font.png or self.font.svg or self.font.colr:
            raise ValueError("set in a font of pictures")
        # As in draw/text.py: https://gitlab.gnome.org/GNOME/pango/-/issues/530
        self.size: float = style["font_size"] if pango_version() < 14802 else size
        self.font_operator = font_operator(self.font.hash, self.size)
        self._glyphs = GlyphWriter(common.pango_font, self.size, self.font.widths)
        self._shapers: dict[str, Shaper | None] = {"Zyyy": common}
        self._tables: dict[str, PairTable | None] = {}
        self._pango = PangoLines(style, new_stream) if new_stream else None
        self.transforms = style["text_transform"] != "none"
        self.never_wraps = style["white_space"] == "nowrap"
        self._common: PairTable | None = None
        self._latin: PairTable | None = None
        self._still_to_shape = shaped_at_first
        self._lines: dict[str, SetLine | None] = {}
        self._runs: dict[tuple[str, bool], SetLine | None] = {}
        self._wrapped: dict[tuple[str, float], list[SetLine] | None] = {}

    @classmethod
    def from_text_box(
        cls,
        text_box: Any,
        fonts: MutableMapping[int, Any],
        shaped_at_first: int = SHAPED_AT_FIRST,
        new_stream: Callable[[], Any] | None = None,
    ) -> TextSetter | Unsupported:
        """Make a setter for the style of a TextBox of WeasyPrint's; ``fonts`` are those of the document's PDF.

        On streams that ``new_stream`` makes, texts in other fonts can be drawn.
        """
        reason = _unsupported(text_box.style)
        if reason:
            return Unsupported(reason)
        try:
            return cls(text_box.style, fonts, shaped_at_first, new_stream)
        except ValueError as error:
            return Unsupported(str(error))

    @property
    def tables(self) -> tuple[PairTable | None, PairTable | None]:
        """Return the tables for texts without and with Latin letters, as far as there are any yet."""
        return self._common, self._latin

    def line(self, text: str) -> SetLine | None:
        """Set a text on one line, its white space collapsed; None when Pango is needed for it."""
        known = self._lines.get(text, _UNSEEN)
        if known is not _UNSEEN:
            return known  # type: ignore[return-value]
        line = self._line(self._as_laid_out(text))
        if len(self._lines) >= MOST_LINES:
            self._lines.clear()
        self._lines[text] = line
        return line

    def run(self, text: str, *, ends_line: bool) -> SetLine | None:
        """Set a text that stands beside others on a line, white space in it collapsed already, but not at its ends.

        A space at the end of a line is drawn, but neither in the text nor in the width.
        """
        key = (text, ends_line)
        known = self._runs.get(key, _UNSEEN)
        if known is not _UNSEEN:
            return known  # type: ignore[return-value]
        final = self._transformed(text)
        line = self._made(final)
        if ends_line and final[-1:] == " " and line is not None:
            shown = self.run(text.rstrip(" "), ends_line=False)
            line = None if shown is None else line._replace(text=shown.text, width=shown.width)
        if len(self._runs) >= MOST_LINES:
            self._runs.clear()
        self._runs[key] = line
        return line

    def lines(self, text: str, width: float) -> list[SetLine] | None:
        """Break a text into lines of a width in pixels, as WeasyPrint would; None when it is needed for that.

        A text without anything in it has no lines.
        """
        if len(text) * self.size < _FITTING * width or self.never_wraps:
            line = self.line(text)
            if line is None:
                return None
            if not line.text:
                return []
            # With room for a space at its end, however wide; else for what rounding may add.
            spare = self.size if text[-1] in _SPACES else _SPARE
            if line.width + spare < width or self.never_wraps:
                return [line]
        key = (text, width)
        if key not in self._wrapped:
            if len(self._wrapped) >= MOST_LINES:
                self._wrapped.clear()
            final = self._as_laid_out(text)
            self._wrapped[key] = self._broken(final, width) if final.strip(" ") else []
        return self._wrapped[key]

    def drain_usage(self) -> Usage:
        """Return the glyphs that were set for the first time since the last call."""
        return self._glyphs.drain_usage()

    def _broken(self, text: str, width: float) -> list[SetLine] | None:
        try:
            paragraph = Paragraph(text, self._run)
            lines = []
            for start, end in line_spans(paragraph, width, self._style):
                shown = text[start:end].rstrip(" ")
                glyphs = "".join(paragraph.part(start, end).glyphs)
                lines.append(_line(shown, glyphs, paragraph.part(start, start + len(shown)).width))
        except UnsureError:
            return None
        return lines

    def _as_laid_out(self, text: str) -> str:
        """Return a cell's text after what WeasyPrint does to it before layout; a space may be left at its end."""
        if not text.isprintable() or "  " in text or text[:1] == " ":
            text = _WHITE_SPACE.sub(" ", text).lstrip(" ")
        return self._transformed(text)

    def _transformed(self, text: str) -> str:
        if self.transforms:
            language = (self._style["lang"] or "").split("-")[0].lower()
            text = transformed(text, self._style["text_transform"], language)
        return text

    def _line(self, text: str) -> SetLine | None:
        line = self._made(text)
        if line is not None and text[-1:] == " ":
            shown = self._made(text.rstrip(" "))
            line = None if shown is None else line._replace(text=shown.text, width=shown.width)
        return line

    def _made(self, text: str) -> SetLine | None:
        """Set a text as it is, with all its spaces."""
        setting = self._setting(text) if text else Setting("", 0)
        if setting is not None:
            return _line(text, *setting)
        line = self._pango.line(text, self.font_operator) if self._pango is not None else None
        return None if line is None else SetLine(text, *line)

    def _setting(self, text: str) -> Setting | None:
        table = self._common
        if table is not self._latin and _LATIN(text):
            table = self._latin
        setting = table.setting(text) if table else None
        return setting or self._shaped(text)

    def _shaped(self, text: str) -> Setting | None:
        script = script_of(text)
        table = self._table(script) if script else None
        known = table.setting(text) if table else None
        if known:
            return known
        found = self._shape(text, script)
        if found is None:
            return None
        glyphs, written = found
        return Setting("".join(written), sum(glyph.advance for glyph in glyphs))

    def _run(self, text: str) -> Run | None:
        """Return the parts of a text, all of a ligature in its first character."""
        script = script_of(text)
        table = self._table(script) if script else None
        known = table.parts(text) if table else None
        if known:
            return Run(*known, bytes(len(text)), tails=True)
        found = self._shape(text, script)
        if found is None:
            return None
        glyphs, advances, cuts = [""] * len(text), [0] * len(text), bytearray(len(text))
        for glyph, digits in zip(*found, strict=True):
            glyphs[glyph.cluster] = digits
            advances[glyph.cluster] = glyph.advance
            cuts[glyph.cluster] = not glyph.joins
        return Run(glyphs, advances, cuts, tails=False)

    def _shape(self, text: str, script: str | None) -> tuple[list[Glyph], list[str]] | None:
        """Shape a text, and have its pairs remembered."""
        shaper = self._shaper(script) if script else None
        glyphs = shaper.shape(text) if shaper else None
        if not script or glyphs is None:
            return None
        written = self._glyphs.write(text, glyphs)
        self._still_to_shape -= 1 + len(text) // _LENGTH
        table = self._table(script)
        if table:
            table.learn(text, glyphs, written)
        return glyphs, written

    def _shaper(self, script: str) -> Shaper | None:
        if script not in self._shapers:
            try:
                shaper = Shaper(self._style, script)
            except ValueError:
                self._shapers[script] = None
            else:
                same_font = font_key(shaper.pango_font) == self.font_key
                self._shapers[script] = shaper if same_font else None
        return self._shapers[script]

    def _table(self, script: str) -> PairTable | None:
        if script not in self._tables:
            if self._still_to_shape > 0:
                return None
            self._tables[script] = self._new_table(script)
            self._common, self._latin = self._tables.get("Zyyy"), self._tables.get("Latn")
        return self._tables[script]

    def _new_table(self, script: str) -> PairTable | None:
        shaper = self._shaper(script)
        if shaper is None:
            return None
        other = {"Zyyy": "Latn", "Latn": "Zyyy"}.get(script, "")
        table, other_shaper = self._tables.get(other), self._shapers.get(other)
        if table and other_shaper and shaper.sets_like(other_shaper):
            return table
        try:
            return PairTable(shaper, font_rules(self.font.file_content, self.font.index))
        except UnfollowableFontError:
            return None


def _line(text: str, glyphs: str, width: int) -> SetLine:
    if not text.strip():
        return SetLine(text, b"", width * FROM_UNITS)  # as in draw/text.py, of spaces that do not collapse
    closed = glyphs[:-1] if glyphs[-1] == "<" else glyphs + ">"
    return SetLine(text, f"[<{closed}] TJ".encode(), width * FROM_UNITS)


def _unsupported(style: Any) -> str | None:
    """Return what of a style is not copied here; None when all is."""
    wanted = {
        "direction": ("ltr",),
        "unicode_bidi": ("normal",),
        "visibility": ("visible",),
        "white_space": ("normal", "nowrap"),
        "word_break": ("normal",),
        "letter_spacing": ("normal", 0),
        "word_spacing": (0,),
        "font_variant_caps": ("normal",),
        "font_variation_settings": ("normal",),
        "text_transform": ("none", "uppercase", "lowercase", "capitalize"),
        "text_align_all": ("start", "end", "left", "right", "center"),
        "text_align_last": ("auto", "start", "end", "left", "right", "center"),
    }
    for name, values in wanted.items():
        if style[name] not in values:
            return f"set with {name.replace('_', '-')}: {style[name]}"
    return None if style["font_size"] >= 1e-6 else "set at no size"
