"""Tell the form of a row from its values: rows of one form differ in nothing but the texts of their cells."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import unescape
from typing import NamedTuple

from reports.engine.longtable.tag import CLOSE, OPEN

_VALUE = re.compile(f"{OPEN}([^{CLOSE}]*){CLOSE}")
_TOKEN = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)[^>]*>")
_SPACE = " \t\n\r\f"
# Elements that stand within a line and have no look but a font, a colour or a background.
_INLINE = frozenset(
    ("a", "abbr", "b", "bdi", "cite", "code", "data", "dfn", "em", "i", "kbd", "mark", "q", "s", "samp", "small")
) | {"span", "strong", "sub", "sup", "time", "u", "var"}


class ReadRow(NamedTuple):
    """Hold a row's form (its HTML with OPEN in place of each value) and its values, which are HTML, too."""

    form: str
    values: list[str]


def read_row(html: str) -> ReadRow:
    """Part a row as the template's tag wrote it."""
    parts = _VALUE.split(html)
    return ReadRow(OPEN.join(parts[::2]), parts[1::2])


@dataclass(frozen=True, slots=True)
class CellForm:
    """Be a cell with one run of text in it: pieces in order, None where a value goes; ``values`` counts these."""

    pieces: tuple[str | None, ...]
    values: int

    @property
    def is_value(self) -> bool:
        """Tell whether the text is one value and nothing else."""
        return self.pieces == (None,)

    def text(self, values: list[str]) -> str | None:
        """Put values into the text; None when one has tags in it."""
        rest = iter(values)
        pieces = [next(rest) if piece is None else piece for piece in self.pieces]
        text = "".join(pieces)
        return None if "<" in text else unescape(text) if "&" in text else text


def cells_of(form: str) -> tuple[CellForm, ...] | None:
    """Return the cells of a row's form; None when one has more in it than one run of text.

    Whether the text is really set as one is seen when WeasyPrint has laid out such a row.
    """
    cells: list[CellForm] = []
    runs: list[str] | None = None
    position = 0
    for token in _TOKEN.finditer(form):
        text, (closing, name) = form[position : token.start()], (token[1], token[2].lower())
        position = token.end()
        if runs is not None:
            runs.append(text)
        elif text.strip(_SPACE):
            return None
        if name in ("td", "th", "tr"):
            if runs is not None and (cell := _cell(runs)) is not None:
                cells.append(cell)
            elif runs is not None:
                return None
            runs = [] if name != "tr" and not closing else None
        elif name not in _INLINE:
            return None
    return tuple(cells) if not form[position:].strip(_SPACE) and runs is None else None


def _cell(runs: list[str]) -> CellForm | None:
    filled = [run for run in runs if run.strip(_SPACE)]
    if len(filled) > 1:
        return None
    pieces: list[str | None] = []
    for index, piece in enumerate((filled or [""])[0].split(OPEN)):
        pieces += [None] * (index > 0) + ([piece] if piece else [])
    return CellForm(tuple(pieces), pieces.count(None))
