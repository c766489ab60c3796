"""Replace how WeasyPrint lays out documents as a whole, for all of this process."""

from __future__ import annotations

from functools import wraps
from typing import Any

from weasyprint import document

from reports.engine.weasy.conservation import finish, watched
from reports.engine.weasy.patches import replaces


@replaces("weasyprint.document.layout_document", release="70.0")
def count_texts_around_layouts() -> None:
    """Count the texts of a document before its layout, and on its pages, where that is asked for.

    WeasyPrint keeps no boxes of what it was given. See ``Document._render`` in weasyprint/document.py.
    """
    lay_out = document.layout_document
    if hasattr(lay_out, "__wrapped__"):
        return

    @wraps(lay_out)
    def counted(html: Any, root_box: Any, context: Any, *options: Any) -> Any:
        count = watched(root_box, context)
        pages = list(lay_out(html, root_box, context, *options))
        finish(count, pages)
        return pages

    document.layout_document = counted
