"""A fault of the fast path never fails a report that WeasyPrint can lay out as a whole, and is never the template's."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from reports.engine import renderer as engine
from reports.engine.document.held_output import HELD_BYTES
from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.weasy.errors import FastPathError
from reports.errors import InternalError, PermanentError, TemplateBrokenError
from tests.unit.engine.longtable.oracle import TableReport
from tests.unit.engine.rendering import PrintedReport, context, page_texts, printed, template

LONGTABLE = "reports.engine.longtable"
STAGES = [
    "long_table_render.Blueprint.__init__",
    "long_table_render.style_facts",
    "long_table_render.Typesetter.lay_out",
    "long_table_render.widest_rows",
    "long_table_render.foot_of",
    "long_table_render.frame_of",
    "rows.row_factory.RowFactory.__init__",
    "rows.row_factory.RowFactory.made",
    "layout.row_painter.RowPainter.__init__",
    "worker_pool.WorkerPool.fragments",
    "middle.Middle.write",
    "pages.continued_pages.ContinuedPages.__init__",
    "pages.pdf_file.PdfFile.reserve",
    "text.setters.Setters.__init__",
    "long_table_render.assembly.renumber",
    "long_table_render.assembly.write",
]
ROWS = 160


def ledger(body: str = "<td>{{ row.a }}</td><td>{{ row.b }}</td>", rows: int = ROWS) -> TableReport:
    data = {"rows": [{"a": f"Item {number}", "b": number} for number in range(rows)]}
    each = f"{{% rows data.rows as row %}}<tr>{body}</tr>{{% endrows %}}"
    return TableReport(f"<table><thead><tr><th>A<th>B</thead><tbody>{each}</tbody></table>", data)


@cache
def renderer(*, long_tables: bool) -> WeasyPrintRenderer:
    return WeasyPrintRenderer(long_tables=long_tables, workers=1)


def render(report: TableReport, folder: Path, *, long_tables: bool = True) -> PrintedReport:
    return printed(renderer(long_tables=long_tables), template(report.folder(folder)), report.data, context())


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the text of the ledger's pages as WeasyPrint alone lays them out."""
    return page_texts(render(ledger(), tmp_path_factory.mktemp("whole"), long_tables=False).pdf)


def break_it(monkeypatch: pytest.MonkeyPatch, stage: str) -> None:
    def broken(*_: object, **__: object) -> None:
        raise AttributeError("'PageBox' object has no attribute 'children'")

    monkeypatch.setattr(f"{LONGTABLE}.{stage}", broken)


@pytest.mark.parametrize("stage", STAGES)
def test_a_fault_in_any_stage_has_the_document_laid_out_as_a_whole(
    stage: str, whole: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    break_it(monkeypatch, stage)

    report = render(ledger(), tmp_path)

    assert report.layout["path"] == "plain"
    assert report.layout["fault"] == "AttributeError"
    assert page_texts(report.pdf) == whole
    assert "the fast path for long tables failed" in caplog.text
    assert "has no attribute 'children'" in caplog.text


def test_without_a_fault_the_fast_path_is_taken_and_names_none(tmp_path: Path) -> None:
    report = render(ledger(), tmp_path)

    assert report.layout.items() >= {"path": "long_table", "rows": ROWS}.items()
    assert 0 < report.layout["laid_out"] < ROWS / 2


def test_a_fault_of_the_template_in_a_late_row_is_the_templates(tmp_path: Path) -> None:
    report = ledger("<td>{{ row.a }}</td><td>{{ 1 // (row.b - 120) }}</td>")

    with pytest.raises(TemplateBrokenError, match="line 1"):
        render(report, tmp_path)


def test_a_fault_in_a_table_too_long_to_be_laid_out_as_a_whole_is_ours(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MOST_ROWS_AT_ONCE", ROWS - 1)
    break_it(monkeypatch, "rows.row_factory.RowFactory.made")

    with pytest.raises(InternalError) as raised:
        render(ledger(), tmp_path)

    assert not isinstance(raised.value, PermanentError)


def test_a_fault_after_parts_have_gone_out_is_ours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def late(file: Any, *_: object) -> None:
        file._output(b"%" * (HELD_BYTES + 1))  # more than is held back
        raise AttributeError("'PDF' object has no attribute 'objects'")

    monkeypatch.setattr(f"{LONGTABLE}.pages.assembly.write", late)

    with pytest.raises(FastPathError):
        render(ledger(), tmp_path)
