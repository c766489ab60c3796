"""The page on upgrading lists what is assumed and replaced, as it is."""

from __future__ import annotations

from tools.upgrading_guide import ASSUMPTIONS, TARGET, guide


def test_the_page_is_made_of_the_patches_and_the_assumptions() -> None:
    assert TARGET.read_text("utf-8") == guide(), "run `python -m tools.upgrading_guide`"


def test_the_page_has_an_entry_for_each_assumption() -> None:
    tests = sum(path.read_text("utf-8").count("\ndef test_") for path in ASSUMPTIONS.glob("test_*.py"))

    assert tests > 40
    assert guide().count("\n- ") == tests
