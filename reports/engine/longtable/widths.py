"""Find the rows that decide how wide a table's columns are, where its style leaves that to what is in them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from heapq import heappushpop
from html import unescape

from reports.engine.longtable.forms import CellForm, cells_of, read_row
from reports.engine.longtable.tag import without_marks
from reports.engine.metrics import text_width

_KEPT = 12
"""Candidates for the widest text and the widest word of each cell of a form. Widths are estimated, hence some more."""

_MOST_FORMS = 100
_WIDEST_SIGN = 1.2
_CELL = re.compile(r"<t[dh]\b[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")


class WidestRows:
    """Watch rows, and keep those with the widest texts and words in each of their cells.

    A column's width depends on its widest text and its widest word alone (CSS 2.1, 17.5.2.2).
    """

    def __init__(self) -> None:
        self._forms: dict[str, _FormWatch | _RichFormWatch] = {}
        self._rows: list[str] = []

    def watch(self, rows: Iterable[str]) -> list[str]:
        """Return the rows that decide, of all these; they are read to their end."""
        for html in rows:
            row = read_row(html)
            watch = self._forms.get(row.form)
            if watch is not None:
                watch.see(row.values, html)
            elif len(self._forms) < _MOST_FORMS:
                self._forms[row.form] = watch = _watch_for(row.form)
                watch.see(row.values, html)
            elif len(self._rows) < _MOST_FORMS:
                # Any row of a form of its own may be the widest, so as many as can be laid out are taken.
                self._rows.append(html)
        kept = [html for watch in self._forms.values() for html in watch.rows()]
        return list(dict.fromkeys((*self._rows, *kept)))


class _FormWatch:
    """Watch rows whose cells hold one run of text each."""

    def __init__(self, cells: Sequence[CellForm]) -> None:
        self._cells = cells
        self._widest = [_Widest() for _ in cells]

    def see(self, values: list[str], html: str) -> None:
        position = 0
        for cell, widest in zip(self._cells, self._widest, strict=True):
            own = values[position : position + cell.values]
            position += cell.values
            # Most texts are too short to be among the widest, whatever is in them.
            if cell.is_value and len(own[0]) * _WIDEST_SIGN <= widest.words[0][0]:
                continue
            widest.see(cell.text(own) or "", html)

    def rows(self) -> list[str]:
        return [html for widest in self._widest for html in widest.rows()]


class _RichFormWatch:
    """Watch rows whose cells hold more than that, going by all the text in them."""

    def __init__(self, form: str) -> None:
        self._widest = [_Widest() for _ in _CELL.findall(form)]

    def see(self, values: list[str], html: str) -> None:
        del values
        for cell, widest in zip(_CELL.split(html)[1:], self._widest, strict=False):
            widest.see(unescape(_TAG.sub("", without_marks(cell))), html)

    def rows(self) -> list[str]:
        return [html for widest in self._widest for html in widest.rows()]


class _Widest:
    """Keep the rows with the widest texts and words of one cell."""

    def __init__(self) -> None:
        self.texts = [(-1.0, "")] * _KEPT
        self.words = [(-1.0, "")] * _KEPT

    def see(self, text: str, html: str) -> None:
        _keep(self.texts, text_width(text), html)
        _keep(self.words, max(map(text_width, text.split()), default=0.0), html)

    def rows(self) -> list[str]:
        return [html for heap in (self.texts, self.words) for width, html in heap if width >= 0]


def _watch_for(form: str) -> _FormWatch | _RichFormWatch:
    cells = cells_of(form)
    return _RichFormWatch(form) if cells is None else _FormWatch(cells)


def _keep(heap: list[tuple[float, str]], width: float, html: str) -> None:
    if width > heap[0][0] and all(width != known for known, _ in heap):
        heappushpop(heap, (width, html))
