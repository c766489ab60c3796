from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from reports import bootstrap
from reports.errors import UnreadableFileError
from reports.worker.report_maker import ReportMaker
from tests.unit.engine.rendering import NAMES, page_texts
from tools import render


@pytest.mark.parametrize("missing", ["--template", "--data", "--out"])
def test_what_is_not_said_is_asked_for(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--template": "table", "--data": "orders.csv", "--out": "orders.pdf", missing: ""}

    with pytest.raises(SystemExit):
        render.main([word for pair in given.items() for word in pair])

    assert "make render TEMPLATE=table DATA=orders.csv OUT=orders.pdf" in capsys.readouterr().err


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_is_rendered_by_name_and_says_that_it_is_one(name: str, tmp_path: Path) -> None:
    out = tmp_path / "sample.pdf"

    status = render.main(["--template", name, "--sample", "--out", str(out)])

    assert status == 0
    assert all("SAMPLE" in page for page in page_texts(out.read_bytes()))


def test_what_the_engine_logs_is_not_printed_and_logs_of_others_are_as_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    handlers = list(logging.getLogger("reports").handlers)
    monkeypatch.setattr(bootstrap, "report_maker", logging_maker)

    status = render.main(["--template", "table", "--sample", "--out", str(tmp_path / "sample.pdf")])

    assert status == 1
    assert capsys.readouterr().err == "unreadable_file: It is torn.\n"
    assert logging.getLogger("reports").handlers == handlers


def logging_maker(_: object) -> AbstractContextManager[ReportMaker]:
    logging.getLogger("reports.engine").warning("a remark for operators")
    raise UnreadableFileError("It is torn.")


def test_own_data_and_a_sample_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        render.main(["--template", "table", "--sample", "--data", "orders.csv", "--out", "orders.pdf"])

    assert "not allowed with" in capsys.readouterr().err


def test_a_sample_of_no_template_is_a_reason_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main(["--template", "letters", "--sample", "--out", str(tmp_path / "sample.pdf")]) == 1

    assert "unknown_template: There is no template named 'letters'" in capsys.readouterr().err
