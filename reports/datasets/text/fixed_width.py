"""Read a text whose columns are filled up with spaces, as databases and mainframes print them."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator, Sequence

_FAR_APART = re.compile(r"\S {2,}\S")
_DRAWN = re.compile(r"[-=]+")
_GAP = re.compile(" +")
_LINES_NEEDED = 3
_MOST = 0.6
_WIDEST = 1_000
_RULE_WITHIN = 20


class FixedWidth:
    """The records of lines that are cut at places; ``line_num`` is the number of the line that was read last."""

    def __init__(self, lines: Iterable[str], cuts: Sequence[int]) -> None:
        self._lines = iter(lines)
        self._cuts = cuts
        self._parts = [slice(start, end) for start, end in zip((0, *cuts), (*cuts, None), strict=True)]
        self.line_num = 0

    def __iter__(self) -> Iterator[list[str]]:
        return self

    def __next__(self) -> list[str]:
        line = next(self._lines).rstrip()
        self.line_num += 1
        if not line:
            return []
        if any(line[cut - 1 : cut].strip() for cut in self._cuts):
            if _FAR_APART.search(line):
                raise csv.Error("a cell reaches into the next column")
            return [line.strip()]  # words above or below the table
        return [line[part].strip() for part in self._parts]


def ruled_cuts(lines: Sequence[str]) -> tuple[int, ...]:
    """Return where columns begin by a line that is drawn below their names: ``------ -----``; none without one."""
    for line in lines[1:_RULE_WITHIN]:
        groups = line.split()
        if len(groups) > 1 and not line.strip("-= \t\r\n"):
            return tuple(match.start() for match in _DRAWN.finditer(line))[1:]
    return ()


def spaced_cuts(lines: Sequence[str]) -> tuple[int, ...]:
    """Return where columns begin by the places that are empty in all lines of a table; none if there is no table."""
    full = [line.rstrip() for line in lines if line.strip()]
    apart = [line for line in full if _FAR_APART.search(line)]
    if len(apart) < _LINES_NEEDED or len(apart) < _MOST * len(full) or max(map(len, apart)) > _WIDEST:
        return ()
    head, *body = apart
    size = max(map(len, apart))
    columns = zip(*(line.ljust(size) for line in apart), strict=True)
    filled = "".join(" " if "".join(signs).isspace() else "x" for signs in columns)
    gaps = [match.span() for match in _GAP.finditer(filled)]
    cuts: list[int] = []
    start = 0
    for (begin, end), (following, _) in zip(gaps, [*gaps[1:], (size, 0)], strict=True):
        if not any(line[start:begin].strip() for line in body) or begin == 0:
            continue
        parts = (slice(start, begin), slice(end, following))
        is_wide = end - begin > 1
        if is_wide or (all(line[part].strip() for line in body for part in parts) and head[end : end + 1].strip()):
            cuts.append(end)
            start = end
    return tuple(cuts)
