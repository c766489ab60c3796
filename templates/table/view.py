"""Prepare rows nobody has described: columns, formats, groups, sums, and a page they fit on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import PurePosixPath
from typing import Any

from reports.engine.formats import MISSING, Formats
from reports.errors import InvalidDataError, Violation
from reports.model import RenderContext

from .columns import Column, Kind, infer_columns, is_missing, moment_of, number_of, text_of
from .widths import Texts, choose_layout

MAX_COLUMNS = 200
MAX_CELL = 2_000
_TALL = 400  # characters in a cell from which on its row may be cut by a page
_MAX_TILES = {False: 2, True: 3}

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Cell:
    """Be a cell as printed; ``style`` is its CSS class."""

    text: str
    style: str


@dataclass(frozen=True, slots=True)
class Group:
    """Be rows that belong together; ``label`` is None when the table has no groups."""

    label: str | None
    count: int
    rows: Sequence[Sequence[Cell]]
    sums: Sequence[str | None]


def view(data: Row, context: RenderContext) -> dict[str, Any]:
    """Return what the template prints. Raises InvalidDataError for columns that are too many or missing."""
    rows: Sequence[Row] = data["rows"]
    group_by: str | None = data.get("group_by")
    every = infer_columns(rows, data.get("columns"))
    columns = [column for column in every if column.key != group_by]
    _check(rows, columns, group_by)
    formats = Formats.of(context.locale)
    groups = [_group(label, members, columns, formats) for label, members in _grouped(rows, group_by, formats).items()]
    totals = _sums(rows, columns, formats)
    layout = choose_layout(_texts(columns, groups, totals), data.get("paper", "A4"))
    source = PurePosixPath(context.source).name
    return {
        "title": context.title or data.get("title") or source or None,
        "subtitle": data.get("subtitle"),
        "organisation": data.get("organisation"),
        "footnote": data.get("footnote"),
        "source": source,
        "columns": columns,
        "layout": layout,
        "groups": groups,
        "row_count": len(rows),
        "sums": totals if any(totals) else None,
        "tiles": _tiles(rows, columns, formats)[: _MAX_TILES[layout.is_landscape]],
        "tall": _TALL,
        "leading": next((i for i, column in enumerate(columns) if column.summed), len(columns)),
    }


def _check(rows: Sequence[Row], columns: Sequence[Column], group_by: str | None) -> None:
    if len(columns) > MAX_COLUMNS:
        raise InvalidDataError(
            "table",
            [Violation("/rows", f"has {len(columns)} columns; choose at most {MAX_COLUMNS} of them with `columns`")],
        )
    if rows and not columns:
        raise InvalidDataError("table", [Violation("/rows", "has no columns to print")])
    if group_by is not None and rows and not any(group_by in row for row in rows):
        raise InvalidDataError("table", [Violation("/group_by", "names a column that no row has")])


def _grouped(rows: Sequence[Row], group_by: str | None, formats: Formats) -> dict[str | None, list[Row]]:
    """Gather rows by the printed value of a column, in the order values are first seen."""
    if group_by is None:
        return {None: list(rows)} if rows else {}
    groups: dict[str | None, list[Row]] = {}
    for row in rows:
        value = row.get(group_by)
        label = MISSING if is_missing(value) else _group_label(value, formats)
        groups.setdefault(label, []).append(row)
    return groups


def _group_label(value: object, formats: Formats) -> str:
    moment = moment_of(value)
    return formats.day(moment, "long") if moment else _shortened(text_of(value))


def _group(label: str | None, rows: Sequence[Row], columns: Sequence[Column], formats: Formats) -> Group:
    cells = [[_cell(column, row.get(column.key), formats) for column in columns] for row in rows]
    return Group(label, len(rows), cells, _sums(rows, columns, formats) if label is not None else ())


def _cell(column: Column, value: object, formats: Formats) -> Cell:
    if is_missing(value):
        return Cell(MISSING, "num muted" if column.kind is Kind.NUMBER else "muted")
    number = number_of(value) if column.kind is Kind.NUMBER else None
    if number is not None:
        return Cell(formats.number(number, column.decimals), "num bad" if number < 0 else "num")
    moment = moment_of(value) if column.kind in (Kind.DATE, Kind.MOMENT) else None
    if moment is not None:
        text = formats.day(moment) if column.kind is Kind.DATE else formats.moment(moment)
        return Cell(text, "keep")
    if isinstance(value, bool):
        return Cell("✓" if value else "✗", "mark")
    return Cell(_shortened(text_of(value)), "keep" if column.compact else "")


def _shortened(text: str) -> str:
    """Cut a cell that would fill pages by itself, and say so."""
    return text if len(text) <= MAX_CELL else f"{text[:MAX_CELL]}… ({len(text):,})"


def _sums(rows: Sequence[Row], columns: Sequence[Column], formats: Formats) -> list[str | None]:
    return [
        formats.number(sum(_numbers(rows, column), Decimal(0)), column.decimals) if column.summed else None
        for column in columns
    ]


def _numbers(rows: Sequence[Row], column: Column) -> list[Decimal]:
    return [number for row in rows if (number := number_of(row.get(column.key))) is not None]


def _tiles(rows: Sequence[Row], columns: Sequence[Column], formats: Formats) -> list[dict[str, str]]:
    """Sum up the columns that can be: the last ones, as those are what tables lead up to."""
    tiles = []
    for column in [column for column in columns if column.summed][-_MAX_TILES[True] :]:
        numbers, places = _numbers(rows, column), column.decimals
        total = sum(numbers, Decimal(0))
        tiles.append(
            {
                "label": column.label,
                "sum": formats.number(total, places),
                "count": formats.number(len(numbers)),
                "lowest": formats.number(min(numbers), places),
                "highest": formats.number(max(numbers), places),
                "mean": formats.number(total / len(numbers), min(places + 1, 6) if places < 2 else places),
            }
        )
    return tiles


def _texts(columns: Sequence[Column], groups: Sequence[Group], totals: Sequence[str | None]) -> list[Texts]:
    rows = [row for group in groups for row in group.rows]
    every_sum = [group.sums for group in groups if group.sums] + [totals]
    return [
        Texts(
            label=column.label,
            cells=[row[i].text for row in rows],
            sums=[text for sums in every_sum if (text := sums[i])],
            wraps=column.kind is Kind.TEXT and not column.compact,
            is_number=column.kind is Kind.NUMBER,
        )
        for i, column in enumerate(columns)
    ]
