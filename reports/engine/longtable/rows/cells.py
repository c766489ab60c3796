"""Set the texts of a cell into the geometry that WeasyPrint gave a cell of the same form.

Which of a cell's texts are empty, and which have white space at their ends, decides what lines there are and where
white space is kept. Nothing of that is worked out here: it is a cell's pattern, and each is learnt from an example.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from reports.engine.longtable.layout.parts import Bookmark, CellTag, Strings, said_in_one
from reports.engine.longtable.layout.row_forms import CellForm
from reports.engine.longtable.layout.row_painter import single_spaced
from reports.engine.longtable.rows.lines import LinePlace, Piece
from reports.engine.longtable.rows.set_cells import CellLayout, SetBadge, SetCell, SetLink
from reports.engine.longtable.text.text_setter import SetLine
from reports.engine.weasy.links import external_address

_SPACE = " \t\n\r\f"
_EMPTY, _BLANK, _FULL = 0, 1, 2
EMPTY_PATTERNS = ((_EMPTY,), (_BLANK,))
FULL_PATTERNS = tuple((_FULL + spaces,) for spaces in range(4))
"""The patterns of cells with one text: those with nothing in it, and those with something."""

_MOST_KEPT = 2_000

Pattern = tuple[int, ...]


class DrawnValues(NamedTuple):
    """What was drawn of the values of cells of one line with one value: its baseline, and what chooses its font.

    The prefix is nothing where the cell before it ends with the same colour and font.
    """

    drawn: dict[str, bytes | None]
    cell: Cell
    line: LinePlace
    top: float
    prefix: bytes


class StringSet(NamedTuple):
    """A string that running lines show: its name, and the number of the text that it is set to, None for all."""

    name: str
    text: int | None


@dataclass(slots=True)
class Cell:
    """Set the texts of one cell of rows.

    ``above`` and ``below`` are padding and border, in px. ``layouts`` are those known so far. ``box`` is a cell of
    WeasyPrint's at the top of its page, in a row of ``height``. ``tag`` counts no texts. Cells that look alike have the
    same ``number``, and such as are round in the same way the same ``corners``. It ``hides`` when it is empty.
    ``bookmark`` is an entry of the outline with the cell's text as its label, ``strings`` are those that it sets.
    """

    form: CellForm
    above: float
    below: float
    vertical: str
    base_url: str
    layouts: dict[Pattern, CellLayout]
    box: Any
    height: float
    tag: CellTag
    number: int
    corners: Hashable
    hides: bool
    bookmark: Bookmark | None = None
    strings: tuple[StringSet, ...] = ()
    _kept: dict[tuple[str, ...], SetCell | None] = field(default_factory=dict)
    _values: dict[tuple[float, bytes], DrawnValues] = field(default_factory=dict)
    _example: SetCell | None = None

    def set(self, own: tuple[str, ...]) -> SetCell | None:
        """Set the cell with values of its own; None when WeasyPrint has to."""
        if own in self._kept:
            return self._kept[own]
        done = self.set_anew(own)
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[own] = done
        return done

    def set_anew(self, own: Sequence[str]) -> SetCell | None:
        """Set the cell, and keep nothing of it."""
        texts, targets = self.texts(own), self.targets(own)
        if texts is None or targets is None:
            return None
        layout = self.layouts.get(pattern_of(texts, targets))
        if layout is None:
            return None
        done = self._set_lines(layout, texts, targets)
        if done is not None or layout.alone is None:
            return done
        return layout.alone.set(layout, texts, [own[length.value] for length in self.form.lengths])

    def _set_lines(self, layout: CellLayout, texts: Sequence[str], targets: Sequence[str]) -> SetCell | None:
        if layout.lines is None:
            return None
        pieces: list[Piece] = []
        links: list[SetLink] = []
        said: list[tuple[int, range]] = []
        badges: list[SetBadge] = []
        growth = lowered = 0.0
        for line in layout.lines:
            done = line.set(texts)
            if done is None:
                return None
            if line is layout.lines[0]:
                lowered = done.lowered
            for area in done.areas:
                first, span = len(pieces) + area.span.first, area.span
                if span.badge is not None:
                    badges.append(SetBadge(first, area, span.badge_y + growth))
                if span.link is None:
                    continue
                target = self._resolved(targets[span.link])
                if target is None:
                    return None
                texts_in = range(first, len(pieces) + span.stop)
                corners = area.x1, span.y + growth, area.x2, span.y + growth + span.height
                links.append(SetLink(target, corners, texts_in if span.is_outermost else ()))
                said.append((span.link, texts_in))
            pieces += [piece._replace(y=piece.y + growth) for piece in done.pieces] if growth else done.pieces
            growth += done.height - line.height
        if links:
            links = _with_words(links, said, pieces)
        return SetCell(layout, layout.height + growth, pieces, links, badges, lowered)

    def unknown(self, own: Sequence[str]) -> Pattern | None:
        """Return the pattern of a row's cell if there is no layout for it, and one could be learnt."""
        texts, targets = self.texts(own), self.targets(own)
        if texts is None or targets is None:
            return None
        pattern = pattern_of(texts, targets)
        return None if pattern in self.layouts else pattern

    def line_of_value(self) -> SetCell | None:
        """Return what a value looks like that is one line, whatever it is; None when that is not known."""
        if self._example is None:
            layout = self.layouts.get(FULL_PATTERNS[0])
            if layout is None or layout.lines is None or [line.wraps for line in layout.lines] != [True]:
                return None
            [line] = layout.lines
            piece = Piece(line.runs[0], 0.0, line.runs[0].y, SetLine("", b"", 0.0))
            self._example = SetCell(layout, layout.height, [piece], [], [])
        return self._example

    def values_at(self, top: float, prefix: bytes, line: LinePlace) -> DrawnValues:
        """Return what was drawn of values on this line, with the content of the cell beginning at ``top``."""
        return self._values.setdefault((top, prefix), DrawnValues({}, self, line, top, prefix))

    def with_layouts_of(self, other: Cell) -> Cell:
        """Return a cell with all layouts that this one or the same cell of another row has."""
        return replace(self, layouts={**other.layouts, **self.layouts}, _kept={}, _values={}, _example=None)

    def adopt(self, other: Cell) -> None:
        """Take over the layouts of the same cell of another row."""
        self.layouts |= {pattern: layout for pattern, layout in other.layouts.items() if pattern not in self.layouts}
        self._kept.clear()

    def text(self, own: Sequence[str]) -> str:
        """Return all text of the cell with values of its own."""
        return self.form.text(own) or ""

    def strings_set(self, own: Sequence[str]) -> Strings:
        """Return the strings that a cell of these values sets."""
        texts = self.texts(own) or []
        return tuple(
            (name, single_spaced("".join(texts) if text is None else texts[text]).strip(" "))
            for name, text in self.strings
        )

    def texts(self, own: Sequence[str]) -> list[str] | None:
        """Return the texts of a cell of these values; None when one has tags in it."""
        texts = []
        for form in self.form.texts:
            text = form.text(own)
            if text is None:
                return None
            texts.append(text)
        return texts

    def targets(self, own: Sequence[str]) -> list[str] | None:
        """Return the targets of links of a cell of these values; None when one cannot be read for sure."""
        targets = []
        for form in self.form.links:
            target = form.attribute(own)
            if target is None:
                return None
            targets.append(target)
        return targets

    def _resolved(self, target: str) -> str | None:
        """Return the address of a link out of the document, as WeasyPrint resolves it; None when it is not one."""
        return external_address(target, self.base_url)


def _with_words(links: list[SetLink], said: list[tuple[int, range]], pieces: list[Piece]) -> list[SetLink]:
    """Return links with the words of all their lines. ``said`` has the number of each link, and its pieces."""
    parts: dict[int, list[str]] = {}
    for number, texts in said:
        parts.setdefault(number, []).extend(pieces[each].line.text for each in texts)
    words = {number: said_in_one(each) for number, each in parts.items()}
    return [link._replace(words=words[number]) for link, (number, _) in zip(links, said, strict=True)]


def pattern_of(texts: Sequence[str], targets: Sequence[str] = ()) -> Pattern:
    """Tell of each text whether it is empty or white space, and if not, whether there is white space at its ends.

    Of links, tell whether they have a target.
    """
    pattern = tuple([_pattern(text) for text in texts])
    return (*pattern, *[has_text(target) for target in targets]) if targets else pattern


def has_text(text: str) -> bool:
    """Tell whether there is more in a text than white space."""
    return bool(text.strip(_SPACE))


def _pattern(text: str) -> int:
    if not text:
        return _EMPTY
    if not has_text(text):
        return _BLANK
    return _FULL + (text[0] in _SPACE) + 2 * (text[-1] in _SPACE)
