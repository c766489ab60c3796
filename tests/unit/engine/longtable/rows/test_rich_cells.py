"""Rows whose cells have several texts are set without WeasyPrint, and look as if it had laid them out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.engine.longtable.corpus_cells import RICH_CELLS
from tests.unit.engine.longtable.oracle import differences, pair, problems
from tests.unit.engine.longtable.structure import unlike_structures
from tests.unit.engine.rendering import renderer

renderer()  # WeasyPrint finds its libraries only after this.

from reports.engine.longtable.layout.row_painter import RowPainter  # noqa: E402

IN_GATE = {
    "several texts with collapsed borders",
    "links to values",
    "empty texts among others",
    "cells of many classes with collapsed borders",
}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in IN_GATE else pytest.mark.slow) for name in RICH_CELLS]
)
def test_rich_cells_look_the_same_and_few_are_laid_out(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, most, same_structure = RICH_CELLS[name]
    laid_out = 0
    fragment = RowPainter.fragment

    def counting(*arguments: object, **options: object) -> object:
        nonlocal laid_out
        laid_out += 1
        return fragment(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(RowPainter, "fragment", counting)

    made = pair(case, tmp_path)

    assert made.fast.layout["path"] == "long_table", made.fast.layout
    assert differences(made) == []
    assert problems(made.fast.pdf) == []
    assert not same_structure or unlike_structures(made.fast.pdf, made.plain.pdf) == []
    assert laid_out <= most
