"""Find text that goes into a layout, and is on none of its pages.

WeasyPrint drops footnotes that find no room, and items of some grids, without a word. Texts are counted before and
after the layout, for each element, in characters without spaces.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

_losses: ContextVar[list[Loss] | None] = ContextVar("losses", default=None)
_watchers: ContextVar[list[Any] | None] = ContextVar("watchers", default=None)


@dataclass(frozen=True, slots=True)
class Loss:
    """The text of an element that is on no page: ``lost`` characters of ``all``."""

    element: Any
    lost: int
    all: int


@contextmanager
def losses() -> Iterator[list[Loss]]:
    """Gather what is lost in layouts of the block."""
    found: list[Loss] = []
    token = _losses.set(found)
    try:
        yield found
    finally:
        _losses.reset(token)


@contextmanager
def pages_kept() -> Iterator[list[Any]]:
    """Gather the boxes of pages of layouts of the block, for tools that look at them."""
    pages: list[Any] = []
    token = _watchers.set(pages)
    try:
        yield pages
    finally:
        _watchers.reset(token)


class Count:
    """The texts of a document before its layout."""

    def __init__(self, root: Any, footnotes: Iterable[Any], taken: Collection[str]) -> None:
        """Count them; a page may take running elements of the names in ``taken``, though it may not be there."""
        self._taken = taken
        self._flow: dict[Any, int] = defaultdict(int)
        self._running: dict[str, dict[Any, int]] = defaultdict(lambda: defaultdict(int))
        self._count(root, self._flow)
        for note in footnotes:
            self._count(note, self._flow)

    def _count(self, box: Any, counts: dict[Any, int]) -> None:
        text = getattr(box, "text", None)
        if text is not None:
            # Text without a size is how authors hide the words of a picture.
            if not _is_made(box.element_tag) and box.style["font_size"]:
                counts[box.element] += _characters(text)
            return
        style = box.style
        if style["max_lines"] != "none" or style["continue"] == "discard":
            return  # more lines are cut on purpose
        position = style["position"]
        if position[0] == "running()":
            counts = self._running[position[1]]
        for child in box.children:
            self._count(child, counts)

    def losses(self, pages: Iterable[Any]) -> list[Loss]:
        """Return what is not on the pages, of one part of it after the other."""
        printed: dict[Any, int] = defaultdict(int)
        for page in pages:
            _add_printed(page, printed)
        # Of running elements, one may stand in for others on each page, and a page such as the second may not be there.
        unused = [counts for name, counts in self._running.items() if name not in self._taken]
        return [*_missing(self._flow, printed), *(loss for each in unused for loss in _missing(each, printed))]


def watched(root: Any, context: Any) -> Count | None:
    """Count the texts of a document that is to be laid out, if its losses are asked for."""
    if _losses.get() is None:
        return None
    return Count(root, context.footnotes, frozenset(_names_taken(context.style_for._sheets)))


def finish(count: Count | None, pages: list[Any]) -> None:
    """Tell who asked for it what the layout has lost, and its pages."""
    if (found := _losses.get()) is not None and count is not None:
        found += count.losses(pages)
    if (kept := _watchers.get()) is not None:
        kept[:] = pages


def _names_taken(sheets: Iterable[Any]) -> Iterator[str]:
    """Find the running elements that a page may take, whether it is there or not, by ``content: element(head)``."""
    declarations = (each for sheet, _, _ in sheets for _, _, several in sheet.page_rules for each in several)
    for name, values, _ in declarations:
        if name == "content" and isinstance(values, (list, tuple)):
            yield from (value[1][0] for value in values if value[0] == "element()")


def _is_made(tag: str) -> bool:
    """Tell whether a style sheet makes the text of such a box, as ``p::before``; a first letter is the document's."""
    return "::" in tag and not tag.endswith(("::first-letter", "::first-line"))


def _characters(text: str) -> int:
    return len(text) - text.count(" ") if text.isascii() and text.isprintable() else len("".join(text.split()))


def _add_printed(box: Any, printed: dict[Any, int]) -> None:
    text = getattr(box, "text", None)
    if text is None:
        for child in box.children:
            _add_printed(child, printed)
    elif box.element is not None and not _is_made(box.element_tag):
        printed[box.element] += _characters(text)


def _missing(counts: Mapping[Any, int], printed: Mapping[Any, int]) -> Iterator[Loss]:
    for element, number in counts.items():
        lost = number - printed.get(element, 0)
        if lost > 0 and element is not None:
            yield Loss(element, lost, number)
