"""Prepare rows nobody has described: columns, formats, groups, sums, and a page they fit on.

The rows may be a million and come from a file that is parsed as it is read. So they are never all held, but read as
often as needed: once to survey them, once more to gather groups that lie scattered, and once to print.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from reports.datasets.understanding import understand
from reports.engine.templating.formats import NO_BREAK_SPACE, Formats
from reports.engine.templating.text_width import text_width
from reports.render_contract import RenderContext

from .columns import Column
from .lines import Lines, leading_columns
from .survey import Survey, survey
from .tally import Kind, Moments, Tally
from .widths import Texts, choose_layout

_MAX_TILES = {False: 2, True: 3}


def view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    """Return what the template prints. ``data["rows"]`` is any iterable that starts over each time.

    Raises InvalidDataError for columns or groups that are too many, or missing.
    """
    [section, *_] = understand(data["rows"], data.get("columns", ()))
    formats = Formats.of(context.locale)
    found = survey(section, data.get("columns"), data.get("group_by"), formats)
    layout = choose_layout(_texts(found, formats), data.get("paper", "A4"))
    source = PurePosixPath(context.source).name
    return {
        "title": context.title or data.get("title") or context.source_title or None,
        "subtitle": data.get("subtitle"),
        "organisation": data.get("organisation"),
        "footnote": data.get("footnote"),
        "source": source,
        "columns": found.columns,
        "layout": layout,
        "lines": Lines(section, found, formats),
        "row_count": found.row_count,
        "tiles": _tiles(found, formats)[: _MAX_TILES[layout.is_landscape]],
        "leading": leading_columns(found.columns),
    }


def _tiles(found: Survey, formats: Formats) -> list[dict[str, str]]:
    """Sum up the columns that can be: the last ones, as those are what tables lead up to."""
    summed = [(c, t.numbers) for c, t in zip(found.columns, found.tallies, strict=True) if c.summed]
    tiles = []
    for column, numbers in summed[-_MAX_TILES[True] :]:
        assert numbers is not None
        places, total = column.decimals, numbers.total
        tiles.append(
            {
                "label": column.label,
                "sum": formats.number(total, places),
                "count": formats.number(numbers.count),
                "lowest": formats.number(numbers.lowest, places),
                "highest": formats.number(numbers.highest, places),
                "mean": formats.number(total / numbers.count, min(places + 1, 6) if places < 2 else places),
            }
        )
    return tiles


def _texts(found: Survey, formats: Formats) -> list[Texts]:
    return [
        Texts(
            label=column.label,
            cells=(tally.samples or []) if column.wraps else _widest(column, tally, formats),
            sums=_widest_sums(column, tally, formats),
            wraps=column.wraps,
            is_number=column.kind is Kind.NUMBER,
        )
        for column, tally in zip(found.columns, found.tallies, strict=True)
    ]


def _widest(column: Column, tally: Tally, formats: Formats) -> list[str]:
    """Return cells as printed, among them the widest of a column that does not wrap."""
    if column.kind is Kind.TEXT:
        return list(tally.longest or ())
    texts = list(tally.others)
    if column.kind is Kind.NUMBER and tally.numbers is not None and tally.numbers.count:
        texts += [formats.number(number, column.decimals) for number in (tally.numbers.lowest, tally.numbers.highest)]
    if tally.moments is not None and tally.moments.days:
        days = [formats.day(day) for day in tally.moments.days]
        texts += [_widest_moment(days, tally.moments, formats)] if column.kind is Kind.MOMENT else days
    return texts


def _widest_moment(days: list[str], moments: Moments, formats: Formats) -> str:
    """Put the widest day, time of day and zone together, which need not come together in any row."""
    clocks = map(formats.clock, moments.clocks)
    zones = (f"{NO_BREAK_SPACE}{zone.tzname(None)}" if zone else "" for zone in moments.zones)
    return f"{max(days, key=text_width)}, {max(clocks, key=text_width)}{max(zones, key=text_width)}"


def _widest_sums(column: Column, tally: Tally, formats: Formats) -> list[str]:
    if not column.summed or tally.numbers is None:
        return []
    sums: tuple[Decimal, ...] = (*tally.numbers.sums.values(),)
    return [formats.number(number, column.decimals) for number in {min(sums), max(sums), tally.numbers.total}]
