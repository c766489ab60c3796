"""All templates make accessible documents, in each direction of writing, on each paper, short and long."""

from __future__ import annotations

from typing import Any

import pikepdf
import pytest

from tests.unit.engine.accessibility.keeping import keep
from tests.unit.engine.rendering import NAMES, render, sample, sample_report
from tools.pdf_ua import faults


def longer(name: str) -> dict[str, Any]:
    """Return a sample that is ten times as long, where the template has rows."""
    data = sample(name)
    key = {"invoice": "lines", "table": "rows", "weather": "days"}.get(name)
    if key == "days":
        from templates.weather.make_sample import make_sample

        return make_sample(21, 60)
    return {**data, key: data[key] * 10} if key else data


@pytest.mark.parametrize("locale", ["en", "de", pytest.param("ar", marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", NAMES)
def test_a_sample_passes(name: str, locale: str) -> None:
    assert faults(sample_report(name, locale).pdf) == []


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["A4", "Letter"])
@pytest.mark.parametrize("locale", ["en", "de", "ar"])
@pytest.mark.parametrize("is_long", [False, True], ids=["short", "long"])
@pytest.mark.parametrize("name", NAMES)
def test_a_report_passes(name: str, is_long: bool, locale: str, paper: str) -> None:
    data = longer(name) if is_long else sample(name)
    if paper != "A4":
        data["paper"] = paper

    report = render(name, data, locale)

    keep(f"{name} {locale} {paper} {'long' if is_long else 'short'}", report.pdf)
    assert faults(report.pdf) == []


def test_the_imprint_of_an_invoice_is_read(tmp_path: Any) -> None:
    path = tmp_path / "invoice.pdf"
    path.write_bytes(sample_report("invoice").pdf)

    with pikepdf.open(path) as document:
        last = document.Root.StructTreeRoot.K[0].K[-1]
        assert (str(last.S), len(last.K)) == ("/Sect", 4)
