"""A table of which WeasyPrint has to lay out most rows is laid out as a whole, as that is quicker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.engine.longtable.ledgers import lines, report
from tests.unit.engine.rendering import context, printed, renderer, template

renderer()  # WeasyPrint finds its libraries only after this.

from reports.engine.longtable import long_table_render  # noqa: E402
from reports.engine.longtable.rows import row_factory  # noqa: E402

HARD = (
    "<tr><td>{{ line.id }}</td><td>{% if line.number % nth == 0 %}"
    "<a class=hard href='https://a.example/{{ line.id }}'>{{ line.customer }}</a>"
    "{% else %}{{ line.customer }}{% endif %}</td></tr>"
)
STYLE = ".hard { letter-spacing: .1mm }"


def layout_of(nth: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Lay out a table of which each nth row needs WeasyPrint, and return how that was done."""
    monkeypatch.setattr(row_factory, "_FEWEST_JUDGED", 50)
    case = report(STYLE, HARD.replace("nth", str(nth)), data=lines(200))
    return printed(renderer(), template(case.folder(tmp_path)), case.data, context()).layout


def test_a_table_of_hard_rows_is_laid_out_as_a_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = layout_of(1, tmp_path, monkeypatch)

    assert layout == {"path": "plain", "reason": "WeasyPrint has to lay out most of its rows"}


def test_some_hard_rows_are_laid_out_one_by_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    layout = layout_of(6, tmp_path, monkeypatch)

    assert isinstance(layout, dict)
    assert layout["path"] == "long_table"
    assert 20 <= layout["laid_out"] <= 45


def test_a_table_that_would_not_fit_into_memory_is_never_laid_out_as_a_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(long_table_render, "_MOST_CELLS_AT_ONCE", 300)

    layout = layout_of(1, tmp_path, monkeypatch)

    assert isinstance(layout, dict)
    assert layout["path"] == "long_table"
