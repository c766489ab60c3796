"""The rendering process reads the files of a request's data, and those alone, in a folder that is made for it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from reports.datasets.rows import RowsFile, RowsFormat
from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.engine.sandbox.lending import lent
from reports.render_contract import RenderLimits
from tests.unit.engine.rendering import context, page_texts, printed
from tests.unit.engine.sandbox.confinement import PAGE, lay_out

LIST = PAGE.format("<p>{% for row in data.rows %}{{ row.a }} {% endfor %}</p>")


@pytest.fixture
def rows(tmp_path: Path) -> RowsFile:
    file = tmp_path / "elsewhere" / "rows.csv"
    file.parent.mkdir()
    file.write_text("a\nOslo\nBergen\n", "utf-8")
    return RowsFile(file, RowsFormat.CSV)


def test_rows_of_a_file_anywhere_are_rendered_by_a_confined_process(rows: RowsFile, tmp_path: Path) -> None:
    with ConfinedRenderer(RenderLimits(seconds=60)) as renderer:
        report = printed(renderer, lay_out(tmp_path, LIST), {"rows": rows}, context())
        again = printed(renderer, lay_out(tmp_path, LIST, name="again"), {"rows": rows}, context())

    assert "Oslo Bergen" in page_texts(report.pdf)[0]
    assert page_texts(again.pdf) == page_texts(report.pdf)


def test_a_file_is_lent_for_as_long_as_it_takes_and_stays_as_it_was(rows: RowsFile, tmp_path: Path) -> None:
    folder = tmp_path / "lent"
    folder.mkdir()

    with lent({"rows": rows, "title": "Rain"}, folder) as readable:
        held = [row["a"] for row in readable["rows"]]
        inside = list(folder.iterdir())

    assert held == ["Oslo", "Bergen"]
    assert [path.parent for path in inside] == [folder]
    assert readable["title"] == "Rain"
    assert list(folder.iterdir()) == []
    assert rows.path.read_text("utf-8") == "a\nOslo\nBergen\n"


def test_a_file_on_another_disk_is_copied(rows: RowsFile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)

    with lent({"rows": rows}, tmp_path) as readable:
        assert [row["a"] for row in readable["rows"]] == ["Oslo", "Bergen"]
