"""Declare the functions of HarfBuzz and Pango that WeasyPrint does not.

By ``ctypes``, as parsing declarations for cffi takes longer than some hundred rows.
"""

from __future__ import annotations

import ctypes
import weakref
from functools import cache
from typing import Any

_Pointer = ctypes.c_void_p
_Tag = ctypes.c_uint32
_END_OF_SET = 0xFFFFFFFF
_WORDS_PER_GLYPH = 5


class Feature(ctypes.Structure):
    """``hb_feature_t``."""

    _fields_ = (("tag", _Tag), ("value", ctypes.c_uint32), ("start", ctypes.c_uint), ("end", ctypes.c_uint))


class SegmentProperties(ctypes.Structure):
    """``hb_segment_properties_t``."""

    _fields_ = (
        ("direction", ctypes.c_int),
        ("script", _Tag),
        ("language", _Pointer),
        ("reserved1", _Pointer),
        ("reserved2", _Pointer),
    )


class PangoAnalysis(ctypes.Structure):
    """``PangoAnalysis``, whose small numbers are of one byte, other than in WeasyPrint's declarations."""

    _fields_ = (
        ("shape_engine", _Pointer),
        ("lang_engine", _Pointer),
        ("font", _Pointer),
        ("level", ctypes.c_uint8),
        ("gravity", ctypes.c_uint8),
        ("flags", ctypes.c_uint8),
        ("script", ctypes.c_uint8),
        ("language", _Pointer),
        ("extra_attrs", _Pointer),
    )


@cache
def harfbuzz() -> Any:
    """Return HarfBuzz: the one that Pango uses, as it was loaded under this name before."""
    functions: dict[str, tuple[Any, ...]] = {
        "hb_font_reference": (_Pointer, _Pointer),
        "hb_font_destroy": (None, _Pointer),
        "hb_font_get_face": (_Pointer, _Pointer),
        "hb_language_from_string": (_Pointer, ctypes.c_char_p, ctypes.c_int),
        "hb_feature_from_string": (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, _Pointer),
        "hb_buffer_create": (_Pointer,),
        "hb_buffer_destroy": (None, _Pointer),
        "hb_buffer_clear_contents": (None, _Pointer),
        "hb_buffer_set_segment_properties": (None, _Pointer, ctypes.POINTER(SegmentProperties)),
        "hb_buffer_set_flags": (None, _Pointer, ctypes.c_int),
        "hb_buffer_set_cluster_level": (None, _Pointer, ctypes.c_int),
        "hb_buffer_add_utf32": (None, _Pointer, ctypes.c_char_p, ctypes.c_int, ctypes.c_uint, ctypes.c_int),
        "hb_shape": (None, _Pointer, _Pointer, _Pointer, ctypes.c_uint),
        "hb_buffer_get_length": (ctypes.c_uint, _Pointer),
        "hb_buffer_get_glyph_infos": (_Pointer, _Pointer, _Pointer),
        "hb_buffer_get_glyph_positions": (_Pointer, _Pointer, _Pointer),
        "hb_shape_plan_create_cached": (
            _Pointer, _Pointer, ctypes.POINTER(SegmentProperties), _Pointer, ctypes.c_uint, _Pointer,
        ),
        "hb_shape_plan_destroy": (None, _Pointer),
        "hb_ot_shape_plan_collect_lookups": (None, _Pointer, _Tag, _Pointer),
        "hb_ot_layout_collect_lookups": (None, _Pointer, _Tag, _Pointer, _Pointer, _Pointer, _Pointer),
        "hb_ot_layout_table_get_feature_tags": (ctypes.c_uint, _Pointer, _Tag, ctypes.c_uint, _Pointer, _Pointer),
        "hb_set_create": (_Pointer,),
        "hb_set_destroy": (None, _Pointer),
        "hb_set_next": (ctypes.c_int, _Pointer, _Pointer),
    }  # fmt: skip
    return _declared("libharfbuzz.so.0", functions)


@cache
def pango() -> Any:
    """Return Pango, the one that WeasyPrint uses."""
    functions: dict[str, tuple[Any, ...]] = {
        "pango_language_to_string": (ctypes.c_char_p, _Pointer),
        "pango_layout_get_unknown_glyphs_count": (ctypes.c_int, _Pointer),
        "pango_font_get_features": (None, _Pointer, _Pointer, ctypes.c_uint, _Pointer),
    }
    return _declared("libpango-1.0.so.0", functions)


def tag(name: str) -> int:
    """Return the number that OpenType gives a name of four letters."""
    return int.from_bytes(name.encode(), "big")


class NumberSet:
    """A ``hb_set_t``."""

    def __init__(self) -> None:
        self._as_parameter_ = ctypes.c_void_p(harfbuzz().hb_set_create())
        weakref.finalize(self, harfbuzz().hb_set_destroy, self._as_parameter_)

    def members(self) -> set[int]:
        """Return what HarfBuzz has put into the set."""
        member = ctypes.c_uint32(_END_OF_SET)
        found = set()
        while harfbuzz().hb_set_next(self, ctypes.byref(member)):
            found.add(member.value)
        return found


class GlyphTables:
    """A shaped buffer's columns. An entry of either of HarfBuzz's arrays is five words of 32 bits."""

    def __init__(self, buffer: int) -> None:
        library = harfbuzz()
        words = _WORDS_PER_GLYPH * library.hb_buffer_get_length(buffer)
        infos = (ctypes.c_uint32 * words).from_address(library.hb_buffer_get_glyph_infos(buffer, None) or 0)
        positions = (ctypes.c_int32 * words).from_address(library.hb_buffer_get_glyph_positions(buffer, None) or 0)
        self.glyphs: list[int] = infos[::_WORDS_PER_GLYPH]
        self.masks: list[int] = infos[1::_WORDS_PER_GLYPH]
        self.clusters: list[int] = infos[2::_WORDS_PER_GLYPH]
        self.advances: list[int] = positions[::_WORDS_PER_GLYPH]
        self.x_offsets: list[int] = positions[2::_WORDS_PER_GLYPH]
        self.y_offsets: list[int] = positions[3::_WORDS_PER_GLYPH]


def _declared(name: str, functions: dict[str, tuple[Any, ...]]) -> ctypes.CDLL:
    library = ctypes.CDLL(name)
    for function, (result, *arguments) in functions.items():
        declared = getattr(library, function)
        declared.restype, declared.argtypes = result, arguments
    return library
