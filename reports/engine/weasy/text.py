"""Do with single texts and fonts what WeasyPrint does when it sets them."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

import pydyf
from weasyprint.formatting_structure.text import transform
from weasyprint.pdf.fonts import Font
from weasyprint.text.ffi import FROM_UNITS, TO_UNITS, pango
from weasyprint.text.fonts import get_pango_font_key
from weasyprint.text.line_break import get_log_attrs

__all__ = ["FROM_UNITS", "TO_UNITS"]


def pango_version() -> int:
    """Return the version of Pango, such as 15000 for 1.50.0."""
    version: int = pango.pango_version()
    return version


def transformed(text: str, text_transform: str, language: str | None) -> str:
    """Return a text as CSS's ``text-transform`` changes it."""
    changed: str = transform(text_transform, text, language)
    return changed


def font_key(pango_font: Any) -> int:
    """Return the key that WeasyPrint's fonts have this one under."""
    key: int = get_pango_font_key(pango_font)[0]
    return key


def font_among(fonts: MutableMapping[int, Any], pango_font: Any) -> tuple[int, Any, float]:
    """Return the key and the entry of a font, which is added if it is new, and the size it is drawn at."""
    key, description, size = get_pango_font_key(pango_font)
    if key not in fonts:
        fonts[key] = Font(pango_font, description, size)
    return key, fonts[key], size


def font_operator(name: str, size: float) -> bytes:
    """Return the operator of PDF that chooses a font."""
    stream = pydyf.Stream()
    stream.set_font_size(name, size)
    operator: bytes = stream.stream[0]
    return operator


def line_break_places(text: str, language: str | None) -> list[int]:
    """Return the indexes before which Pango may break a text, except its beginning and its end."""
    attributes = get_log_attrs(text, language)
    return [index for index in range(1, len(text)) if attributes[index].is_line_break]


def pdf_string(text: str) -> bytes:
    """Write a text as a string of PDF."""
    written: bytes = pydyf.String(text).data
    return written
