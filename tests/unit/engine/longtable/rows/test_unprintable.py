"""Rows with characters that no font has are left to the end of their chunk, and are not laid out twice for it."""

from __future__ import annotations

from typing import Any

import pytest

from reports.catalog.catalog import Catalog
from tests.unit.engine.rendering import TEMPLATES, context, page_texts, printed, renderer

renderer()  # WeasyPrint finds its libraries only after this.

from reports.engine.longtable import long_table_render  # noqa: E402
from reports.engine.longtable.rows.row_factory import RowFactory  # noqa: E402

ROWS = 600


def test_rows_with_characters_that_no_font_has_are_laid_out_once(monkeypatch: pytest.MonkeyPatch) -> None:
    laid_out = 0
    lay_out = RowFactory._lay_out

    def counted(self: RowFactory, window: Any, chosen: Any, *rest: Any, **options: Any) -> None:
        nonlocal laid_out
        laid_out += len(chosen)
        lay_out(self, window, chosen, *rest, **options)

    monkeypatch.setattr(RowFactory, "_lay_out", counted)
    monkeypatch.setattr(long_table_render, "_MOST_CELLS_AT_ONCE", 0)
    rows = [{"Number": number, "Town": f"𓏐𓏊 {number}"} for number in range(ROWS)]

    report = printed(renderer(), Catalog(TEMPLATES).get("table"), {"rows": rows}, context())

    assert report.layout["path"] == "long_table"
    assert page_texts(report.pdf)[-1].count("𓏐𓏊") > 1
    # Those of the first document, from which the others are known.
    assert laid_out < ROWS * 1.3
