"""Templates that are begun: copies of the gallery, and first designs for data."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reports.catalog.catalog import Catalog
from reports.engine.checks.reading import read_findings
from reports.findings import Severity
from reports.render_contract import InputKind, RenderRequest
from tests.unit.engine.rendering import context, page_texts, renderer
from tools.authoring.inferred import as_numbers
from tools.new_template import GALLERY, main

ORDER = {
    "number": "A-1",
    "date": "2026-01-02",
    "paid": True,
    "total": 12.5,
    "customer": {"name": "Ada", "city & country": "Oslo"},
    "lines": [{"item": "Tea", "price": 2.5, "note": None}, {"item": "Cup", "price": 10}],
    "tags": ["a", "b"],
    "empty": [],
}


def begun(folder: Path, *arguments: str) -> Catalog:
    assert main([*arguments, f"--folder={folder}"]) == 0
    catalog = Catalog(folder)
    assert catalog.faults() == []
    name = arguments[0]
    assert [each for each in read_findings(folder, name) if each.severity is Severity.ERROR] == []
    return catalog


def text_of(catalog: Catalog, name: str) -> str:
    parts: list[bytes] = []
    renderer().render(RenderRequest(catalog.get(name), catalog.sample(name), context()), output=parts.append)
    return "\n".join(page_texts(b"".join(parts)))


def test_a_file_of_rows_becomes_a_template_of_rows(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("Day,Customer name,Amount\n2026-01-02,Ada,12.50\n2026-01-03,Bob,7\n")

    catalog = begun(tmp_path / "own", "orders", f"--from={tmp_path / 'a.csv'}")

    template = catalog.get("orders")
    assert (template.kind, template.property, template.title) == (InputKind.ROWS, "rows", "Orders")
    assert catalog.sample("orders")["rows"][0] == {"Day": "2026-01-02", "Customer name": "Ada", "Amount": 12.5}
    text = text_of(catalog, "orders")
    assert all(word in text for word in ("Customer name", "Ada", "12.5", "Page 1 of 1"))


def test_an_object_becomes_facts_and_tables(tmp_path: Path) -> None:
    (tmp_path / "order.json").write_text(json.dumps(ORDER))

    catalog = begun(tmp_path / "own", "order", f"--from={tmp_path / 'order.json'}")

    text = text_of(catalog, "order")
    assert all(word in text for word in ("A-1", "City & country", "Oslo", "Tea", "10"))


@pytest.mark.parametrize(
    "name", [each.name for each in sorted(GALLERY.glob("[a-z]*")) if (each / "schema.json").exists()]
)
def test_each_of_the_gallery_can_be_copied_to_any_folder(tmp_path: Path, name: str) -> None:
    catalog = begun(tmp_path / "own", "my-copy", f"--from={name}")

    assert catalog.get("my-copy").title == "My copy"
    assert text_of(catalog, "my-copy").strip()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["My Copy"], "small letters"),
        (["mine", "--from=recipt"], "Did you mean 'receipt'?"),
    ],
)
def test_what_cannot_be_begun_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    with pytest.raises(SystemExit):
        main([*arguments, f"--folder={tmp_path}"])

    assert said in capsys.readouterr().err


def test_a_folder_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()

    with pytest.raises(SystemExit):
        main(["mine", f"--folder={tmp_path}"])


@pytest.mark.parametrize("content", ["", "a,b\n"])
def test_a_file_without_rows_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str) -> None:
    (tmp_path / "a.csv").write_text(content)

    assert main(["mine", f"--from={tmp_path / 'a.csv'}", f"--folder={tmp_path}"]) == 1
    assert "a.csv" in capsys.readouterr().err
    assert not (tmp_path / "mine").exists()


def test_a_column_is_of_numbers_if_all_its_values_are() -> None:
    rows: list[dict[str, Any]] = [
        {"a": "1", "b": "1", "c": "007"},
        {"a": "2.50", "b": "x", "c": "2"},
        {"a": "", "b": "3"},
    ]

    assert as_numbers(rows) == [{"a": 1, "b": "1", "c": "007"}, {"a": 2.5, "b": "x", "c": "2"}, {"a": "", "b": "3"}]
