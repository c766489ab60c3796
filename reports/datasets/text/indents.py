"""Keep how far labels stand in: statements of accounts write the parts of a row below it, behind spaces."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from reports.datasets.understanding.levels import STEP_IN

_FEWEST = 2
"""Spaces that are no mistake, and rows that have them."""

_DEEPEST = 12


def indents_of(labels: Iterable[str]) -> Callable[[str], str]:
    """Return what writes the labels of a column: without spaces around them, or with a wide one for each step in.

    They stand in if some do and others do not, and all that do are words, for numbers are filled up with spaces.
    """
    filled = [label for label in labels if label.strip()]
    depths = [len(label) - len(label.lstrip(" ")) for label in filled]
    deep = [(depth, label) for depth, label in zip(depths, filled, strict=True) if depth >= _FEWEST]
    are_words = all(label.lstrip()[0].isalpha() for _, label in deep)
    if len(deep) < _FEWEST or 0 not in depths or not are_words:
        return str.strip
    step = min(depth for depth, _ in deep)

    def write(label: str) -> str:
        depth = (len(label) - len(label.lstrip(" "))) // step
        return STEP_IN * min(depth, _DEEPEST) + label.strip()

    return write


def first_labels(records: Iterable[Sequence[str]], column: int) -> list[str]:
    """Return the cells of a column as they are written."""
    return [record[column] for record in records if len(record) > column]
