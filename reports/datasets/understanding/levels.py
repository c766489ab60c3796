"""Find rows that have parts below them by a column that numbers levels, or whose numbers are an outline's."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding.companions import Doubt
from reports.datasets.understanding.naming import names_a_part_of, words_of
from reports.datasets.word_sets import words_in

STEP_IN = "\u2003"
"""What stands before a label for each step that it stands in."""

_LEVELS = words_in("level lvl ebene stufe niveau nivel livello depth indent hierarchy hierarchie")
_OUTLINE = re.compile(r"[0-9]{1,6}(?>(?:\.[0-9]{1,6})*)\.?").fullmatch
_POINTS_OF_AN_OUTLINE = 2
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.-]{0,11}").fullmatch
_FEWEST_CODES = 3


def doubt_of_levels(first: Block, keys: Collection[str], names: Collection[str], marks: Collection[int]) -> list[Doubt]:
    """Doubt the sums of columns that have numbers in rows and in their parts.

    ``names`` are the columns that may have codes. ``marks`` are rows not counted anyway.
    """
    for key in keys:
        cells = first.column(key)
        parents = (_parents(key, cells) or (_before_longer(cells) if key in names else set())) - {*marks}
        if parents:
            return [
                Doubt(
                    "rows and their parts are not summed",
                    f"Rows such as row {min(parents) + 1} have parts below them, as column {key[:60]!r} says",
                    lambda name, rows=frozenset(parents): any(  # type: ignore[misc]
                        first.column(name)[row] not in (None, "") for row in rows
                    ),
                )
            ]
    return []


def _parents(key: str, cells: Sequence[Any]) -> set[int]:
    texts = [str(cell) if cell is not None else "" for cell in cells]
    if any(text.startswith(STEP_IN) for text in texts):
        depths = [len(text) - len(text.lstrip(STEP_IN)) for text in texts]
        return {row for row, (one, other) in enumerate(pairwise(depths)) if other > one}
    if not _LEVELS.isdisjoint(words_of(key)):
        return _above_deeper(texts)
    points = max((text.count(".") for text in texts), default=0)
    if not points or not (names_a_part_of(key) or points >= _POINTS_OF_AN_OUTLINE) or not all(map(_OUTLINE, texts)):
        return set()
    codes = [f"{text.rstrip('.')}." for text in texts]
    return {row for row, (one, other) in enumerate(pairwise(codes)) if other.startswith(one) and other != one}


def _before_longer(cells: Sequence[Any]) -> set[int]:
    """Return rows whose code begins those of the next rows, as DE begins DE1, if each longer code has such a row."""
    if not any(isinstance(one, str) and str(other).startswith(one) for one, other in pairwise(cells)):
        return set()
    codes = ["" if cell is None else str(cell).strip() for cell in cells]
    if len(codes) < _FEWEST_CODES or len({*codes}) < len(codes) or not all(map(_CODE, codes)):
        return set()
    shortest, known = min(map(len, codes)), {*codes}
    tops = [code for code in codes if len(code) == shortest]
    if not all(top.isdigit() for top in tops) and any(sign.isdigit() for top in tops for sign in top):
        return set()  # AB10 is no part of AB1
    if not any(sign.isdigit() for code in codes if len(code) > shortest for sign in code):
        return set()  # X, XL, XS: sizes, and names of shares
    if not all(len(code) == shortest or any(code[:end] in known for end in range(1, len(code))) for code in codes):
        return set()
    if all(code.isdigit() for code in codes) and {*map(int, codes)} == {*range(1, len(codes) + 1)}:
        return set()  # 1, 10, 11, 2: a list in the order of its texts
    return {row for row, (one, other) in enumerate(pairwise(codes)) if other.startswith(one)}


def _above_deeper(texts: Sequence[str]) -> set[int]:
    """Return rows above one of the next level. There are none if levels are left out, as those of a game are."""
    if not all(text.isdecimal() and len(text) < 3 for text in texts):
        return set()
    levels = list(map(int, texts))
    steps = [after - before for before, after in pairwise(levels)]
    if not levels or levels[0] > min(levels) or max(steps, default=0) != 1:
        return set()
    return {row for row, step in enumerate(steps) if step == 1}
