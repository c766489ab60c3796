"""Take records into a block, as long as no empty one ends it."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence

from reports.datasets.columns import MOST_COLUMNS
from reports.datasets.grid.block import Block, Column
from reports.datasets.grid.cell import DATA, Cell, GridRow, Kind, kind_of
from reports.datasets.text.dialect import width_of
from reports.datasets.understanding.cell_text import unwrapped
from reports.datasets.understanding.words import is_nothing
from reports.errors import TooLargeError

_HEAD = 60
_TAIL = 60
_MOST_WIDE = 100
_ROWS_OF_NAMES = 3
_RULE = "-+|:= \t#"
_CTRL_Z = ["\x1a"]


def is_empty(record: Sequence[str]) -> bool:
    """Tell whether nothing is in a record; an end of DOS is nothing."""
    return not any(cell.strip() for cell in record) or record == _CTRL_Z


def grid_row(number: int, record: Sequence[str]) -> GridRow:
    """Return a record as a row of a grid."""
    texts = (
        (at, unwrapped(text) if text[0] == "=" else text) for at, cell in enumerate(record) if (text := cell.strip())
    )
    cells = {at: Cell(kind_of(text), text) for at, text in texts if text}
    return GridRow(number, cells, len(record))


class OpenBlock:
    """A block whose end is not reached; ``before`` is the one above, if no empty record parts the two."""

    def __init__(self, first: int, before: OpenBlock | None, header: int | None) -> None:
        self.before = before
        self.first_records: list[tuple[int, list[str]]] = []
        self.head: list[GridRow] = []
        self.rows = 0
        self._first = self._last = first
        self._header = header or 0
        self._tail: deque[tuple[int, list[str]]] = deque(maxlen=_TAIL)
        self._cells: Counter[int] = Counter()
        self._last_of: dict[int, int] = {}
        self._first_of: dict[int, int] = {}
        self._width = self._size = self._last_size = 0
        self._names: dict[str, tuple[str, ...]] = {}
        self._repeats: dict[tuple[str, ...], list[int]] = {}
        self._skipped: set[int] = set()
        self._remarks: list[GridRow] = []
        self._wide: list[tuple[int, int]] = []
        self._short = self._first_short = 0

    def takes(self, first: int, chunk: Sequence[Sequence[str]]) -> bool:
        """Take records if all are rows as all others are: nearly all are."""
        size = self._size
        if not size or any(len(record) != size for record in chunk) or not chunk:
            return False
        columns = list(zip(*chunk, strict=True))
        empty = [column.count("") for column in columns]
        if 0 not in empty or any(name in columns[0] for name in self._names):
            return False
        last = first + len(chunk) - 1
        for at, count in enumerate(empty):
            if count < len(chunk):
                self._cells[at] += len(chunk) - count
                self._first_of.setdefault(at, first)
                self._last_of[at] = last
        self.rows += len(chunk)
        self._last, self._last_size = last, size
        self._tail.extend(enumerate(chunk[-_TAIL:], last + 1 - len(chunk[-_TAIL:])))  # type: ignore[arg-type]
        return True

    def add(self, number: int, record: list[str]) -> None:
        """Take a record."""
        if len(record) > MOST_COLUMNS and (width := width_of(record)) > MOST_COLUMNS:
            raise TooLargeError(
                f"A line of the file has {width:,} cells, and a table may have {MOST_COLUMNS:,} columns. Choose fewer.",
                max_columns=MOST_COLUMNS,
            )
        self._last, self._last_size = number, len(record)
        if _is_rule(record):
            self._skipped.add(number)
            return
        if self._size and self._is_remark(record):
            self._skipped.add(number)
            self._remarks.append(grid_row(number, record))
            return
        self.rows += 1
        for at, cell in enumerate(record):
            if cell.strip():
                self._cells[at] += 1
                self._first_of.setdefault(at, number)
                self._last_of[at] = number
        if not self._size:
            if len(self.first_records) < 2:
                self.first_records.append((number, record))
            self.head.append(grid_row(number, record))
            if len(self.head) >= _HEAD and number > self._header:
                self._measure()
            return
        self._tail.append((number, record))
        self._note(number, record)

    def _note(self, number: int, record: Sequence[str]) -> None:
        """Note what is odd about a row beyond the first ones."""
        if len(record) < min(self._size, self._width):
            self._short += 1
            self._first_short = self._first_short or number
        width = width_of(record)
        if width > self._width and len(self._wide) < _MOST_WIDE:
            self._wide.append((number, width))
        if record[0].strip() in self._names:
            texts = tuple(text for cell in record if (text := cell.strip()))
            if texts in self._names.values():
                self._repeats.setdefault(texts, []).append(number)

    def ends_before(self, record: Sequence[str]) -> bool:
        """Tell whether a record may name the columns of another table: words alone, where values are above.

        In as many columns, a row of words may be one of values, unless it repeats a name.
        """
        if self.rows < 2:
            return False
        above = [grid_row(*row) for row in (*self._tail,)[-2:]] or self.head[-2:]
        last = above[0] if len(above) > 1 and len(above[-1].cells) == 1 and above[-1].is_words else above[-1]
        if all(cell.kind not in DATA for cell in last.cells.values()):
            return False
        texts = [text for cell in record if (text := cell.strip())]
        is_names = 1 < len(texts) == len(set(texts)) == width_of(record)
        if not is_names or any(kind_of(text) is not Kind.WORDS for text in texts):
            return False
        if len(texts) != max(last.cells) + 1:
            return True
        heads = [*self._names.values()] or [tuple(row.texts) for row in self.head[:_ROWS_OF_NAMES] if row.is_words]
        return not any(map(is_nothing, texts)) and any(head[0] == texts[0] and [*head] != texts for head in heads)

    def is_refuted(self, *, is_over: bool = False) -> bool:
        """Tell whether a block that an empty record does not part from the one above is none: no values follow."""
        if self.before is None or self.rows > 2 or (self.rows == 1 and not is_over):
            return False
        if self.rows == 1:
            return True
        names, values = self.head
        is_padded = names.size == self.before._last_size and names.cells.keys() != values.cells.keys()
        return is_padded or names.size != values.size or all(cell.kind not in DATA for cell in values.cells.values())

    def closed(self) -> Block:
        """Return the block."""
        if not self._size:
            self._measure()
        tail = [grid_row(number, record) for number, record in self._tail]
        most = max(self._size, self._width)
        held = [*self.head, *tail]
        return Block(
            self._first,
            self._last,
            self.rows,
            self.head,
            tail,
            {at: self._column(at, held) for at in sorted(self._cells) if at < most},
            self._width,
            self._size,
            self._skipped,
            self._repeats,
            self._short,
            self._first_short,
            self._wide,
            self._remarks,
            is_adjoining=self.before is not None,
        )

    def _column(self, at: int, held: Sequence[GridRow]) -> Column:
        kinds = [row.cells[at].kind for row in held if at in row.cells]
        numbers = kinds.count(Kind.NUMBER) + kinds.count(Kind.YEAR)
        is_numeric = numbers > kinds.count(Kind.WORDS)
        return Column(self._cells[at], self._first_of[at], self._last_of[at], is_numeric)

    def _measure(self) -> None:
        """Find out how wide the rows are, by the first ones, and look at these again."""
        rows = [row for row in self.head if row.number >= self._header] or self.head
        reach = {row.number: max(row.cells) + 1 for row in rows}
        widths = Counter(reach[row.number] for row in rows if len(row.cells) > 1) or Counter(reach.values())
        self._width = max(widths) if self._header else max(widths, key=lambda each: (widths[each], each))
        sizes = Counter(row.size for row in rows if reach[row.number] >= self._width)
        self._size = max(sizes) if self._header else sizes.most_common(1)[0][0]
        # What stands above values may be names, which some programs repeat on each page.
        names = next((at for at, row in enumerate(self.head) if not row.is_words), 1)
        wide = [row for row in self.head[: max(names, 1)] if len(row.cells) > 1 and 0 in row.cells]
        self._names = {row.cells[0].text: tuple(row.texts) for row in wide}
        head, self.head = self.head, []
        is_within = False
        for row in head:
            texts = tuple(row.texts)
            if is_within and self._is_remark([row.cells[at].text if at in row.cells else "" for at in range(row.size)]):
                self._skipped.add(row.number)
                self._remarks.append(row)
                self.rows -= 1
                continue
            if is_within and texts in self._names.values() and any(row.texts == each.texts for each in self.head):
                self._repeats.setdefault(texts, []).append(row.number)
            is_within = is_within or reach.get(row.number, 0) >= self._width
            self.head.append(row)

    def _is_remark(self, record: Sequence[str]) -> bool:
        """Tell whether a record among rows is a comment."""
        is_short = len(record) < min(self._size, self._width)
        return is_short and record[0].lstrip().startswith("#") and not any(cell.strip() for cell in record[1:])


def _is_rule(record: Sequence[str]) -> bool:
    """Tell whether a line is drawn: ``|---|--:|`` or ``+----+----+``, as databases and wikis write tables."""
    line = "".join(record)
    if "--" not in line and "==" not in line:
        return False
    filled = [text for cell in record if (text := cell.strip())]
    return all("--" in text or "==" in text for text in filled) and not "".join(filled).strip(_RULE)
