"""Look for texts that leave the page, and for those that are there and cannot be seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from reports.findings import Finding, Severity

_MM = 96 / 25.4
_TOLERANCE = 0.5 * _MM
_LONGEST = 40
_MOST = 20

Place = Callable[[Any], tuple[str, int] | None]


def findings_of_boxes(pages: list[Any], place_of: Place, file: str) -> Iterator[Finding]:
    """Yield what is wrong with texts on pages as WeasyPrint has laid them out."""
    said: set[tuple[Any, str]] = set()
    for number, page in enumerate(pages, 1):
        for box, clips in _texts(page, ()):
            found = _fault_of(box, page, clips)
            if found is None or (box.element, found[1]) in said or len(said) >= _MOST:
                continue
            said.add((box.element, found[1]))
            words = " ".join(box.text.split())
            shown = words if len(words) <= _LONGEST else f"{words[: _LONGEST - 1]}…"
            where, line = place_of(box.element) or (file, None)
            message = f"{shown!r} {found[0]}, on page {number}"
            yield Finding(where, line, message, cure=found[1], severity=Severity.WARNING)


def _fault_of(box: Any, page: Any, clips: tuple[Any, ...]) -> tuple[str, str] | None:
    width, height = page.margin_width(), page.margin_height()
    right, bottom = box.position_x + box.width, box.position_y + box.height
    over = max(-box.position_x, right - width, -box.position_y, bottom - height)
    if over > _TOLERANCE:
        return (
            f"leaves the page by {over / _MM:.0f} mm",
            "Give it more room, a smaller type, or `overflow-wrap: anywhere`.",
        )
    for clip in clips:
        left, top = clip.padding_box_x(), clip.padding_box_y()
        cut = max(left - box.position_x, right - left - clip.padding_width(),
                  top - box.position_y, bottom - top - clip.padding_height())  # fmt: skip
        if cut > _TOLERANCE:
            return f"is cut off by {cut / _MM:.0f} mm", "A box around it has `overflow: hidden`, and is too small."
    colour = box.style["color"]
    if getattr(colour, "alpha", 1) == 0:
        return "is transparent, and cannot be seen", "WeasyPrint clips no background to text; give it a `color`."
    return None


def _texts(box: Any, clips: tuple[Any, ...]) -> Iterator[tuple[Any, tuple[Any, ...]]]:
    """Yield the texts of the document in a box that stand where their boxes say, each with what clips it."""
    if getattr(box, "text", None) is not None:
        if box.element is not None and box.text.strip() and box.style["visibility"] == "visible":
            yield box, clips
        return
    if box.style["transform"]:
        return
    if box.style["overflow"] != "visible" and hasattr(box, "padding_box_x"):
        clips = (*clips, box)
    for child in box.children:
        yield from _texts(child, clips)
