"""Keep a document with placeholders for its rows, and make of it documents with any choice of rows."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from xml.etree.ElementTree import Element

from reports.engine.templating.rows_tag import without_marks
from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.fixed_columns import fix_columns

_PLACE = "data-long-table"
ParseHTML = Callable[[str], Element]
"""Turn HTML into its tree, as WeasyPrint does."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row to put into a document.

    A ``hidden`` one gives no boxes, but counts for selectors such as ``:nth-child()`` and ``+``.
    """

    html: str
    hidden: bool = False
    on_new_page: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A document, and for each long table the elements of the rows that were put into it."""

    root: Element
    rows: tuple[tuple[Element, ...], ...]


class Blueprint:
    """The document around the long tables. Raises UnsupportedTableError for a tag that stands in no table."""

    def __init__(self, html: str, parse: ParseHTML) -> None:
        self._parse = parse
        self.root = parse(html)
        self._widths: dict[int, tuple[float, tuple[float, ...]]] = {}
        places = self.root.findall(f".//tr[@{_PLACE}]")
        if sorted(int(place.get(_PLACE, "-1")) for place in places) != list(range(len(places))) or not places:
            raise UnsupportedTableError("the rows do not stand in a table")

    def fix_widths(self, table: int, table_width: float, widths: Sequence[float]) -> None:
        """Give a table and its columns these widths, in px, in all documents that are made from now on."""
        self._widths[table] = table_width, tuple(widths)

    def widths(self, table: int) -> tuple[float, ...]:
        """Return the widths that the columns of a table were given."""
        return self._widths[table][1]

    def document(self, rows: Sequence[Iterable[Row]]) -> Draft:
        """Return the whole document with these rows in each of its long tables."""
        root = copy.deepcopy(self.root)
        return Draft(root, tuple(self._fill(root, number, chosen) for number, chosen in enumerate(rows)))

    def specimen(self, table: int, rows: Iterable[Row]) -> Draft:
        """Return a document that shows nothing but one table with these rows, in the place where it stands."""
        root = copy.deepcopy(self.root)
        place = _place(root, table)
        others = [place for place in root.iter("tr") if place.get(_PLACE) not in (None, str(table))]
        for other in others:
            _hide(other)
        parents = _parents(root)
        element = place
        while element.tag != "table":
            element = parents[element]
        while element.tag != "body" and (parent := parents.get(element)) is not None:
            parent.text = None
            for sibling in parent:
                sibling.tail = None
                if sibling is not element:
                    _hide(sibling)
            element = parent
        return Draft(root, (*((),) * table, self._fill(root, table, rows)))

    def _fill(self, root: Element, table: int, rows: Iterable[Row]) -> tuple[Element, ...]:
        place = _place(root, table)
        parents = _parents(root)
        group = parents[place]
        chosen = list(rows)
        elements = self._elements([row.html for row in chosen])
        for row, element in zip(chosen, elements, strict=True):
            if row.hidden:
                _hide(element)
            if row.on_new_page:
                _add_style(element, "break-before: page !important")
        at = list(group).index(place)
        group[at : at + 1] = elements
        if table in self._widths:
            fix_columns(parents[group], *self._widths[table])
        return tuple(elements)

    def _elements(self, rows: Sequence[str]) -> list[Element]:
        tree = self._parse(f"<table><tbody>{without_marks(''.join(rows))}</tbody></table>")
        group = tree.find(".//tbody")
        elements = [] if group is None else list(group)
        if len(elements) != len(rows) or any(element.tag != "tr" for element in elements):
            raise UnsupportedTableError("a line of the table is not one row")
        for element in elements:
            element.tail = None
        return elements


def _place(root: Element, table: int) -> Element:
    place = root.find(f".//tr[@{_PLACE}='{table}']")
    assert place is not None
    return place


def _parents(root: Element) -> dict[Element, Element]:
    return {child: parent for parent in root.iter() for child in parent}


def _hide(element: Element) -> None:
    _add_style(element, "display: none !important")


def _add_style(element: Element, declaration: str) -> None:
    element.set("style", f"{element.get('style', '')};{declaration}".lstrip(";"))
