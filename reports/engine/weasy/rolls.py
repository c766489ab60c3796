"""Cut paper that comes from a roll, as that of a receipt, below what is printed on it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

ROLL_PX = 2_000 * 96 / 25.4
"""The height, in CSS pixels, from which on a page is paper from a roll: 2 m."""


def cut(pages: Iterable[Any]) -> None:
    """Make pages of paper from a roll as high as their content, with the margin that is below it."""
    for page in pages:
        if page.height >= ROLL_PX:
            box = page._page_box
            content = box.children[0]
            page.height = content.position_y + content.margin_height() + box.margin_bottom
