"""Rows that differ in the colours and lengths of inline styles look as if WeasyPrint had laid out each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from reports.engine.renderer import WeasyPrintRenderer
from tests.unit.engine.longtable.corpus_styles import INLINE_STYLES, LEFT_AS_THEY_ARE, in_shades
from tests.unit.engine.longtable.ledgers import report
from tests.unit.engine.longtable.oracle import Pair, TableReport, differences, pair, problems
from tests.unit.engine.longtable.structure import unlike_structures
from tests.unit.engine.rendering import context, printed, renderer, template

renderer()  # WeasyPrint finds its libraries only after this.

import weasyprint.draw.color  # noqa: E402
from tinycss2.color5 import parse_color  # noqa: E402

from reports.engine.longtable.rows import chunks, row_factory  # noqa: E402

IN_GATE = {"a heat map", "bars of a share, among texts"}


def _assert_same(made: Pair) -> None:
    assert made.fast.layout["path"] == "long_table", made.fast.layout
    assert differences(made) == []
    assert problems(made.fast.pdf) == []
    assert unlike_structures(made.fast.pdf, made.plain.pdf) == []


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in IN_GATE else pytest.mark.slow) for name in INLINE_STYLES]
)
def test_a_row_teaches_those_in_other_colours_and_lengths(name: str, tmp_path: Path) -> None:
    made = pair(INLINE_STYLES[name], tmp_path)

    _assert_same(made)
    assert made.fast.layout["laid_out"] <= 10


@pytest.mark.slow
@pytest.mark.parametrize("name", LEFT_AS_THEY_ARE)
def test_styles_that_decide_on_more_are_laid_out(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(row_factory, "_FEWEST_JUDGED", 10_000)

    made = pair(LEFT_AS_THEY_ARE[name], tmp_path)

    _assert_same(made)
    assert made.fast.layout["laid_out"] > 100


def _has_shades(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have WeasyPrint draw shades of a colour: all that it draws for ``inset`` and its like are nearly black."""
    for name, share in (("darken", 0.6), ("lighten", 1.4)):

        def shade(colour: Any, share: float = share) -> Any:
            red, green, blue = (min(1, share * each) for each in colour.to("srgb").coordinates)
            return parse_color(f"rgb({100 * red}% {100 * green}% {100 * blue}% / {colour.alpha})")

        monkeypatch.setattr(weasyprint.draw.color, name, shade)


@pytest.mark.parametrize(("rows", "plain"), [(160, 0), pytest.param(1_300, 1_100, marks=pytest.mark.slow)])
def test_colours_that_decide_on_others_are_part_of_the_form_whenever_they_come(
    rows: int, plain: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _has_shades(monkeypatch)

    made = pair(in_shades(rows, plain), tmp_path)

    _assert_same(made)
    assert made.fast.layout["laid_out"] <= 60


@pytest.mark.gate
def test_colours_that_decide_on_others_are_the_same_for_any_number_of_workers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _has_shades(monkeypatch)
    monkeypatch.setattr(chunks, "ROWS_IN_A_CHUNK", 48)
    case = in_shades(500, 300)
    described = template(case.folder(tmp_path))

    alone, shared = (
        printed(WeasyPrintRenderer(workers=workers), described, case.data, context()) for workers in (1, 3)
    )

    assert alone.layout["path"] == "long_table"
    assert alone.pdf == shared.pdf


NUMBER = st.integers(0, 255)
COLOUR = st.one_of(
    st.tuples(NUMBER, NUMBER, NUMBER).map(lambda each: "#{:02x}{:02x}{:02x}".format(*each)),
    st.tuples(NUMBER, NUMBER, NUMBER, st.integers(0, 100)).map(lambda each: "rgba({},{},{},{}%)".format(*each)),
    st.integers(0, 360).map("hsl({}, 60%, 50%)".format),
    st.sampled_from(["red", "transparent", "inherit", "#123", "#1234", "currentColor", ""]),
)
LENGTH = st.one_of(
    st.decimals(0, 120, places=2).map("{}px".format),
    st.integers(0, 150).map("{}%".format),
    st.sampled_from(["0", "3mm", "1em", "-2px", "auto", "", ".5cm", "calc(1px + 10%)"]),
)
LINE = st.tuples(COLOUR, COLOUR, LENGTH, LENGTH)
CELLS = (
    '<td style="background: COLOUR">{{ line.id }}</td>',
    '<td style="color: COLOUR; width: LENGTH">{{ line.customer }}</td>',
    '<td><div class="bar" style="width: LENGTH; background: COLOUR"></div></td>',
    '<td><div class="bar" style="width: LENGTH; margin-left: LENGTH">{{ line.amount }}</div></td>',
    '<td><i class="in" style="padding-left: LENGTH; border-color: COLOUR">{{ line.id }}</i> {{ line.amount }}</td>',
    '<td><span class="block" style="width: LENGTH; height: LENGTH"></span>{{ line.id }}</td>',
)
STYLES = (
    ".bar { min-height: 2mm; background: #eee } .in { border: .3mm solid; background: #fea }",
    ".block { display: inline-block; background: #08c; max-width: 50% } table { table-layout: fixed }",
    "table { border-collapse: collapse } td { border: .2mm solid }",
    "td { border: .5mm solid; vertical-align: middle } table { border-spacing: .3mm }",
    "tr:nth-child(even) { background: #eef } .bar { overflow: hidden; border-radius: 1mm }",
)


@pytest.mark.slow
@settings(max_examples=40, deadline=None, database=None, phases=[Phase.generate], print_blob=True)
@given(
    cells=st.lists(st.sampled_from(CELLS), min_size=1, max_size=4),
    styles=st.sets(st.sampled_from(STYLES)),
    drawn=st.lists(LINE, min_size=3, max_size=40),
)
def test_any_colours_and_lengths_look_the_same(
    cells: list[str], styles: set[str], drawn: list[tuple[str, str, str, str]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    row = "".join(
        cell.replace("COLOUR", f"{{{{ line.own[{at % 2}] }}}}").replace("LENGTH", f"{{{{ line.own[{2 + at % 2}] }}}}")
        for at, cell in enumerate(cells)
    )
    case = report("".join(sorted(styles)), f"<tr>{row}</tr>", head="")
    for line in case.data["lines"]:
        line["own"] = drawn[line["number"] * 7 % len(drawn)]

    made = pair(TableReport(case.body, case.data, case.style), tmp_path_factory.mktemp("report"))

    assert made.fast.layout.get("reason") in (None, "WeasyPrint has to lay out most of its rows"), made.fast.layout
    assert differences(made) == []
    assert problems(made.fast.pdf) == []
