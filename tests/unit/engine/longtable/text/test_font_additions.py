"""Additions: what one process draws with is what another one can embed."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pydyf

from tests.unit.engine.rendering import renderer

renderer()  # WeasyPrint finds its libraries only after this.

from reports.engine.longtable.text.font_additions import AdditionsTracker, FontSavepoint  # noqa: E402

SERIF, SANS = 1, 2


def canvas(fonts: dict[int, Any]) -> Any:
    """Return what can stand in for a canvas: fonts by their keys, and graphics states."""
    return SimpleNamespace(fonts=fonts, resources={"ExtGState": pydyf.Dictionary()}, counted=lambda: len(fonts))


def font(**widths: int) -> Any:
    """Return a font with widths of glyphs; glyph ``_7`` has the number 7."""
    numbered = {int(name[1:]): width for name, width in widths.items()}
    return SimpleNamespace(widths=numbered, to_unicode=dict.fromkeys(numbered, "a"), missing={})


def test_only_what_is_new_is_an_addition_and_each_once() -> None:
    drawn = canvas({SERIF: font(_1=500)})
    watch = AdditionsTracker(drawn)
    drawn.fonts[SERIF].widths[2] = 600
    drawn.fonts[SERIF].to_unicode[2] = "b"
    drawn.resources["ExtGState"]["a0.5"] = {"ca": 0.5}

    first, second = watch.additions(), watch.additions()

    assert {key: tuple(usage) for key, usage in first.glyphs.items()} == {SERIF: ({2: 600}, {2: "b"})}
    assert first.states == {"a0.5": {"ca": 0.5}}
    assert not second.glyphs
    assert not second.states


def test_what_was_added_first_stays_and_fonts_that_are_missing_are_waited_for() -> None:
    theirs, ours = canvas({SERIF: font(), SANS: font()}), canvas({SERIF: font(_2=1)})
    watch = AdditionsTracker(theirs)
    for each in theirs.fonts.values():
        each.widths |= {2: 600, 3: 700}

    waiting = watch.additions().add_to(ours)

    assert ours.fonts[SERIF].widths == {2: 1, 3: 700}
    assert list(waiting.glyphs) == [SANS]
    ours.fonts[SANS] = font()
    assert not waiting.add_to(ours).glyphs
    assert ours.fonts[SANS].widths == {2: 600, 3: 700}


def test_numbers_for_characters_that_no_font_has_can_be_taken_back() -> None:
    drawn = canvas({SERIF: font(_1=500)})
    drawn.fonts[SERIF].missing[0x3042] = 900
    savepoint = FontSavepoint(drawn)
    drawn.fonts[SERIF].missing[0x4E00] = 901
    drawn.fonts[SERIF].widths |= {901: 400, 0: 400}
    drawn.fonts[SERIF].to_unicode[901] = "一"

    taken, more = savepoint.roll_back_missing(), savepoint.roll_back_missing()

    assert (taken, more) == ({"一"}, set())
    assert drawn.fonts[SERIF].missing == {0x3042: 900}
    assert drawn.fonts[SERIF].widths == {1: 500}
    assert drawn.fonts[SERIF].to_unicode == {1: "a"}


def test_a_font_that_a_drawing_brings_along_is_noticed() -> None:
    drawn = canvas({SERIF: font()})
    savepoint = FontSavepoint(drawn)
    before = savepoint.has_new_fonts

    drawn.fonts[SANS] = font()

    assert (before, savepoint.has_new_fonts) == (False, True)
