from __future__ import annotations

import pytest

from tools import render


@pytest.mark.parametrize("missing", ["--template", "--data", "--out"])
def test_what_is_not_said_is_asked_for(missing: str, capsys: pytest.CaptureFixture[str]) -> None:
    given = {"--template": "table", "--data": "orders.csv", "--out": "orders.pdf", missing: ""}

    with pytest.raises(SystemExit):
        render.main([word for pair in given.items() for word in pair])

    assert "make render TEMPLATE=table DATA=orders.csv OUT=orders.pdf" in capsys.readouterr().err
