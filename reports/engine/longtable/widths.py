"""Find the rows that decide how wide a table's columns are, where its style leaves that to what is in them."""

from __future__ import annotations

from collections.abc import Iterable
from heapq import heappushpop

from reports.engine.longtable.forms import CellForm, cells_of, read_row
from reports.engine.metrics import text_width

_KEPT = 12
"""Candidates for the widest text and the widest word of each cell of a form. Widths are estimated, hence some more."""

_MOST_FORMS = 100
_WIDEST_SIGN = 1.2


class WidestRows:
    """Watch rows, and keep those with the widest texts and words in each of their cells.

    A column's width depends on its widest text and its widest word alone (CSS 2.1, 17.5.2.2).
    """

    def __init__(self) -> None:
        self._forms: dict[str, _FormWatch | None] = {}
        self._rows: list[str] = []

    def watch(self, rows: Iterable[str]) -> list[str]:
        """Return the rows that decide, of all these; they are read to their end."""
        for html in rows:
            row = read_row(html)
            if row.form not in self._forms:
                self._add(row.form, html)
            watch = self._forms[row.form]
            if watch is not None:
                watch.see(row.values, html)
        kept = [html for watch in self._forms.values() if watch is not None for html in watch.rows()]
        return list(dict.fromkeys((*self._rows, *kept)))

    def _add(self, form: str, html: str) -> None:
        cells = cells_of(form)
        if len(self._forms) < _MOST_FORMS and cells is not None:
            self._forms[form] = _FormWatch(cells)
            return
        # Rows whose cells hold more than text: any may be the widest, so as many as can be laid out are taken.
        self._forms[form] = None
        if len(self._rows) < _MOST_FORMS:
            self._rows.append(html)


class _FormWatch:
    def __init__(self, cells: tuple[CellForm, ...]) -> None:
        self._cells = cells
        self._texts: list[list[tuple[float, str]]] = [[(-1.0, "")] * _KEPT for _ in cells]
        self._words: list[list[tuple[float, str]]] = [[(-1.0, "")] * _KEPT for _ in cells]

    def see(self, values: list[str], html: str) -> None:
        position = 0
        for number, cell in enumerate(self._cells):
            own = values[position : position + cell.values]
            position += cell.values
            texts, words = self._texts[number], self._words[number]
            # Most texts are too short to be among the widest, whatever is in them.
            if cell.is_value and len(own[0]) * _WIDEST_SIGN <= words[0][0]:
                continue
            text = cell.text(own) or ""
            _keep(texts, text_width(text), html)
            _keep(words, max(map(text_width, text.split()), default=0.0), html)

    def rows(self) -> list[str]:
        return [html for heaps in (self._texts, self._words) for heap in heaps for width, html in heap if width >= 0]


def _keep(heap: list[tuple[float, str]], width: float, html: str) -> None:
    if width > heap[0][0] and all(width != known for known, _ in heap):
        heappushpop(heap, (width, html))
