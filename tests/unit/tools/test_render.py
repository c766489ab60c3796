from __future__ import annotations

from pathlib import Path

import pytest

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


def test_own_data_and_a_sample_do_not_go_together(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        render.main(["--template", "table", "--sample", "--data", "orders.csv", "--out", "orders.pdf"])

    assert "not allowed with" in capsys.readouterr().err


def test_a_sample_of_no_template_is_a_reason_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert render.main(["--template", "letters", "--sample", "--out", str(tmp_path / "sample.pdf")]) == 1

    assert "unknown_template: There is no template named 'letters'" in capsys.readouterr().err
