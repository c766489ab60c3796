"""Shape text as Pango does, without Pango's paragraphs around it: the same HarfBuzz, font, features and language.

Pango cuts a paragraph into runs of one font, script and direction, and hands each to HarfBuzz. A text of one script in
one font is one run, so HarfBuzz called with what Pango would give it returns what Pango would. These settings are read
from a run that Pango made; that the answers agree is checked on a probe before the first use.
"""

from __future__ import annotations

import ctypes
import re
import weakref
from collections.abc import Mapping
from functools import cache
from typing import Any, NamedTuple

from weasyprint.text import ffi as weasyprint_ffi
from weasyprint.text.fonts import font_features
from weasyprint.text.line_break import Layout

from reports.engine.weasy.harfbuzz import (
    Feature,
    GlyphTables,
    NumberSet,
    PangoAnalysis,
    SegmentProperties,
    harfbuzz,
    pango,
    tag,
)

_LEFT_TO_RIGHT = 4
_BEGINNING_AND_END_OF_TEXT = 0x1 | 0x2
_MONOTONE_CHARACTERS = 1
_UNSAFE_TO_BREAK = 0x1

# Letters of three scripts, and characters common to all; neither marks nor controls nor anything shown as an emoji.
# Each was set by Pango and by this module, alone and between others, with the same result (see the tests).
_COMMON = (
    " -@\\[-`{-~\u00a0-\u00a9\u00ab\u00ac\u00ae-\u00b9\u00bb-\u00bf\u00d7\u00f7"
    "\u2010-\u2015\u2018-\u201f\u2020-\u2022\u2026\u202f\u2030\u2032\u2033\u2039\u203a"
    "\u20a0-\u20bf\u2116\u2122\u2190-\u2193\u2212\u221e\u2248\u2260\u2264\u2265\u25cf\u25cb\u2713\u2717"
)
_LETTERS = {
    "Latn": "A-Za-z\u00aa\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u1e00-\u1eff",
    "Grek": "\u0386\u0388-\u03ff",
    "Cyrl": "\u0400-\u0482\u048a-\u052f",
}
SCRIPTS = ("Zyyy", *_LETTERS)
"""ISO 15924 codes: characters common to all scripts and nothing else, Latin, Greek, Cyrillic."""
_TEXTS = {"Zyyy": re.compile(f"[{_COMMON}]+")} | {
    script: re.compile(f"[{_COMMON}{letters}]+") for script, letters in _LETTERS.items()
}
_FRACTIONS = {"frac", "numr", "dnom"}
_PROBES = {
    "Zyyy": "0123456789 +-1,234.56 (78%) 9/10 12:34 2026-04-03 #1 & @ * = < >",
    "Latn": "Hamburgefonstiv AVATAR Type (To) x 10x20, Wa-Ty: fi ffl A-B a@b -> <= 1/2",
    "Grek": "Ελληνικά Αθήνα (ΑΒΓ) 12-34",
    "Cyrl": "Русский текст (АБВ) 12-34",
}


class Glyph(NamedTuple):
    """A shaped glyph: its number in the font, the index of its first character, and its advance in Pango's units.

    ``joins`` tells that it, or one before it, would not be the same if the text began here or ended before it.
    """

    id: int
    cluster: int
    advance: int
    joins: int


def script_of(text: str) -> str | None:
    """Return the one script that a text is of, as Pango would see it; None when Pango itself is needed."""
    return next((script for script in SCRIPTS if _TEXTS[script].fullmatch(text)), None)


@cache
def characters_of(script: str) -> str:
    """Return all characters that a text of a script may have."""
    return "".join(character for character in map(chr, range(0x20, 0x2800)) if _TEXTS[script].fullmatch(character))


class Shaper:
    """Shape texts of one script in one style. Lengths are in Pango's units, 1,024 to a pixel."""

    def __init__(self, style: Any, script: str) -> None:
        """Read from Pango what it would give HarfBuzz. Raises ValueError when this cannot be copied."""
        self.script = script
        self._library = harfbuzz()
        probe = _PROBES[script]
        self._layout = Layout(style)  # kept, as it owns what the pointers below lead to
        self._layout.set_text(probe)
        line, _ = self._layout.get_first_line()
        run = _only_run(line)
        analysis = PangoAnalysis.from_address(_address(weasyprint_ffi.ffi.addressof(run.item.analysis)))
        if analysis.level:
            raise ValueError("its text runs from right to left")
        self.pango_font = run.item.analysis.font
        self._font = self._library.hb_font_reference(
            _address(weasyprint_ffi.pango.pango_font_get_hb_font(self.pango_font))
        )
        weakref.finalize(self, self._library.hb_font_destroy, self._font)
        self._features, self.features = _all_features(style, analysis)
        language = pango().pango_language_to_string(analysis.language)
        self._properties = SegmentProperties(
            _LEFT_TO_RIGHT, tag(script), self._library.hb_language_from_string(language, -1)
        )
        self._buffer = self._library.hb_buffer_create()
        weakref.finalize(self, self._library.hb_buffer_destroy, self._buffer)
        self._library.hb_buffer_set_flags(self._buffer, _BEGINNING_AND_END_OF_TEXT)
        self._library.hb_buffer_set_cluster_level(self._buffer, _MONOTONE_CHARACTERS)
        ours = self.shape(probe)
        if ours is None or self._shaped_by_pango(run) != [glyph[:3] for glyph in ours]:
            raise ValueError("set by Pango in another way than by HarfBuzz alone")

    def shape(self, text: str) -> list[Glyph] | None:
        """Shape a text of this script; None when a glyph is missing, or does not simply follow the one before."""
        library, buffer = self._library, self._buffer
        library.hb_buffer_clear_contents(buffer)
        library.hb_buffer_set_segment_properties(buffer, self._properties)
        library.hb_buffer_add_utf32(buffer, text.encode("utf-32-le"), len(text), 0, len(text))
        library.hb_shape(self._font, buffer, self._features, len(self._features))
        tables = GlyphTables(buffer)
        clusters = tables.clusters
        if 0 in tables.glyphs or any(tables.x_offsets) or any(tables.y_offsets) or len(set(clusters)) < len(clusters):
            return None
        joins = [mask & _UNSAFE_TO_BREAK for mask in tables.masks]
        return list(map(Glyph, tables.glyphs, clusters, tables.advances, joins))

    def active_lookups(self, table: str) -> list[int]:
        """Return the indexes of the lookups that may act on a text, of the font's table ``GSUB`` or ``GPOS``.

        Without those that serve fractions only: they act beside a fraction slash, which is not among our characters.
        """
        face = self._library.hb_font_get_face(self._font)
        plan = self._library.hb_shape_plan_create_cached(
            face, self._properties, self._features, len(self._features), None
        )
        active = NumberSet()
        self._library.hb_ot_shape_plan_collect_lookups(plan, tag(table), active)
        self._library.hb_shape_plan_destroy(plan)
        tags = set(_feature_tags(face, tag(table))) - {tag(name) for name in _FRACTIONS - set(self.features)}
        others = NumberSet()
        if tags:
            wanted = (ctypes.c_uint32 * (len(tags) + 1))(*sorted(tags), 0)
            self._library.hb_ot_layout_collect_lookups(face, tag(table), None, None, wanted, others)
        return sorted(active.members() & others.members())

    def sets_like(self, other: Shaper) -> bool:
        """Tell whether another script, in the same style, has the same rules."""
        return all(self.active_lookups(table) == other.active_lookups(table) for table in ("GSUB", "GPOS"))

    def _shaped_by_pango(self, run: Any) -> list[tuple[int, int, int]] | None:
        text = self._layout.text.encode()
        count = run.glyphs.num_glyphs
        glyphs = []
        for glyph, offset in zip(run.glyphs.glyphs[0:count], run.glyphs.log_clusters[0:count], strict=True):
            geometry = glyph.geometry
            if geometry.x_offset or geometry.y_offset:
                return None
            glyphs.append((glyph.glyph, len(text[:offset].decode()), geometry.width))
        return glyphs


def _all_features(style: Any, analysis: PangoAnalysis) -> tuple[ctypes.Array[Feature], Mapping[str, int]]:
    """Return the features that Pango gives HarfBuzz with every run: those of the style."""
    count = ctypes.c_uint(0)
    pango().pango_font_get_features(analysis.font, (Feature * 32)(), 32, ctypes.byref(count))
    if count.value:
        raise ValueError("its font has features of its own, of an @font-face rule")
    named = dict(_style_features(style))
    features = (Feature * len(named))()
    for feature, (name, value) in zip(features, named.items(), strict=True):
        if not harfbuzz().hb_feature_from_string(f"{name} {value}".encode(), -1, ctypes.byref(feature)):
            raise ValueError(f"its font feature {name!r} cannot be read")
    return features, named


def _feature_tags(face: int, table: int) -> list[int]:
    count = ctypes.c_uint(0)
    total = harfbuzz().hb_ot_layout_table_get_feature_tags(face, table, 0, ctypes.byref(count), None)
    tags = (ctypes.c_uint32 * total)()
    count.value = total
    harfbuzz().hb_ot_layout_table_get_feature_tags(face, table, 0, ctypes.byref(count), tags)
    return list(tags[: count.value])


def _style_features(style: Any) -> Mapping[str, int]:
    features: Mapping[str, int] = font_features(
        style["font_kerning"],
        style["font_variant_ligatures"],
        style["font_variant_position"],
        style["font_variant_caps"],
        style["font_variant_numeric"],
        style["font_variant_alternates"],
        style["font_variant_east_asian"],
        style["font_feature_settings"],
    )
    return features


def _only_run(line: Any) -> Any:
    run = line.runs[0]
    if run.next != weasyprint_ffi.ffi.NULL:
        raise ValueError("its fonts lack common characters")
    return run.data


def _address(pointer: Any) -> int:
    """Return where a pointer of WeasyPrint's leads to, for use with our own declarations."""
    return int(weasyprint_ffi.ffi.cast("uintptr_t", pointer))
