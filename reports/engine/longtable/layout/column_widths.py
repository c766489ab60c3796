"""Find the rows that decide how wide a table's columns are, where its style leaves that to what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from heapq import heappushpop
from html import unescape
from typing import NamedTuple

from reports.engine.longtable.layout.blueprint import Row
from reports.engine.longtable.layout.inline_styles import (
    ADDED_LENGTHS,
    NO_STYLES,
    WIDTH,
    Styles,
    places_in,
)
from reports.engine.longtable.layout.row_forms import CellForm, ReadRow, cells_of, read_row
from reports.engine.longtable.layout.style_facts import StyleFacts
from reports.engine.templating.rows_tag import without_marks
from reports.engine.templating.text_width import text_width
from reports.engine.weasy.inline_values import length

_KEPT = 12
"""Candidates for the widest text and the widest word of each cell of a form. Widths are estimated, hence some more."""

_MOST_FORMS = 200
_WIDEST_SIGN = 1.2
_CELL = re.compile(r"<t[dh]\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class _Seen(NamedTuple):
    """A row with its number and the row above it, on which its style may depend."""

    number: int
    above: str | None
    html: str


def widest_rows(rows: Iterable[str], facts: StyleFacts, styles: Styles = NO_STYLES) -> list[Row]:
    """Return rows that decide, of all these: those with the widest texts and words in each of their cells.

    A column's width depends on its widest text and its widest word alone (CSS 2.1, 17.5.2.2), of rows that selectors do
    not tell apart. Hidden rows between them give each its neighbour, and its place in the table, as far as that counts.
    Of inline ``styles``, what decides on no width is a value, and so is what does so apart from all other widths.
    """
    widest: dict[tuple[str, str, int], _WidestRows] = {}
    above: str | None = None
    last: _Seen | None = None
    form_above = ""
    for number, html in enumerate(rows):
        row = read_row(html, styles - ADDED_LENGTHS)
        key = (form_above, row.form, facts.phase(number))
        if key not in widest:
            # Tables with more forms than that are told apart by their rows alone.
            key = key if len(widest) < _MOST_FORMS else ("", "", key[2])
            widest.setdefault(key, _WidestRows(row.form if key[1] else None))
        seen = _Seen(number, above, html)
        widest[key].see(seen, row)
        above, form_above = html, row.form
        last = seen
    chosen = {seen.number: seen for watch in widest.values() for seen in watch.kept()}
    if last is not None:
        chosen[last.number] = last  # :last-child
    result: list[Row] = []
    for number, seen in sorted(chosen.items()):
        if seen.above is not None and number - 1 not in chosen:
            result += [Row("<tr></tr>", hidden=True)] * facts.hidden_rows(number - 1, len(result))
            result.append(Row(seen.above, hidden=True))
        result.append(Row(seen.html))
    return result


class _WidestRows:
    """Keep the widest of rows that are alike."""

    def __init__(self, form: str | None) -> None:
        self._cells = None if form is None else cells_of(form)
        self._texts: list[list[tuple[float, int, _Seen]]] = []
        self._words: list[list[tuple[float, int, _Seen]]] = []
        self._lengths: dict[tuple[object, ...], list[tuple[float, int, _Seen]]] = {}
        self._widths = [] if form is None else [at for at, place in enumerate(places_in(form)) if place == WIDTH]
        self._first: list[_Seen] = []

    def see(self, seen: _Seen, row: ReadRow) -> None:
        """Look at a row."""
        if not self._first:
            self._first.append(seen)
        if self._cells is None:
            for number, part in enumerate(_CELL.split(without_marks(seen.html))[1:]):
                self._look(number, unescape(_TAG.sub("", part)), seen)
        else:
            self._see_cells(self._cells, seen, row.values)
        for at in self._widths:
            self._look_at_lengths((at,), [row.inks[at]], seen)

    def kept(self) -> list[_Seen]:
        """Return the rows that are kept."""
        heaps = (*self._texts, *self._words, *self._lengths.values())
        return [*self._first, *(seen for heap in heaps for _, _, seen in heap)]

    def _see_cells(self, cells: tuple[CellForm, ...], seen: _Seen, values: list[str]) -> None:
        position = 0
        for number, cell in enumerate(cells):
            own = values[position : position + cell.values]
            position += cell.values
            # Most texts are too short to be among the widest, whatever is in them.
            if cell.is_value and number < len(self._words) and self._is_short(number, own[0]):
                continue
            self._look(number, cell.text(own) or "", seen)
            if cell.lengths:
                self._look_at_lengths(("cell", number), [own[each.value] for each in cell.lengths], seen)

    def _look_at_lengths(self, place: tuple[object, ...], lengths: Sequence[str], seen: _Seen) -> None:
        """Keep the rows with the longest of each length at a place, and with most of all of them together."""
        read = [*map(length, lengths)]
        units = {unit for _, unit in read}
        amounts = [((*place, at, unit), amount) for at, (amount, unit) in enumerate(read)]
        amounts += [((*place, unit), sum(amount for amount, other in read if other == unit)) for unit in units]
        for key, amount in amounts:
            _keep(self._lengths.setdefault(key, []), amount, seen)

    def _is_short(self, number: int, text: str) -> bool:
        words = self._words[number]
        return len(words) == _KEPT and len(text) * _WIDEST_SIGN <= words[0][0]

    def _look(self, number: int, text: str, seen: _Seen) -> None:
        while number >= len(self._texts):
            self._texts.append([])
            self._words.append([])
        _keep(self._texts[number], text_width(text), seen)
        _keep(self._words[number], max(map(text_width, text.split()), default=0.0), seen)


def _keep(heap: list[tuple[float, int, _Seen]], width: float, seen: _Seen) -> None:
    if len(heap) < _KEPT:
        if all(width != known for known, _, _ in heap):
            heap.append((width, seen.number, seen))
            heap.sort()
    elif width > heap[0][0] and all(width != known for known, _, _ in heap):
        heappushpop(heap, (width, seen.number, seen))
