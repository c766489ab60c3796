"""Take from a cell that WeasyPrint has laid out what it takes to set other texts into it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import Any

from reports.engine.longtable.layout.parts import Bookmark
from reports.engine.longtable.layout.row_forms import CellForm
from reports.engine.longtable.layout.row_painter import RowPainter, cell_tag, single_spaced
from reports.engine.longtable.rows.cells import (
    EMPTY_PATTERNS,
    FULL_PATTERNS,
    Cell,
    StringSet,
    has_text,
    pattern_of,
)
from reports.engine.longtable.rows.cells_alone import CellsAlone
from reports.engine.longtable.rows.line_reader import LineReader
from reports.engine.longtable.rows.lines import LinePlace, Piece
from reports.engine.longtable.rows.set_cells import CellLayout
from reports.engine.longtable.text.setters import NotPlainError, Setters
from reports.engine.weasy.boxes import is_block, is_inline, is_line, is_text, texts_in
from reports.engine.weasy.canvas import Canvas
from reports.engine.weasy.lone_cells import InlineLength, LoneCell, content_baseline
from reports.engine.weasy.typesetter import LaidOutDocument

_NUMBERS = count()
_NEAR = 1e-6
_SAMPLE = "x"
_CORNERS = ("top_left", "top_right", "bottom_left", "bottom_right")
_OF_TEXT = (is_block, is_line, is_inline, is_text)


class CellReader:
    """Learn from a cell that WeasyPrint has laid out."""

    def __init__(self, setters: Setters, painter: RowPainter, layout: LaidOutDocument) -> None:
        self._setters = setters
        self._painter = painter
        self._layout = layout

    def read(self, form: CellForm, box: Any, own: Sequence[str], height: float, bookmark: Bookmark | None) -> Cell:
        """Learn how cells of a form are set, from one with these values in a row of a height. Raises NotPlainError."""
        if has_height(box):
            raise NotPlainError("its height is set")
        vertical = box.style["vertical_align"]
        vertical = vertical if vertical in ("top", "middle", "bottom") else "baseline"
        above, below = _decoration(box, "top"), _decoration(box, "bottom")
        base_url = self._layout.base_url
        empty, tag = box.copy_with_children([]), cell_tag(box, 0)
        corners = tuple([str(box.style[f"border_{corner}_radius"]) for corner in _CORNERS])
        hides, number = box.style["empty_cells"] != "show", next(_NUMBERS)
        cell = Cell(form, above, below, vertical, base_url, {}, empty, height, tag, number, corners, hides, bookmark)
        texts, targets = cell.texts(own), cell.targets(own)
        if texts is None or targets is None:
            raise NotPlainError("its values have tags in them")
        cell.strings = tuple(_strings_set(form, box, texts))
        layout = self._read(form, box, own, texts)
        cell.layouts[pattern_of(texts, targets)] = layout
        wraps = [line.wraps for line in layout.lines or ()] == [True]
        if len(texts) == 1 and not targets and has_text(texts[0]) and wraps:
            # Such a line is set without the white space at its ends, whatever there is.
            cell.layouts.update(dict.fromkeys(FULL_PATTERNS, layout))
        if form.is_bare and len(texts) == 1 and layout.lines is not None:
            cell.layouts.update(dict.fromkeys(EMPTY_PATTERNS, CellLayout()))
        return cell

    def _read(self, form: CellForm, box: Any, own: Sequence[str], texts: Sequence[str]) -> CellLayout:
        """Learn which texts stand where, or else how WeasyPrint lays out such a cell alone. Raises NotPlainError."""
        alone = self._alone(form, box, own, texts)
        if form.lengths:
            if alone is None:
                raise NotPlainError("its inline styles have lengths that depend on more than the cell")
            return CellLayout(None, is_empty=box.empty, alone=alone)
        try:
            layout = self._lines(form, box, texts)
        except NotPlainError:
            if alone is None:
                raise
            layout = self._lines_of_sample(form, alone, texts) or CellLayout(None, is_empty=box.empty)
        layout.alone = alone
        return layout

    def _alone(self, form: CellForm, box: Any, own: Sequence[str], texts: Sequence[str]) -> CellsAlone | None:
        if any(link.values for link in form.links):
            return None
        shown = [number for number, text in enumerate(texts) if has_text(text)]
        try:
            lengths = [InlineLength(length.element, length.name, own[length.value]) for length in form.lengths]
            cell = LoneCell(self._layout, self._painter.press(self._layout), box, shown, lengths)
        except ValueError:
            return None
        return CellsAlone(cell, self._painter)

    def _lines(self, form: CellForm, box: Any, texts: Sequence[str]) -> CellLayout:
        return _LayoutReader(self._setters, self._painter.canvas, self._layout, form, box, texts).read()

    def _lines_of_sample(self, form: CellForm, alone: CellsAlone, texts: Sequence[str]) -> CellLayout | None:
        """Learn from such a cell with the shortest of texts in it, as its own may need WeasyPrint."""
        sample = [
            _SAMPLE if own.values and has_text(text) else text for own, text in zip(form.texts, texts, strict=True)
        ]
        try:
            return self._lines(form, alone.laid_out(sample), sample)
        except NotPlainError:
            return None


class _LayoutReader:
    """Learn from a cell which of its texts stand where."""

    def __init__(
        self, setters: Setters, canvas: Canvas, layout: LaidOutDocument, form: CellForm, box: Any, texts: Sequence[str]
    ) -> None:
        self._setters = setters
        self._canvas = canvas
        self._layout = layout
        self._form = form
        self._box = box
        self._texts = texts
        self._waiting = iter([number for number, text in enumerate(texts) if has_text(text)])
        self._links = [link for link in box.element.iter("a") if link.get("href") is not None]

    def read(self) -> CellLayout:
        _check_boxes(self._box)
        if len(self._links) != len(self._form.links):
            raise NotPlainError("its links are not those of its HTML")
        lines: list[LinePlace] = []
        growth = 0.0
        found = list(_lines_in(self._box))
        before = None
        while found:
            block, line = found.pop(0)
            _check_break(before, (block, line))
            before = block, line
            top = self._box.content_box_y() + growth
            reader = LineReader(self._setters, self._canvas, self._layout, self._text_of, self._link_of, top)
            place = reader.read(line, block)
            lines.append(place)
            if place.wraps:
                broken = place.set(self._texts)
                if broken is None:
                    raise NotPlainError("its text needs WeasyPrint")
                for piece in broken.pieces[1:]:
                    before = found.pop(0) if found else (None, None)
                    _check_rest(place, piece, *before)
                growth += broken.height - place.height
        if next(self._waiting, None) is not None:
            raise NotPlainError("some of its texts are not displayed")
        height = self._box.content_height - growth
        return CellLayout(tuple(lines), height, content_baseline(self._box), self._box.empty)

    def _text_of(self, box: Any) -> tuple[int, bool]:
        """Return the number of a box's text. That it is that text is seen when it is set."""
        if not box.text.strip(" "):
            return -1, True
        number = next(self._waiting, None)
        if number is None:
            raise NotPlainError("a cell has texts that are not in its HTML")
        return number, self._form.texts[number].values == 0

    def _link_of(self, box: Any) -> int | None:
        if box.link is None:
            return None
        for number, link in enumerate(self._links):
            if link is box.element:
                return number
        raise NotPlainError("it has links that are not in its HTML")


def _check_boxes(cell: Any) -> None:
    for box in (box for child in cell.children for box in child.descendants()):
        if not any(is_kind(box) for is_kind in _OF_TEXT):
            raise NotPlainError("a cell has more than text")
        if "::" in box.element_tag and not box.element_tag.startswith("br::"):
            raise NotPlainError("its style adds to its texts")
        has_look = box.background is not None and not is_inline(box)
        if has_look or box.style["text_indent"].value:
            raise NotPlainError("a block has a background, or its text is indented")
        if is_block(box) and box.link:
            raise NotPlainError("a link is a block")


def _lines_in(block: Any) -> Iterator[tuple[Any, Any]]:
    """Yield lines from top to bottom, each with the block that it stands in."""
    for child in block.children:
        if is_line(child):
            yield block, child
        elif is_block(child):
            yield from _lines_in(child)


def _check_break(before: tuple[Any, Any] | None, after: tuple[Any, Any]) -> None:
    """Make sure that no line ends between two texts just because these are too long for it, as others may fit."""
    if before is None or before[0] is not after[0]:
        return
    last = next(reversed(list(before[1].descendants())), None)
    if last is None or not last.element_tag.startswith("br"):
        raise NotPlainError("one of its lines ends between two texts")


def _check_rest(place: LinePlace, piece: Piece, _: Any, line: Any) -> None:
    """Make sure that a line that goes on with a text is like the first one."""
    texts = [] if line is None else [box.text for box in texts_in(line)]
    if texts != [piece.line.text] or abs(line.height - place.height - abs(piece.line.rise)) > _NEAR:
        raise NotPlainError("its lines break elsewhere")


def _strings_set(form: CellForm, cell: Any, texts: Sequence[str]) -> Iterator[StringSet]:
    """Yield the strings that a cell sets to its text, or to one of its texts. Raises NotPlainError for others."""
    whole = single_spaced("".join(texts)).strip(" ")
    own = [single_spaced(text).strip(" ") for text in texts]
    for box in cell.descendants():
        for name, text in box.string_set or ():
            shown = single_spaced(text)
            found = [at for at, each in enumerate(own) if each == shown and form.texts[at].values]
            if box is cell and shown == whole:
                yield StringSet(name, None)
            elif box is not cell and len(found) == 1:
                yield StringSet(name, found[0])
            else:
                raise NotPlainError("a string for running lines is not one of its texts")


def has_height(box: Any) -> bool:
    """Tell whether the style of a row or cell sets its height."""
    least = box.style["min_height"]
    return bool(box.style["height"] != "auto" or (least != "auto" and least.value))


def _decoration(box: Any, side: str) -> float:
    padding = box.style[f"padding_{side}"]
    if padding.unit != "px":
        raise NotPlainError("its padding depends on something")
    return float(padding.value + getattr(box, f"border_{side}_width"))
