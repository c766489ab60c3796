"""Ask WeasyPrint for page breaks between boxes."""

from __future__ import annotations

from typing import Any

from weasyprint.layout.block import block_level_page_break


def page_break_between(above: Any, below: Any) -> str:
    """Return what two boxes want of a page break between them, as a value of CSS's ``break-before``."""
    return str(block_level_page_break(above, below))
