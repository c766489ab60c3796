"""Prepare a station's readings: the period, its extremes and sums, and the scales of the charts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from math import ceil, floor
from typing import Any

from reports.engine.templating.formats import Formats, as_decimal
from reports.errors import InvalidDataError, Violation
from reports.render_contract import RenderContext

_NOW = (
    *("text", "feels_like", "dew_point", "wind", "gust", "direction", "humidity", "pressure", "pressure_change"),
    *("rain", "visibility", "cloud", "sunrise", "sunset"),
)
_DAY = ("text", "normal", "sun", "wind", "gust", "direction", "pressure")
_STATION = ("id", "kind", "operator", "latitude", "longitude", "elevation")
_RAIN_STEPS = (0.5, 1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000)
_TEMPERATURE_STEPS = (1, 2, 5, 10, 20, 50)
_ROOM_FOR_A_LABEL = 0.35
_WET = Decimal("1.0")
_MANY_DAYS = 16
"""From this many days on, the report takes a second page and charts label every few days only."""


def view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    """Return what the template prints. Raises InvalidDataError for days out of order or out of the calendar."""
    _check(data)
    formats = Formats.of(context.locale)
    observed = datetime.fromisoformat(data["observed"])
    days = [{**dict.fromkeys(_DAY), **day} for day in data["days"]]
    now = {**dict.fromkeys(_NOW), **data["now"]}
    return {
        "title": context.title,
        "paper": data.get("paper", "A4"),
        "station": {**dict.fromkeys(_STATION), **data["station"]},
        "coordinates": _coordinates(data["station"], formats),
        "observed": observed,
        "zone": observed.tzname(),
        "now": now,
        "daylight": _daylight(now["sunrise"], now["sunset"]),
        "days": days,
        "first": days[0]["date"],
        "last": days[-1]["date"],
        "totals": _totals(days),
        "has": {key: any(day[key] is not None for day in days) for key in _DAY},
        "normal": [day["normal"] for day in days] if all(day["normal"] is not None for day in days) else [],
        "normal_period": data.get("normal_period"),
        "temperature_scale": _temperature_scale(days),
        "rain_scale": _rain_scale(days),
        "label_every": ceil(len(days) / _MANY_DAYS),
        "is_long": len(days) > _MANY_DAYS,
        "notes": data.get("notes", []),
    }


def _check(data: Mapping[str, Any]) -> None:
    violations = []
    try:
        datetime.fromisoformat(data["observed"])
    except ValueError:
        violations.append(Violation("/observed", "is not a moment of the calendar"))
    before: date | None = None
    for index, day in enumerate(data["days"]):
        try:
            this = date.fromisoformat(day["date"])
        except ValueError:
            violations.append(Violation(f"/days/{index}/date", "is not a day of the calendar"))
            continue
        if before is not None and this <= before:
            violations.append(Violation(f"/days/{index}/date", "is not after the day before it in the list"))
        if day["low"] > day["high"]:
            violations.append(Violation(f"/days/{index}/low", "is higher than `high`"))
        before = this
    if violations:
        raise InvalidDataError("weather", violations)


def _coordinates(station: Mapping[str, Any], formats: Formats) -> str | None:
    latitude, longitude = station.get("latitude"), station.get("longitude")
    if latitude is None or longitude is None:
        return None
    north = f"{formats.number(abs(latitude), 2)}° {'N' if latitude >= 0 else 'S'}"
    east = f"{formats.number(abs(longitude), 2)}° {'E' if longitude >= 0 else 'W'}"
    return f"{north} {east}"


def _daylight(sunrise: str | None, sunset: str | None) -> dict[str, int] | None:
    """Return the hours and minutes from sunrise to sunset, which may be after midnight UTC."""
    if sunrise is None or sunset is None:
        return None
    up, down = (int(clock[:2]) * 60 + int(clock[3:]) for clock in (sunrise, sunset))
    hours, minutes = divmod((down - up) % (24 * 60), 60)
    return {"hours": hours, "minutes": minutes}


def _totals(days: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    means = [as_decimal(day["mean"]) for day in days]
    rain = [as_decimal(day["rain"]) for day in days]
    sun = [as_decimal(day["sun"]) for day in days if day["sun"] is not None]
    gusts = [day["gust"] for day in days if day["gust"] is not None]
    return {
        "high": max(day["high"] for day in days),
        "low": min(day["low"] for day in days),
        "mean": sum(means, Decimal(0)) / len(means),
        "rain": sum(rain, Decimal(0)),
        "rain_days": sum(amount >= _WET for amount in rain),
        "sun": sum(sun, Decimal(0)) if sun else None,
        "gust": max(gusts, default=None),
    }


def _temperature_scale(days: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    values = [day[key] for day in days for key in ("high", "low", "mean", "normal") if day[key] is not None]
    low, high = min(values), max(values)
    step = next(step for step in _TEMPERATURE_STEPS if (high - low) / step <= 4 or step == _TEMPERATURE_STEPS[-1])
    bottom = floor((low - step * _ROOM_FOR_A_LABEL) / step) * step
    return {"low": bottom, "high": max(ceil(high / step) * step, bottom + step), "step": step}


def _rain_scale(days: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    most = max(day["rain"] for day in days)
    step = next((step for step in _RAIN_STEPS if step >= most / 3), _RAIN_STEPS[-1])
    return {"step": step, "count": max(1, ceil(most / step))}
