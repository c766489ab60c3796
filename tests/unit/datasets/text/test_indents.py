"""Labels that stand in behind spaces, as programs for accounts and pivot tables write the parts of a row."""

from __future__ import annotations

from pathlib import Path

from reports.datasets.understanding import RowMark, understand
from tests.unit.datasets.text.texts import a_file

IN = "\u2003"


def test_labels_keep_how_far_they_stand_in_and_totals_are_known(tmp_path: Path) -> None:
    services = "   Services,\n      Plants,1.00\n   Total Services,1.00\n"
    rows = a_file(tmp_path, f"Account,Amount\nIncome,\n   Design,2.50\n{services}Total Income,3.50\n")

    (section,) = understand(rows)

    assert [cell for block in section.blocks() for cell in block.column("Account")] == [
        "Income", f"{IN}Design", f"{IN}Services", f"{IN * 2}Plants", f"{IN}Total Services", "Total Income",
    ]  # fmt: skip
    assert section.marks[5] is RowMark.TOTAL


def test_rows_with_parts_that_stand_in_below_them_are_not_summed(tmp_path: Path) -> None:
    text = "Region,Units\nNorth,30\n  Apples,10\n  Pears,20\nSouth,12\n  Apples,12\nTotal,42\n"
    rows = a_file(tmp_path, text)

    (section,) = understand(rows)

    assert not section.columns[1].summed
    assert any("parts below them" in str(warning["message"]) for warning in rows.warnings)


def test_numbers_that_are_filled_up_with_spaces_and_single_spaces_are_no_steps(tmp_path: Path) -> None:
    for labels in (("  12", "   7", "120"), (" a", "b", " c"), ("  a", "  b", "  c")):
        rows = a_file(tmp_path, "Code,Amount\n" + "".join(f"{label},1.50\n" for label in labels))

        assert [row["Code"] for row in rows] == [label.strip() for label in labels]
