"""Prepare rows as tables: columns, formats, groups, sums, and pages they fit on.

The rows may be a million and come from a file that is parsed as it is read. So they are never all held, but read as
often as needed: to understand what their columns hold, to survey what is printed, to gather groups that lie scattered,
and to print.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from reports.datasets.column_form import ColumnType, Precision
from reports.datasets.rows import Rows, RowsList
from reports.datasets.understanding import Section, understand
from reports.engine.templating.formats import NO_BREAK_SPACE, Formats
from reports.engine.templating.text_width import text_width
from reports.errors import InvalidDataError, Violation
from reports.render_contract import RenderContext

from .columns import Column
from .lines import Lines, leading_columns
from .printing import number_writer, time_writer
from .sorting import sorted_section
from .survey import Override, Survey, survey
from .tally import Moments, Tally
from .tiles import tiles_of
from .values import MAX_CELL
from .widths import Spread, Texts, choose_layout

_DIGITS = "0123456789"


def view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    """Return what the template prints. ``data["rows"]`` are Rows, or any iterable that starts over each time.

    Raises InvalidDataError for columns or groups that are too many, or missing.
    """
    rows: Rows = data["rows"] if isinstance(data["rows"], Rows) else RowsList(data["rows"])
    formats = Formats.of(context.locale)
    overrides = _overrides(data)
    sections = understand(rows, list(overrides.values()), sums=data.get("sums"))
    _refuse_unknown(sections, overrides, data)
    sections = tuple(sorted_section(section, data.get("sort") or ()) for section in sections)
    surveys = [survey(section, overrides, data.get("group_by"), formats) for section in sections]
    layout = choose_layout(
        [_texts(found, formats) for found in surveys], data.get("paper", "A4"), data.get("orientation")
    )
    rows.warnings = (*rows.warnings, *_warnings(surveys))
    source = PurePosixPath(context.source).name
    only = sections[0] if len(sections) == 1 else None
    return {
        "title": context.title or data.get("title") or (only and only.title) or context.source_title or None,
        "subtitle": data.get("subtitle") or (only and only.subtitle) or None,
        "organisation": data.get("organisation"),
        "footnote": data.get("footnote"),
        "source": source,
        "layout": layout,
        "tables": [
            table
            for found, spreads in zip(surveys, layout.tables, strict=True)
            for table in _tables(found, spreads, formats, is_only=only is not None)
        ],
        "row_count": sum(found.row_count for found in surveys),
        "column_count": len(surveys[0].columns) if only else None,
        "tiles": tiles_of(surveys[0], layout, formats) if only else [],
    }


def _overrides(data: Mapping[str, Any]) -> dict[str, Override]:
    """Return what a caller says of columns, by their keys."""
    return {override["key"]: override for override in data.get("columns") or ()}


def _refuse_unknown(sections: Sequence[Section], overrides: Mapping[str, Override], data: Mapping[str, Any]) -> None:
    columns = [column for section in sections for column in section.columns if section.row_count]
    known = {column.key for column in columns}
    if not any(section.row_count for section in sections):
        return
    group_by, sums = data.get("group_by"), data.get("sums")
    faults = [
        Violation(f"/columns/{n}/key", _unknown(key, known)) for n, key in enumerate(overrides) if key not in known
    ]
    if group_by is not None and group_by not in known:
        faults.append(Violation("/group_by", _unknown(group_by, known)))
    faults += [
        Violation(f"/sort/{n}/key", _unknown(each["key"], known))
        for n, each in enumerate(data.get("sort") or ())
        if each["key"] not in known
    ]
    summed = {column.key for column in columns if column.summed}
    for n, key in enumerate(sums if isinstance(sums, list) else ()):
        if key not in known:
            faults.append(Violation(f"/sums/{n}", _unknown(key, known)))
        elif key not in summed and "total" not in overrides.get(key, {}):
            faults.append(Violation(f"/sums/{n}", f"names a column that holds no numbers: {key[:80]!r}"))
    if faults:
        raise InvalidDataError("table", faults)


def _unknown(key: str, known: set[str]) -> str:
    some = ", ".join(repr(name[:40]) for name in sorted(known)[:12])
    return f"names a column that no row has: {key[:80]!r}. There are {some}{' and more' if len(known) > 12 else ''}"


def _warnings(surveys: Sequence[Survey]) -> list[Mapping[str, Any]]:
    cut = sum(tally.cut for found in surveys for tally in found.tallies)
    if not cut:
        return []
    cells = "One cell has" if cut == 1 else f"{cut:,} cells have"
    message = f"{cells} more than {MAX_CELL:,} characters. Only the first of them are printed."
    return [{"code": "cells_cut", "message": message}]


def _tables(found: Survey, spreads: Sequence[Spread], formats: Formats, *, is_only: bool) -> list[dict[str, Any]]:
    """Return what is printed of one table: its columns, as often as they are spread over pages."""
    section, tables = found.section, []
    for number, spread in enumerate(spreads):
        columns = [found.columns[index] for index in spread.columns]
        tables.append(
            {
                "name": "" if is_only or number else section.title or section.name,
                "subtitle": "" if is_only or number else section.subtitle,
                "notes": section.notes if number == len(spreads) - 1 else (),
                "first": spread.columns[min(number, 1)] + 1 if len(spreads) > 1 else None,
                "last": max(spread.columns, default=0) + 1,
                "column_count": len(found.columns),
                "columns": columns,
                "widths": spread.widths,
                "lines": Lines(found, spread.columns, formats),
                "leading": leading_columns(columns),
                "row_count": found.row_count,
            }
        )
    return tables


def _texts(found: Survey, formats: Formats) -> list[Texts]:
    return [
        Texts(
            label=column.label,
            cells=(tally.samples or []) if column.wraps else _widest(column, tally, formats),
            sums=_widest_sums(column, tally, formats),
            wraps=column.wraps,
            is_number=column.kind is ColumnType.NUMBER,
            is_apart=column.is_apart,
        )
        for column, tally in zip(found.columns, found.tallies, strict=True)
    ]


def _widest(column: Column, tally: Tally, formats: Formats) -> list[str]:
    """Return cells as printed, among them the widest of a column that does not wrap."""
    if column.kind is ColumnType.TEXT:
        return [*(tally.longest or ()), *map(str, tally.marked)]
    texts = list(tally.others)
    if tally.numbers is not None and tally.numbers.count:
        write = number_writer(column.form, formats)
        texts += [write(number) for number in (tally.numbers.lowest, tally.numbers.highest)]
        texts += [write(number) for number in map(Decimal, filter(None, map(_plain, tally.marked)))]
    if tally.moments is not None:
        texts += _widest_moments(column, tally.moments, formats)
    return texts


def _plain(value: object) -> str | None:
    text = str(value)
    return text if text.lstrip("-").replace(".", "", 1).isdecimal() else None


def _widest_moments(column: Column, moments: Moments, formats: Formats) -> list[str]:
    """Return the widest day, or put the widest day, time of day and zone together, which need not come together."""
    precision = column.form.precision
    clocks = [formats.clock(clock, precision=precision) for clock in moments.clocks]
    if precision is not Precision.MINUTE:
        widest = max(_DIGITS, key=text_width)
        clocks = ["".join(widest if sign in _DIGITS else sign for sign in clock) for clock in clocks]
    write = time_writer(column.form, formats)
    if column.kind is ColumnType.TIME:
        return clocks
    if column.kind is ColumnType.DATE:
        return [write(day.isoformat()) or "" for day in moments.days]
    zones = (f"{NO_BREAK_SPACE}{zone.tzname(None)}" if zone else "" for zone in moments.zones)
    days = [formats.day(day) for day in moments.days]
    if not days:
        return []
    return [f"{max(days, key=text_width)}, {max(clocks, key=text_width)}{max(zones, key=text_width)}"]


def _widest_sums(column: Column, tally: Tally, formats: Formats) -> list[str]:
    if not column.summed or tally.numbers is None:
        return []
    write = number_writer(column.form, formats)
    sums: tuple[Decimal, ...] = (*tally.numbers.sums.values(),)
    return [write(number) for number in {min(sums), max(sums), tally.numbers.total}]
