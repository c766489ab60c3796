"""Find the words on the pages of a PDF, and which slot of its document has printed each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pypdfium2

from tools.authoring.origins.element_texts import ElementText, folded
from tools.authoring.origins.marked_html import Slot

_POINTS = 0.75
"""Points of a CSS pixel."""
_TOLERANCE = 1.5
_ALIKE = str.maketrans("()[]{}<>«»", "((((((((((")
"""Brackets, which are turned around in text from right to left."""

Rectangle = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Word:
    """A word on a page; ``place`` is left, top, right and bottom, from 0 to 1. ``slots`` have printed it."""

    text: str
    place: Rectangle
    slots: tuple[Slot, ...]


@dataclass(slots=True)
class _Line:
    """Text that WeasyPrint has set in one go, or a drawing: where it is in points, and the slots of its characters."""

    place: Rectangle
    folded: str
    slots: Sequence[Slot | None]
    others: tuple[Slot, ...] = ()
    at: int = 0

    def slots_of(self, word: str) -> tuple[Slot, ...]:
        found = self.folded.find(word, self.at)
        end = found + len(word)
        if found < 0:
            # Earlier ones: text from right to left is in another order there, letters that join among it.
            found, end = self._mixed(word)
        else:
            self.at = end
        return tuple(dict.fromkeys(each for each in self.slots[found:end] if each is not None)) or self.others

    def _mixed(self, word: str) -> tuple[int, int]:
        """Return where the letters of a word stand in any order, with a mark more at most that was left out."""
        wanted = Counter(word.translate(_ALIKE))
        text = self.folded.translate(_ALIKE)
        for length in range(len(word), len(word) + 3):
            for start in range(len(text) - length + 1):
                if not wanted - Counter(text[start : start + length]):
                    return start, start + length
        return 0, 0


def words_of_pages(
    pdf: bytes, pages: Sequence[Any], texts: Mapping[Any, ElementText], in_margins: Mapping[str, tuple[Slot, ...]]
) -> list[list[Word]]:
    """Return the words of each page, as WeasyPrint has laid them out, from ``texts`` of its elements.

    ``in_margins`` has the slots of words that style sheets put into margins.
    """
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [_words(document[number], list(_lines(page, texts, in_margins))) for number, page in enumerate(pages)]
    finally:
        document.close()


def _lines(box: Any, texts: Mapping[Any, ElementText], in_margins: Mapping[str, tuple[Slot, ...]]) -> Iterator[_Line]:
    text = getattr(box, "text", None)
    own = texts.get(box.element) if box.element is not None else None
    if text is not None:
        if text.strip():
            yield _line(box, folded(text), texts, in_margins)
        return
    if own is not None and str(box.element.tag).endswith("svg") and not getattr(box, "children", None):
        written = [texts[each] for each in box.element.iter() if each in texts]
        yield _Line(
            _rectangle(box),
            "".join(each.folded for each in written),
            [slot for each in written for slot in each.slots],
            tuple(own.tag_slots),
        )
        return
    for child in getattr(box, "children", ()):
        yield from _lines(child, texts, in_margins)


def _line(box: Any, text: str, texts: Mapping[Any, ElementText], in_margins: Mapping[str, tuple[Slot, ...]]) -> _Line:
    place = _rectangle(box)
    own = texts.get(box.element) if box.element is not None else None
    if own is None:
        return _in_margin(place, text, texts, in_margins)
    if "::" in box.element_tag and not box.element_tag.endswith(("::first-letter", "::first-line")):
        return _Line(place, text, [None] * len(text), tuple(own.tag_slots))
    slots = own.take(text)
    return _Line(place, text, slots or [None] * len(text), () if slots else tuple(own.tag_slots))


def _in_margin(
    place: Rectangle, text: str, texts: Mapping[Any, ElementText], in_margins: Mapping[str, tuple[Slot, ...]]
) -> _Line:
    """Return the text of a margin: strings of style sheets with numbers of pages, or a text of the document again."""
    slots: list[Slot | None] = [None] * len(text)
    others: dict[Slot, None] = {}
    for said, of in sorted(in_margins.items(), key=lambda each: len(each[0])):
        if of and (found := text.find(said)) >= 0:
            slots[found : found + len(said)] = [of[-1]] * len(said)
            others |= dict.fromkeys(of)
    if not others:
        every = "".join(each.folded for each in texts.values())
        if (found := every.find(text)) >= 0:
            slots = [slot for each in texts.values() for slot in each.slots][found : found + len(text)]
        else:
            by_attribute = (
                each.tag_slots for each in texts.values() if any(text in value for value in each.attributes)
            )
            others = dict.fromkeys(next(by_attribute, ()))
    return _Line(place, text, slots, tuple(others))


def _rectangle(box: Any) -> Rectangle:
    left, top = box.position_x, box.position_y
    width, height = (
        (box.margin_width(), box.margin_height()) if hasattr(box, "margin_width") else (box.width, box.height)
    )
    return tuple(_POINTS * each for each in (left, top, left + width, top + height))


def _words(page: Any, lines: list[_Line]) -> list[Word]:
    width, height = page.get_size()
    text_page = page.get_textpage()
    words: list[Word] = []
    letters: list[tuple[str, Rectangle]] = []
    line: _Line | None = None

    def end() -> None:
        nonlocal letters
        word = "".join(sign for sign, _ in letters)
        if line is not None and folded(word):
            boxes = [box for _, box in letters]
            left, top = min(each[0] for each in boxes), min(each[1] for each in boxes)
            right, bottom = max(each[2] for each in boxes), max(each[3] for each in boxes)
            place = left / width, top / height, right / width, bottom / height
            words.append(Word(word, place, line.slots_of(folded(word))))
        letters = []

    for index in range(text_page.count_chars()):
        sign = text_page.get_text_range(index, 1)
        if not sign or sign.isspace():
            end()
            continue
        left, bottom, right, top = text_page.get_charbox(index)
        box = left, height - top, right, height - bottom
        on = _line_at((box[0] + box[2]) / 2, (box[1] + box[3]) / 2, lines)
        if on is not line:
            end()
            line = on
        letters.append((sign, box))
    end()
    return words


def _line_at(x: float, y: float, lines: list[_Line]) -> _Line | None:
    """Return the smallest line that a point is on."""
    near = [
        each
        for each in lines
        if each.place[0] - _TOLERANCE <= x <= each.place[2] + _TOLERANCE
        and each.place[1] - _TOLERANCE <= y <= each.place[3] + _TOLERANCE
    ]
    return min(near, key=lambda each: _distance(x, y, each.place), default=None)


def _distance(x: float, y: float, place: Rectangle) -> tuple[bool, float]:
    left, top, right, bottom = place
    is_in = left <= x <= right and top <= y <= bottom
    return not is_in, abs((top + bottom) / 2 - y) + (right - left) * (bottom - top) / 1e6
