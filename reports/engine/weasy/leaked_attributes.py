"""Give back the attributes of texts, of which WeasyPrint leaves one list behind for each text with font features.

Tabular figures are such a feature: an invoice of two pages left 60 KB behind. WeasyPrint drops no list, as all lists
share attributes, and a list that is freed frees those. So each list gets attributes of its own here, and is dropped:
its layout holds it for as long as needed. See ``Layout.setup`` in weasyprint/text/line_break.py.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import ffi, pango
from weasyprint.text.fonts import FontConfiguration


class _UnsharedFeatures(dict[bytes, Any]):
    """Be WeasyPrint's cache of attributes, and keep none."""

    def setdefault(self, key: bytes, default: Any = None) -> Any:  # noqa: ARG002
        return default


def font_configuration() -> FontConfiguration:
    """Return a font configuration whose texts leave nothing behind."""
    if not hasattr(line_break.Layout.setup, "__wrapped__"):
        line_break.Layout.setup = _dropping_attributes(line_break.Layout.setup)
    configuration = FontConfiguration()
    configuration.font_features = _UnsharedFeatures()
    return configuration


def _dropping_attributes(setup: Callable[[Any, Any], None]) -> Callable[[Any, Any], None]:
    @wraps(setup)
    def drop(layout: Any, style: Any) -> None:
        setup(layout, style)
        if isinstance(style.font_config.font_features, _UnsharedFeatures):
            attributes = pango.pango_layout_get_attributes(layout.layout)
            if attributes != ffi.NULL:
                pango.pango_attr_list_unref(attributes)

    return drop
