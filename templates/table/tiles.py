"""Sum up a table at its head: what readers would ask of it first."""

from __future__ import annotations

from dataclasses import dataclass

from reports.datasets.understanding.calendar_names import names_a_period
from reports.engine.templating.formats import Formats
from reports.engine.templating.text_width import SEMIBOLD, text_width

from .columns import Column
from .printing import number_writer
from .survey import Survey
from .tally import Numbers
from .widths import PageLayout

# Millimetres, as the style sheet has them.
_ROWS_TILE = 24.0
_GAP = 4.0
_PADDING = 7.0
_MM_PER_POINT = 25.4 / 72
# Classes of figures, and their type in points.
_SIZES = (("", 18.0), ("medium", 13.0), ("low", 10.0))
# What stands below a figure: its type in points, the gap between in mm, and the width of the words above in em.
_FACT_TYPE = 8.5
_FACT_GAP = 4.5
_LEAST_FACT = 3.4
_TOO_WIDE = "too-wide"
_MOST = {False: 2, True: 3}
_MOST_DECIMALS_OF_A_MEAN = 6


@dataclass(frozen=True, slots=True)
class Tile:
    """The sum of a column, and what is known of its numbers.

    ``size`` is the class of the figure; ``wraps`` says that what stands below it needs more than one line.
    """

    label: str
    sum: str
    count: str
    lowest: str
    highest: str
    mean: str
    size: str
    wraps: bool


def tiles_of(found: Survey, layout: PageLayout, formats: Formats) -> list[Tile]:
    """Sum up columns that can be: the last ones, as those are what tables lead up to, and as many as fit in a row."""
    summed = [(c, t.numbers) for c, t in zip(found.columns, found.tallies, strict=True) if c.summed]
    # A total behind the days of a week says more than the last of them.
    summed = [pair for pair in summed if not names_a_period(pair[0].key)] or summed
    for count in range(min(_MOST[layout.is_landscape], len(summed)), 0, -1):
        room = (layout.text_width - _ROWS_TILE - _GAP * count) / count - _PADDING
        tiles = [_tile(column, numbers, room, formats) for column, numbers in summed[-count:] if numbers is not None]
        if count == 1 or all(tile.size != _TOO_WIDE for tile in tiles):
            return [tile for tile in tiles if tile.size != _TOO_WIDE]
    return []


def _tile(column: Column, numbers: Numbers, room: float, formats: Formats) -> Tile:
    write = number_writer(column.form, formats)
    places = column.decimals
    of_mean = number_writer(column.form, formats, min(places + 1, _MOST_DECIMALS_OF_A_MEAN) if places < 2 else places)
    total = write(numbers.total)
    count, lowest, highest = formats.number(numbers.count), write(numbers.lowest), write(numbers.highest)
    mean = of_mean(numbers.total / numbers.count)
    facts = [max(text_width(text, tabular=True) * SEMIBOLD, _LEAST_FACT) for text in (count, lowest, highest, mean)]
    needed = sum(facts) * _FACT_TYPE * _MM_PER_POINT + _FACT_GAP * (len(facts) - 1)
    return Tile(column.label, total, count, lowest, highest, mean, _size(total, room), wraps=needed > room)


def _size(text: str, room: float) -> str:
    em = text_width(text, tabular=True) * SEMIBOLD
    return next((name for name, points in _SIZES if em * points * _MM_PER_POINT <= room), _TOO_WIDE)
