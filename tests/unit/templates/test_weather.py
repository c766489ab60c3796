"""The weather template's view: what it computes and what it refuses."""

from __future__ import annotations

from typing import Any

import pytest

from reports.errors import InvalidDataError
from templates.weather.view import view
from tests.unit.engine.rendering import context, page_texts, render

DAY: dict[str, Any] = {"date": "2026-03-01", "sky": "sun", "high": 10, "low": 2, "mean": 5.5, "rain": 0}


def readings(*days: dict[str, Any], **now: Any) -> dict[str, Any]:
    """Make the least that fits the schema."""
    return {
        "station": {"name": "Hill"},
        "observed": "2026-03-02T12:00:00+01:00",
        "now": {"sky": "sun", "temperature": -0.04, **now},
        "days": [{**DAY, **day} for day in days] or [DAY],
    }


def test_extremes_and_sums_are_computed() -> None:
    days = (
        {"rain": 0.1},
        {"date": "2026-03-02", "rain": 0.2, "high": 12, "sun": 3.5},
        {"date": "2026-03-05", "rain": 1},
    )

    totals = view(readings(*days), context())["totals"]

    assert {key: str(value) for key, value in totals.items()} == {
        "high": "12",
        "low": "2",
        "mean": "5.5",
        "rain": "1.3",
        "rain_days": "1",
        "sun": "3.5",
        "gust": "None",
    }


@pytest.mark.parametrize(
    ("days", "pointer"),
    [
        (({"date": "2026-02-30"},), "/days/0/date"),
        (({}, {}), "/days/1/date"),
        (({"low": 11},), "/days/0/low"),
    ],
)
def test_days_that_cannot_be_are_refused(days: tuple[dict[str, Any], ...], pointer: str) -> None:
    with pytest.raises(InvalidDataError) as caught:
        view(readings(*days), context())

    assert [violation.pointer for violation in caught.value.violations] == [pointer]


def test_the_least_of_readings_renders_without_empty_tiles() -> None:
    report = render("weather", readings())

    (text,) = page_texts(report.pdf)
    assert report.warnings == ()
    assert "0.0 °C" in text
    assert "Humidity" not in text


@pytest.mark.parametrize("temperature", [-40, 0, 40])
def test_the_scale_holds_all_temperatures_and_their_labels(temperature: int) -> None:
    scale = view(readings({"high": temperature, "low": temperature, "mean": temperature}), context())[
        "temperature_scale"
    ]

    assert scale["low"] < temperature <= scale["high"]
    assert (scale["high"] - scale["low"]) % scale["step"] == 0


@pytest.mark.parametrize(
    ("sunrise", "sunset", "expected"), [("06:10", "18:09", (11, 59)), ("20:30", "10:00", (13, 30))]
)
def test_daylight_may_pass_midnight(sunrise: str, sunset: str, expected: tuple[int, int]) -> None:
    daylight = view(readings(sunrise=sunrise, sunset=sunset), context())["daylight"]

    assert (daylight["hours"], daylight["minutes"]) == expected
