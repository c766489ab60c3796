"""Keep what sets texts, one for each style of a document."""

from __future__ import annotations

from functools import partial
from typing import Any

from reports.engine.longtable.text.text_setter import TextSetter, Unsupported
from reports.engine.weasy.canvas import Canvas


class NotPlainError(Exception):
    """Rows of a form are left to WeasyPrint, for the reason in the message."""


class Setters:
    """Keep one text setter for each style."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._setters: dict[tuple[str, ...], TextSetter | Unsupported] = {}

    def of(self, box: Any) -> TextSetter:
        """Return the setter for a text box. Raises NotPlainError."""
        style = box.style
        key = tuple(str(style[name]) for name in _STYLE)
        if key not in self._setters:
            self._setters[key] = TextSetter.from_text_box(
                box, self._canvas.fonts, new_stream=partial(self._canvas.stream, marks=False)
            )
        setter = self._setters[key]
        if isinstance(setter, Unsupported):
            raise NotPlainError(f"the text is {setter.reason}")
        return setter

    def hand_over_glyphs(self) -> None:
        """Make all glyphs that were set part of the fonts that are embedded."""
        for setter in self._setters.values():
            if isinstance(setter, TextSetter):
                setter.drain_usage().add_to(setter.font)


_STYLE = (
    *("font_family", "font_size", "font_weight", "font_style", "font_stretch", "font_kerning"),
    *("font_variant_ligatures", "font_variant_position", "font_variant_caps", "font_variant_numeric"),
    *("font_variant_alternates", "font_variant_east_asian", "font_feature_settings", "font_variation_settings"),
    *("font_language_override", "lang", "direction", "unicode_bidi", "visibility", "white_space", "word_break"),
    *("letter_spacing", "word_spacing", "text_transform", "text_align_all", "text_align_last"),
    *("overflow_wrap", "hyphens"),
)
