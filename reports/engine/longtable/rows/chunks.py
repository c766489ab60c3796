"""Take a table's lines in chunks that can be made into rows apart from one another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from itertools import islice
from typing import Any

from reports.engine.longtable.layout.inline_styles import NO_STYLES, Styles, with_inks
from reports.engine.longtable.layout.row_forms import read_row

ROWS_IN_A_CHUNK = 1024


@dataclass(frozen=True, slots=True)
class Chunk:
    """Lines with a neighbour on either side, as rows look at their neighbours; ``number`` is that of the first.

    The last chunk of a table (``is_end``) has no neighbour below. ``is_html``: the lines are HTML already.
    """

    lines: list[Any]
    number: int
    is_end: bool
    is_html: bool = False

    def rows(self, write: Callable[[Any], str]) -> list[str]:
        """Return the HTML of the lines."""
        return self.lines if self.is_html else [write(line) for line in self.lines]


def chunks(lines: Iterable[Any], first: int, before: Any) -> Iterator[Chunk]:
    """Yield chunks that begin with the row of the number ``first``; ``before`` is the line above that."""
    source = iter(lines)
    number, window = first - 1, [before]
    while True:
        window.extend(islice(source, ROWS_IN_A_CHUNK + 2 - len(window)))
        if len(window) == 1:
            return
        is_end = len(window) < ROWS_IN_A_CHUNK + 2
        yield Chunk(window, number, is_end)
        if is_end:
            return
        number += ROWS_IN_A_CHUNK
        window = window[-2:]


class Window:
    """The rows of a chunk, with a neighbour on either side; ``number`` is that of the first of all these.

    With ``marks_gaps``, a row's form tells which of its values are empty. What ``reads`` names is a value in inline
    styles.
    """

    def __init__(
        self, chunk: Chunk, write: Callable[[Any], str], reads: Styles = NO_STYLES, *, marks_gaps: bool = False
    ) -> None:
        self.rows = chunk.rows(write)
        self.number = chunk.number
        self._is_end = chunk.is_end
        read = [read_row(html, reads, marks_gaps=marks_gaps) for html in self.rows]
        self.values = [row.values for row in read]
        self.forms = [row.form for row in read]
        self.inks = [row.inks for row in read]

    def keep_inks(self, forms: Set[str]) -> None:
        """Have the inks of rows of these forms be a part of their forms."""
        for number, form in enumerate(self.forms if forms else ()):
            if self.inks[number] and form in forms:
                self.forms[number] = with_inks(form, self.inks[number])
                self.inks[number] = ()

    def __len__(self) -> int:
        """Count the rows of the chunk."""
        return len(self.rows) - (1 if self._is_end else 2)

    def around(self, index: int) -> tuple[str, str, str]:
        """Return the form of a row of the chunk between those of its neighbours; below the last one is nothing."""
        above, form, *below = self.forms[index : index + 3]
        return above, form, below[0] if below else ""
