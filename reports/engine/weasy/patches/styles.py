"""Replace how WeasyPrint ranks style sheets, for all of this process."""

from __future__ import annotations

from collections.abc import Sequence
from functools import wraps
from typing import Any

from weasyprint import CSS, css

from reports.engine.weasy.patches import replaces

_Ranked = tuple[Any, str, Any]


class TemplateSheet(CSS):  # type: ignore[misc]
    """A template's style sheet, parsed once for all of its documents."""


@replaces("weasyprint.css.StyleFor", release="70.0")
def rank_template_sheets_as_linked() -> None:
    """Rank a template's style sheet as if the document linked to it before its ``<style>`` elements.

    WeasyPrint ranks a sheet that it gets parsed as that of a reader: it loses to any ``<style>``, whatever their
    selectors are. A link would be parsed again at each layout. See ``get_all_computed_styles`` in
    weasyprint/css/__init__.py.
    """
    style_for = css.StyleFor
    if hasattr(style_for, "__wrapped__"):
        return

    @wraps(style_for)
    def rank_first(html: Any, sheets: Sequence[_Ranked], *options: Any) -> Any:
        return style_for(html, ranked(sheets), *options)

    css.StyleFor = rank_first


@replaces("weasyprint.css.properties.INITIAL_VALUES", release="70.0")
def set_text_without_typeface_in_inter() -> None:
    """Set text whose style names no typeface in the first of our fonts, and not in the one with serifs.

    WeasyPrint takes ``serif`` as browsers do. Templates were written for Inter.
    """
    css.properties.INITIAL_VALUES["font_family"] = ("sans-serif",)


def ranked(sheets: Sequence[_Ranked]) -> list[_Ranked]:
    """Return sheets with their origins; those of templates are an author's, and come first among these."""
    ours = [(sheet, "author", specificity) for sheet, _, specificity in sheets if isinstance(sheet, TemplateSheet)]
    others = [each for each in sheets if not isinstance(each[0], TemplateSheet)]
    browsers = [each for each in others if each[1] == "user agent"]
    return [*browsers, *ours, *(each for each in others if each[1] != "user agent")]
