"""Write made-up readings of a weather station, valid for the weather template, to standard output.

    python templates/weather/make_sample.py --seed 3 --days 14 > readings.json

The same seed gives the same readings. The days are not independent: fronts come and go, and rain follows pressure.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import sys
from datetime import date, datetime, timedelta
from typing import Any

_STATIONS: tuple[dict[str, Any], ...] = (
    {
        "name": "Kestrel Point",
        "id": "KP-03",
        "kind": "Automatic coastal station",
        "operator": "Skerries Weather Network",
        "latitude": 57.42,
        "longitude": -5.88,
        "elevation": 34,
    },
    {
        "name": "Hochalm",
        "id": "HA-11",
        "kind": "Mountain station",
        "operator": "Tyrol Mountain Watch",
        "latitude": 47.31,
        "longitude": 11.87,
        "elevation": 1948,
    },
    {
        "name": "Vänerskär",
        "id": "VS-07",
        "kind": "Lake station",
        "operator": "Great Lakes Survey",
        "latitude": 58.83,
        "longitude": 13.24,
        "elevation": 46,
    },
)


def make_sample(seed: int, days: int = 14, last: date = date(2026, 4, 1)) -> dict[str, Any]:
    """Return readings of ``days`` days that end on the day ``last``."""
    dice = random.Random(seed)  # noqa: S311, weather is no secret
    station = dice.choice(_STATIONS)
    readings = _days(dice, station, days, last)
    return {
        "station": station,
        "observed": f"{last.isoformat()}T15:00:00Z",
        "now": _now(dice, readings, last, station["latitude"]),
        "days": readings,
        "normal_period": "1991–2020",
        "notes": [
            "Normals are the 1991–2020 means for the calendar day.",
            "Precipitation is the 24-hour sum to 06:00 UTC of the following day.",
            "Gusts are the highest 3-second means. Values are provisional for 30 days.",
        ],
    }


def _days(dice: random.Random, station: dict[str, Any], count: int, last: date) -> list[dict[str, Any]]:
    pressure, warmth, direction = dice.gauss(1014, 6), dice.gauss(0, 1.5), dice.uniform(0, 360)
    readings = []
    for back in reversed(range(count)):
        day = last - timedelta(days=back)
        pressure = 1013 + (pressure - 1013) * 0.72 + dice.gauss(0, 6.5)
        warmth = warmth * 0.75 + dice.gauss(0, 1.6)
        direction = (direction + dice.gauss(0, 35)) % 360
        readings.append(_day(dice, day, station, pressure, warmth, direction))
    return readings


def _day(
    dice: random.Random, day: date, station: dict[str, Any], pressure: float, warmth: float, direction: float
) -> dict[str, Any]:
    normal = _normal(day, station)
    mean = normal + warmth
    wetness = max(0.0, (1013 - pressure) / 18 + dice.gauss(-0.1, 0.45))
    rain = round(wetness**1.6 * 9, 1)
    cloud = min(1.0, 0.35 + wetness * 0.5 + dice.uniform(-0.25, 0.25))
    spread = 2.2 + (1 - max(0.0, cloud)) * 3.4
    wind = round(max(0.6, 3.5 + abs(1013 - pressure) * 0.28 + dice.gauss(0, 1.2)), 1)
    low = round(mean - spread * dice.uniform(0.8, 1.1), 1) + 0.0
    return {
        "date": day.isoformat(),
        "sky": _sky(rain, cloud, mean),
        "high": round(mean + spread * dice.uniform(0.8, 1.1), 1) + 0.0,  # never -0.0
        "low": low,
        "mean": round(mean, 1) + 0.0,
        "normal": round(normal, 1),
        "rain": rain,
        "sun": round(max(0.0, 1 - cloud) * 11.5, 1),
        "wind": wind,
        "gust": round(wind * dice.uniform(1.7, 2.1), 1),
        "direction": round(direction) % 360,
        "pressure": round(pressure, 1),
    }


def _normal(day: date, station: dict[str, Any]) -> float:
    season = math.cos((day.timetuple().tm_yday - 201) / 365.25 * 2 * math.pi)
    elevation: float = station["elevation"]
    return 9.5 + 7.5 * season - elevation * 0.0055


def _sky(rain: float, cloud: float, mean: float) -> str:
    if rain >= 1:
        return "snow" if mean < 1.5 else "rain"
    return "cloud" if cloud > 0.75 else "partly" if cloud > 0.35 else "sun"


def _now(dice: random.Random, days: list[dict[str, Any]], today: date, latitude: float) -> dict[str, Any]:
    latest = days[-1]
    temperature = round(latest["mean"] + (latest["high"] - latest["mean"]) * 0.7, 1)
    humidity = round(min(98, 62 + latest["rain"] * 4 + dice.uniform(-8, 8)))
    sunrise, sunset = _sun(today, latitude)
    return {
        "sky": latest["sky"],
        "temperature": temperature,
        "feels_like": round(temperature - latest["wind"] * 0.35, 1),
        "dew_point": round(temperature - (100 - humidity) / 5, 1),
        "wind": latest["wind"],
        "gust": latest["gust"],
        "direction": latest["direction"],
        "humidity": humidity,
        "pressure": latest["pressure"],
        "pressure_change": round(dice.gauss(0, 1.4), 1),
        "rain": latest["rain"],
        "visibility": round(dice.uniform(6, 40)),
        "cloud": {"sun": 1, "partly": 4, "cloud": 8}.get(latest["sky"], 6),
        "sunrise": sunrise,
        "sunset": sunset,
    }


def _sun(day: date, latitude: float) -> tuple[str, str]:
    """Return sunrise and sunset in local solar time: good to some minutes, as made-up readings may be."""
    tilt = math.radians(23.44) * math.sin(2 * math.pi * (day.timetuple().tm_yday - 81) / 365.25)
    cosine = -math.tan(math.radians(latitude)) * math.tan(tilt)
    half = timedelta(hours=math.degrees(math.acos(max(-1.0, min(1.0, cosine)))) / 15)
    noon = datetime(day.year, day.month, day.day, 12)  # noqa: DTZ001, solar time has no zone
    return f"{noon - half:%H:%M}", f"{noon + half:%H:%M}"


def main() -> None:
    """Read the options and write JSON."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seed", type=int, default=3, help="which readings to make (default: 3)")
    parser.add_argument("--days", type=int, default=14, choices=range(1, 63), metavar="1..62", help="default: 14")
    options = parser.parse_args()
    json.dump(make_sample(options.seed, options.days), sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


if __name__ == "__main__":
    main()
