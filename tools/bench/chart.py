"""Draw CPU time over rows for all engines, both axes logarithmic, as an SVG picture."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

from tools.bench.summary import Figures

_WIDTH, _HEIGHT = 820, 500
_LEFT, _RIGHT, _TOP, _BOTTOM = 78, 168, 84, 62
_LABEL_HEIGHT = 17
_INK, _MUTED, _GRID = "#17212b", "#626e7d", "#e3e7ec"
_FONT = "Inter, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif"
_COLOURS = {
    "Pressrun": "#1d4f73",
    "WeasyPrint": "#b3261e",
    "Typst": "#1a7f6e",
    "ReportLab": "#8a5200",
    "Chromium": "#6a51a3",
}
_NAMES = {"WeasyPrint": "WeasyPrint alone"}

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class _Scale:
    """Turn rows and seconds into places; both ends are powers of ten."""

    decades_x: range
    decades_y: range

    def x(self, rows: float) -> float:
        share = (math.log10(rows) - self.decades_x.start) / (len(self.decades_x) - 1)
        return _LEFT + share * (_WIDTH - _LEFT - _RIGHT)

    def y(self, seconds: float) -> float:
        share = (math.log10(seconds) - self.decades_y.start) / (len(self.decades_y) - 1)
        return _HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM)


def draw(figures: Figures, machine: Mapping[str, object]) -> str:
    """Return the picture. Raises ValueError when no table was measured."""
    series = _series(figures)
    if not series:
        raise ValueError("no table was measured")
    points = [point for line in series.values() for point in line]
    scale = _Scale(_decades([rows for rows, _ in points]), _decades([seconds for _, seconds in points]))
    about = f"CPU seconds over rows for {', '.join(series)}, both axes logarithmic."
    subtitle = f"A six-column A4 report. One run on {machine['cores']} cores, {machine['date']}; lower is better."
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img"'
            f' aria-labelledby="title about" font-family="{_FONT}">',
            '<title id="title">CPU time of long tables</title>',
            f'<desc id="about">{escape(about)}</desc>',
            f'<rect width="{_WIDTH}" height="{_HEIGHT}" rx="8" fill="#fff"/>',
            _text(24, 36, "CPU seconds to print a long table", size=17, weight=600),
            _text(24, 58, subtitle, size=12.5, colour=_MUTED),
            *_grid(scale),
            *_lines(series, scale),
            *_labels(series, scale),
            "</svg>\n",
        ]
    )


def _series(figures: Figures) -> dict[str, list[Point]]:
    found: dict[str, list[Point]] = {}
    for measurement in figures.all():
        if measurement.group == "table":
            found.setdefault(measurement.engine, []).append((measurement.rows, float(measurement.median["cpu"])))
    return {engine: sorted(found[engine]) for engine in _COLOURS if engine in found}


def _decades(values: Sequence[float]) -> range:
    first, last = math.floor(math.log10(min(values))), math.ceil(math.log10(max(values)))
    return range(first, max(last, first + 1) + 1)


def _grid(scale: _Scale) -> Iterator[str]:
    right, bottom = _WIDTH - _RIGHT, _HEIGHT - _BOTTOM
    for power in scale.decades_y:
        y = scale.y(10.0**power)
        yield f'<path d="M{_LEFT} {y:.1f}H{right}" stroke="{_GRID}"/>'
        yield _text(_LEFT - 10, y + 4, f"{10.0**power:,g} s", size=12, colour=_MUTED, anchor="end")
    for power in scale.decades_x:
        x = scale.x(10.0**power)
        yield f'<path d="M{x:.1f} {_TOP}V{bottom}" stroke="{_GRID}"/>'
        yield _text(x, bottom + 20, f"{10**power:,}", size=12, colour=_MUTED, anchor="middle")
    yield f'<path d="M{_LEFT} {bottom}H{right}" stroke="{_MUTED}"/>'
    yield _text((_LEFT + right) / 2, bottom + 44, "rows", size=12, colour=_MUTED, anchor="middle")


def _lines(series: Mapping[str, Sequence[Point]], scale: _Scale) -> Iterator[str]:
    for engine, points in reversed(list(series.items())):  # ours last, above the others
        places = [(scale.x(rows), scale.y(seconds)) for rows, seconds in points]
        path = "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
        width = 3 if engine == "Pressrun" else 2
        colour = _COLOURS[engine]
        yield f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="{width}" stroke-linejoin="round"/>'
        for (x, y), (rows, seconds) in zip(places, points, strict=True):
            hint = f"<title>{escape(engine)}: {rows:,} rows, {_seconds(seconds)}</title>"
            yield (
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{width + 1.5}" fill="{colour}" stroke="#fff" stroke-width="1.5">'
                f"{hint}</circle>"
            )


def _labels(series: Mapping[str, Sequence[Point]], scale: _Scale) -> Iterator[str]:
    """Name each line at its end; labels that would touch are pushed apart."""
    ends = sorted((scale.y(points[-1][1]), scale.x(points[-1][0]), engine) for engine, points in series.items())
    taken: dict[float, float] = {}
    for rows, seconds in series.get("Pressrun", [])[:-1]:
        yield _text(scale.x(rows) + 9, scale.y(seconds) + 18, _seconds(seconds), size=12, colour=_COLOURS["Pressrun"])
    for y, x, engine in ends:
        place = max(y, taken.get(x, -math.inf) + _LABEL_HEIGHT)
        taken[x] = place
        name = f"{_NAMES.get(engine, engine)}, {_seconds(series[engine][-1][1])}"
        weight = 600 if engine == "Pressrun" else 500
        yield _text(x + 12, place + 4, name, size=13, colour=_COLOURS[engine], weight=weight)


def _seconds(value: float) -> str:
    return f"{value:.1f} s" if value < 10 else f"{value:,.0f} s"


def _text(
    x: float, y: float, text: str, *, size: float, colour: str = _INK, weight: int = 400, anchor: str = "start"
) -> str:
    style = f'font-size="{size}" font-weight="{weight}" fill="{colour}" text-anchor="{anchor}"'
    # A white edge, painted first, keeps lines that pass behind from touching the letters.
    style += ' stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke"'
    return f'<text x="{x:.1f}" y="{y:.1f}" {style}>{escape(text)}</text>'
