"""Give the columns of a table widths of ours, before WeasyPrint lays it out.

Its columns keep all else that their style says, such as borders that collapse with those of cells.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.css.properties import Dimension
from weasyprint.formatting_structure import boxes

_WIDTHS = "data-column-widths"


def fix_columns(table: Element, table_width: float, widths: Sequence[float]) -> None:
    """Have ``set_column_widths`` give a table and its columns these widths, in px."""
    layout = f"table-layout: fixed !important; width: {table_width!r}px !important; box-sizing: content-box"
    table.set("style", f"{table.get('style', '')};{layout}".lstrip(";"))
    table.set(_WIDTHS, " ".join(map(repr, widths)))


def set_column_widths(root: Any) -> None:
    """Set the widths of columns in the boxes of a document, for tables whose widths are fixed."""
    for box in (root, *root.descendants()):
        if isinstance(box, boxes.TableBox) and box.element is not None and (widths := box.element.get(_WIDTHS)):
            _set(box, [*map(float, widths.split())])


def _set(table: Any, widths: Sequence[float]) -> None:
    columns = [column for group in table.column_groups for column in group.children]
    if len(columns) < len(widths):
        group = boxes.TableColumnGroupBox.anonymous_from(table, [])
        group.grid_x = len(columns)
        missing = range(len(columns), len(widths))
        group.children = tuple(boxes.TableColumnBox.anonymous_from(group, []) for _ in missing)
        for grid_x, column in zip(missing, group.children, strict=True):
            column.grid_x = grid_x
        table.column_groups = (*table.column_groups, group)
        columns += group.children
    for index, column in enumerate(columns):
        column.style = column.style.copy()
        column.style["width"] = Dimension(widths[index] if index < len(widths) else 0, "px")
