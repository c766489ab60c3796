"""Charts show the numbers that they are given."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from typing import Any

import pytest

from reports.engine.templating.exact_numbers import exact
from reports.engine.templating.formats import Formats
from reports.engine.templating.template_code import environment_of, filters
from tests.unit.engine.rendering import TEMPLATES

ENVIRONMENT = environment_of(TEMPLATES / "table")
IMPORT = '{% from "graphs.html.j2" import bars, lines, donut, sparkline, legend with context %}'


def drawn(call: str, **data: Any) -> ET.Element:
    html = ENVIRONMENT.from_string(f"{IMPORT}{{{{ {call} }}}}").render(data=exact(data), **filters(Formats.of("en")))
    return ET.fromstring(html.strip())


def numbers(chart: ET.Element, tag: str, *names: str) -> list[tuple[float, ...]]:
    return [tuple(float(each.attrib[name]) for name in names) for each in chart.iter(tag)]


def test_bars_are_as_high_as_their_numbers() -> None:
    chart = drawn(
        'bars(300, 100, "Sales", ["a", "b"], [{"name": "x", "values": [10, 20.5]}, {"name": "y", "values": [5, 0]}])'
    )

    heights = [height for _, height in numbers(chart, "rect", "y", "height")]
    assert heights[1] / heights[0] == pytest.approx(0.5, abs=0.01)
    assert heights[2] / heights[0] == pytest.approx(2.05, abs=0.01)
    assert chart.find("title").text == "Sales"  # type: ignore[union-attr]
    assert {"0", "5", "10", "15", "20", "25"} <= {each.text for each in chart.iter("text")}


def test_stacked_bars_stand_on_each_other_and_losses_hang_below() -> None:
    series = [{"name": "x", "values": [10]}, {"name": "y", "values": [5]}, {"name": "z", "values": [-5]}]

    chart = drawn('bars(300, 100, "Sales", ["a"], data.series, stacked=true)', series=series)

    (low, first), (high, second), (under, third) = numbers(chart, "rect", "y", "height")
    assert high + second == pytest.approx(low, abs=0.02)
    assert under == pytest.approx(low + first, abs=0.02)
    assert second == pytest.approx(third, abs=0.02)


def test_a_line_has_a_gap_where_there_is_no_number() -> None:
    chart = drawn('lines(300, 100, "Visitors", ["a", "b", "c"], [{"name": "x", "values": [1, none, 3]}], area=true)')

    [line] = [each.attrib["d"] for each in chart.iter("path") if each.get("stroke-width") == "1.5"]
    assert re.sub(r"[\d. ]+", "", line) == "MM"


@pytest.mark.parametrize("values", ["[]", "[0]", "[0, 0]", "[7]", "[-3, -4]", "[0.001, 0.002]", "[123456789012]"])
def test_any_numbers_make_a_chart(values: str) -> None:
    labels = f'["x"] * ({values} | length)'
    for call in (
        f'bars(300, 100, "T", {labels}, [{{"name": "n", "values": {values}}}])',
        f'lines(300, 100, "T", {labels}, [{{"name": "n", "values": {values}}}], area=true)',
        f'donut("20mm", "T", {values})',
        f'sparkline({values}, "T")',
    ):
        chart = drawn(call)
        assert chart.find("title").text == "T"  # type: ignore[union-attr]
        assert "E" not in "".join(each.get("d", "") for each in chart.iter("path"))


def test_parts_of_a_donut_come_to_a_whole_circle() -> None:
    dashes = [
        each.attrib["stroke-dasharray"].split()[0] for each in drawn('donut("20mm", "T", [1, 1, 1])').iter("circle")
    ]

    assert sum(map(float, dashes)) == pytest.approx(100, abs=0.01)


def test_parts_of_a_donut_are_of_what_is_above_zero_in_the_colours_of_the_legend() -> None:
    chart = drawn('donut(40, "x", [-5, none, 1, 3], colors=["a", "b", "c", "d"])')

    assert [(each.attrib["stroke"], each.attrib["stroke-dasharray"]) for each in chart.iter("circle")] == [
        ("c", "25.000 75.000"),
        ("d", "75.000 25.000"),
    ]


@pytest.mark.parametrize("values", [[1, 2, None, 3, 4], [-4, -3, -5, None, -1], [-4, 2, None, 3, 1]])
def test_each_run_of_an_area_is_closed_by_itself_within_the_chart(values: list[float | None]) -> None:
    series = [{"name": "x", "values": values}]

    chart = drawn('lines(300, 100, "x", "abcde" | list, data.series, area=true)', series=series)

    [fill] = [each.attrib["d"] for each in chart.iter("path") if each.get("fill-opacity")]
    assert fill.count("M") == fill.count("Z") == 2
    for run in fill.strip("Z").split("Z"):
        assert run.split("H")[1] == run[1:].split(" ")[0]
    assert all(0 <= float(y) <= 100 for y in re.findall(r"[ML][\d.-]+ ([\d.-]+)", fill))


@pytest.mark.parametrize("values", [[], [None, None], [None, 1], [1, None], [1]])
def test_values_that_are_missing_leave_a_chart_without_them(values: list[float | None]) -> None:
    for call in (
        'bars(300, 100, "x", ["a", "b"], data.series)',
        'bars(300, 100, "x", ["a", "b"], data.series, stacked=true)',
        'lines(300, 100, "x", ["a", "b"], data.series, area=true)',
        'lines(300, 100, "x", ["a", "b"], data.series)',
        'donut(40, "x", data["values"])',
        'sparkline(data["values"], "x")',
    ):
        chart = drawn(call, series=[{"name": "x", "values": values}], values=values)

        assert "nan" not in ET.tostring(chart, "unicode").lower()
