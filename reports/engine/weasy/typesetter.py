"""Have WeasyPrint lay out a document, and keep what its public interface throws away."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any
from xml.etree.ElementTree import Element

import cssselect2
from weasyprint import CSS, DEFAULT_OPTIONS, HTML
from weasyprint import document as weasyprint_document
from weasyprint.css.counters import CounterStyle
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure.build import build_formatting_structure
from weasyprint.html import get_html_metadata
from weasyprint.layout import layout_document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

from reports.engine.weasy.fixed_columns import set_column_widths

# High enough for some thousand rows. Nothing else has to fit on a page of this kind.
_TALL_PX = 20_000_000
_MARGIN_BOXES = [
    f"@{name} {{ content: none !important }}"
    for side, ends in (
        ("top", ("left-corner", "left", "center", "right", "right-corner")),
        ("bottom", ("left-corner", "left", "center", "right", "right-corner")),
        ("left", ("top", "middle", "bottom")),
        ("right", ("top", "middle", "bottom")),
    )
    for name in (f"{side}-{end}" for end in ends)
]


@dataclass(frozen=True, slots=True)
class LaidOutDocument:
    """A document as WeasyPrint laid it out."""

    document: Any
    context: Any
    rows: tuple[tuple[Element, ...], ...]
    _built: list[Any] = field(default_factory=list)
    _built_cells: dict[Element, Any] = field(default_factory=dict)

    @property
    def pages(self) -> Sequence[Any]:
        """Return WeasyPrint's pages."""
        return self.document.pages  # type: ignore[no-any-return]

    @property
    def base_url(self) -> str:
        """Return the address that links are relative to."""
        return self.document._html.base_url  # type: ignore[no-any-return]

    def built_cell(self, element: Element) -> Any:
        """Return the box of a cell as it was before it was laid out. Raises KeyError once these are forgotten."""
        if not self._built_cells:
            cells = (box for root in self._built for box in root.descendants() if isinstance(box, boxes.TableCellBox))
            self._built_cells.update((box.element, box) for box in cells)
        return self._built_cells[element]

    def forget_built(self) -> None:
        """Let go of the boxes as they were before they were laid out."""
        self._built.clear()
        self._built_cells.clear()

    def rows_of(self, table: int) -> list[list[tuple[int, Any]]]:
        """Return for each page the rows of a table that stand on it, as indexes and boxes."""
        numbers = {element: number for number, element in enumerate(self.rows[table])}
        return [
            [
                (numbers[box.element], box)
                for box in page._page_box.descendants()
                if isinstance(box, boxes.TableRowBox) and box.element in numbers
            ]
            for page in self.pages
        ]


@dataclass(slots=True)
class Typesetter:
    """Lay out documents that have the style of one template."""

    base_url: str
    fetcher: URLFetcher
    fonts: FontConfiguration
    sheets: list[CSS]
    counters: CounterStyle
    variant: str | None
    _cache: dict[Any, Any] = field(default_factory=dict)
    _tall: dict[tuple[float, ...], CSS] = field(default_factory=dict)

    def parse(self, html: str) -> Element:
        """Turn HTML into its tree."""
        return HTML(string=html, base_url=self.base_url, url_fetcher=self.fetcher).etree_element  # type: ignore[no-any-return]

    def lay_out(self, root: Element, rows: tuple[tuple[Element, ...], ...]) -> LaidOutDocument:
        """Lay out a document, page by page."""
        return self._laid_out(root, rows, self.sheets)

    def lay_out_tall(self, root: Element, rows: tuple[tuple[Element, ...], ...], like: Any) -> LaidOutDocument:
        """Lay out a document on a page as wide as another, without an end and without running lines."""
        sides = {
            f"{name}-{side}": getattr(like, f"{name}_{side}{'_width' if name == 'border' else ''}")
            for name in ("margin", "padding", "border")
            for side in ("left", "right")
        }
        key = (like.margin_width(), *sides.values())
        if key not in self._tall:
            lengths = "".join(
                f"{name}{'-width' if name.startswith('border') else ''}: {value!r}px !important;"
                for name, value in sides.items()
            )
            size = f"size: {key[0]!r}px {_TALL_PX}px !important; {lengths}"
            rules = "\n".join(
                f"@page {selector} {{ {size} {' '.join(_MARGIN_BOXES)} }}"
                for selector in ("", ":first", ":left", ":right")
            )
            self._tall[key] = CSS(string=rules, font_config=self.fonts)
        return self._laid_out(root, rows, [*self.sheets, self._tall[key]], keeps_built=True)

    def _laid_out(
        self, root: Element, rows: tuple[tuple[Element, ...], ...], sheets: list[CSS], *, keeps_built: bool = False
    ) -> LaidOutDocument:
        html = HTML(string="<html lang=en>", base_url=self.base_url, url_fetcher=self.fetcher)
        html.wrapper_element = cssselect2.ElementWrapper.from_html_root(root, content_language=None)
        html.etree_element = html.wrapper_element.etree_element
        options = {**DEFAULT_OPTIONS, "stylesheets": sheets, "pdf_variant": self.variant, "cache": self._cache}
        counters = self.counters.copy()
        build_context = weasyprint_document.Document._build_layout_context
        context = build_context(html, self.fonts, counters, {}, options)
        box = build_formatting_structure(
            html.etree_element,
            context.style_for,
            context.get_image_from_uri,
            html.base_url,
            context.target_collector,
            counters,
            context.footnotes,
        )
        set_column_widths(box)
        pages = [weasyprint_document.Page(page) for page in layout_document(html, box, context)]
        metadata = weasyprint_document.DocumentMetadata(**get_html_metadata(html))
        document = weasyprint_document.Document(pages, metadata, self.fetcher, self.fonts, {}, None)
        document._html = html
        return LaidOutDocument(document, context, rows, [box] if keeps_built else [])


def box_of(page: Any) -> Any:
    """Return the box of a page."""
    return page._page_box


def table_of(page: Any, row: Any) -> Any:
    """Return the table box that a row stands in."""
    return next(
        box
        for box in page._page_box.descendants()
        if isinstance(box, boxes.TableBox) and any(row is found for group in box.children for found in group.children)
    )


def path_to(box: Any, target: Any) -> Iterator[Any]:
    """Yield the boxes from one down to another that it contains; nothing when it does not."""
    if box is target:
        yield box
        return
    for child in getattr(box, "children", ()):
        below = list(path_to(child, target))
        if below:
            yield box
            yield from below
            return
