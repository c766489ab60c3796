"""Hold a document of the fast path against the same one laid out by WeasyPrint alone, as a reader would see both."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from PIL import Image, ImageChops

from reports.engine.renderer import WeasyPrintRenderer
from tests.unit.engine.rendering import CREATED, PrintedReport, context, page_texts, printed, renderer, template

__all__ = ["CREATED", "Pair", "TableReport", "differences", "pair", "problems", "sampled_pages"]

SCALE = 2.0
"""Pixels for a point in the pictures that are compared."""

CLOSE = 48
"""Of 255: colours that differ by no more are taken for the same."""

MOST_SMOOTHED = 4e-3
"""Share of a picture's pixels that may differ since a letter or line is smoothed in another way: it is ``NEAR_PT``."""

MOST_OFF = 2e-5
"""Share of the pixels that may have a colour that none of their neighbours has."""

NEAR_PT = 0.15
"""What places may differ by. WeasyPrint rounds each letter's width to a thousandth of the font's size, at the first
size that it meets; with another size first, a line's letters come to add up to another place."""

STYLE = """
@page { size: A6 landscape; margin: 12mm 8mm 10mm;
  @top-left { content: "Ledger"; font: 6pt Inter }
  @bottom-right { content: "Page " counter(page) " of " counter(pages); font: 6pt Inter } }
html { font: 7pt/1.3 Inter; color: #222 }
h1 { font-size: 13pt; margin: 0 0 2mm }
table { width: 100%; border-collapse: separate; border-spacing: 0 }
tr { break-inside: avoid }
th { background: #012a4a; color: #fff; text-align: left }
th, td { padding: .6mm 1mm; border-bottom: .25mm solid #ccc }
"""
"""The look that reports here start from: small pages, so that a short table has many."""


@dataclass(frozen=True, slots=True)
class TableReport:
    """A report to lay out in both ways: a style after STYLE, the document's body, and its data."""

    body: str
    data: Mapping[str, Any]
    style: str = ""
    lang: str = "en"
    direction: str = "ltr"
    head: str = ""

    def folder(self, parent: Path) -> Path:
        """Write the report as a template's folder."""
        folder = parent / "ledger"
        folder.mkdir(exist_ok=True)
        (folder / "style.css").write_text(STYLE + self.style, "utf-8")
        (folder / "template.html.j2").write_text(
            f'<!doctype html><html lang="{self.lang}" dir="{self.direction}"><head><meta charset="utf-8">'
            f"<title>Ledger</title>{self.head}</head><body>{self.body}</body></html>",
            "utf-8",
        )
        return folder


@dataclass(frozen=True, slots=True)
class Pair:
    """A report as both ways made it."""

    fast: PrintedReport
    plain: PrintedReport


def pair(report: TableReport, parent: Path) -> Pair:
    """Lay out a report in both ways; ``parent`` is a folder for its template."""
    described = template(report.folder(parent))
    fast, plain = (printed(each, described, report.data, context()) for each in (renderer(), _plain_renderer()))
    assert plain.layout["path"] == "plain"
    return Pair(fast, plain)


@cache
def _plain_renderer() -> WeasyPrintRenderer:
    return WeasyPrintRenderer(long_tables=False)


def differences(made: Pair, *, pages: Callable[[int], Sequence[int]] | None = None) -> list[str]:
    """List the differences of a report's two documents; nothing when they are the same.

    Text and links are compared on every page; pictures on those that ``pages`` chooses by their number.
    """
    fast, plain = made.fast.pdf, made.plain.pdf
    texts = page_texts(fast), page_texts(plain)
    if len(texts[0]) != len(texts[1]) or made.fast.pages != len(texts[0]):
        counts = len(texts[0]), made.fast.pages, len(texts[1])
        return ["{} pages ({} said) instead of {}".format(*counts), *_first(_unlike_texts(*texts))]
    chosen = (pages or sampled_pages)(len(texts[0]))
    return [
        *_first(_unlike_texts(*texts)),
        *_first(_unlike_places(fast, plain, chosen)),
        *_first(_unlike_pictures(fast, plain, chosen)),
        *_unlike_descriptions(fast, plain),
    ]


def sampled_pages(count: int) -> list[int]:
    """Choose pages, from zero: the first and last two, and one in the middle."""
    return sorted({0, 1, count // 2, count - 2, count - 1} & set(range(count)))


def problems(pdf: bytes) -> list[str]:
    """Return what a strict reader has against a PDF."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        return [*document.check_pdf_syntax(), *map(str, document.get_warnings())]


def _first(found: Iterator[str], most: int = 3) -> list[str]:
    return [each for each, _ in zip(found, range(most), strict=False)]


def _unlike_texts(fast: Sequence[str], plain: Sequence[str]) -> Iterator[str]:
    for number, texts in enumerate(zip_longest(fast, plain, fillvalue=""), 1):
        lines = [[" ".join(line.split()) for line in text.splitlines()] for text in texts]
        for ours, theirs in zip_longest(*lines, fillvalue=""):
            if ours != theirs:
                yield f"page {number}: the text {ours!r} instead of {theirs!r}"
                break


def _unlike_pictures(fast: bytes, plain: bytes, chosen: Sequence[int]) -> Iterator[str]:
    for number, ours, theirs in zip(chosen, _pictures(fast, chosen), _pictures(plain, chosen), strict=True):
        if ours.size != theirs.size:
            yield f"page {number + 1}: {ours.size} pixels instead of {theirs.size}"
            continue
        smoothed = _share(ImageChops.difference(ours, theirs))
        if not smoothed:
            continue
        off = max(_share(_beyond(ours, theirs)), _share(_beyond(theirs, ours)))
        if smoothed > MOST_SMOOTHED or off > MOST_OFF:
            yield f"page {number + 1}: {smoothed:.3%} of the picture differ, {off:.4%} from all around them"


def _share(difference: Image.Image) -> float:
    """Return the share of pixels that have a colour which differs by more than CLOSE."""
    red, green, blue = (each.point(lambda value: 255 * (value > CLOSE)) for each in difference.split())
    same: int = ImageChops.lighter(ImageChops.lighter(red, green), blue).histogram()[0]
    return 1 - same / (difference.width * difference.height)


def _beyond(one: Image.Image, other: Image.Image) -> Image.Image:
    """Return by how much each pixel of a picture is lighter or darker than those around the other's same place."""
    lighter = ImageChops.subtract(one, _lightest_near(other))
    darkest = ImageChops.invert(_lightest_near(ImageChops.invert(other)))
    return ImageChops.lighter(lighter, ImageChops.subtract(darkest, one))


def _lightest_near(picture: Image.Image) -> Image.Image:
    """Return for each pixel the lightest of its own and the eight around it: a tenth of the time of ``MaxFilter``."""
    width, height = picture.size
    for x, y in ((1, 0), (0, 1)):
        # What lies beyond the edge is black, so that it is never the lightest.
        beside = [picture.crop((at * x, at * y, width + at * x, height + at * y)) for at in (-1, 1)]
        picture = ImageChops.lighter(picture, ImageChops.lighter(*beside))
    return picture


def _unlike_places(fast: bytes, plain: bytes, chosen: Sequence[int]) -> Iterator[str]:
    for number, ours, theirs in zip(chosen, _letters(fast, chosen), _letters(plain, chosen), strict=True):
        for mine, right in zip(ours, theirs, strict=False):
            if mine[0] == right[0] and not _near(mine, right):
                yield f"page {number + 1}: the letter {mine[0]!r} at {mine[1:]} instead of {right[1:]}"
                break


def _letters(pdf: bytes, chosen: Sequence[int]) -> Iterator[list[tuple[str, float, float, float, float]]]:
    """Yield for each page its letters in order, each with its left, bottom, right and top."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in chosen:
            page = document[number].get_textpage()
            text = page.get_text_range()
            yield [(each, *page.get_charbox(index)) for index, each in enumerate(text) if not each.isspace()]
    finally:
        document.close()


def _pictures(pdf: bytes, chosen: Sequence[int]) -> Iterator[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        for number in chosen:
            yield document[number].render(scale=SCALE).to_pil().convert("RGB")
    finally:
        document.close()


def _unlike_descriptions(fast: bytes, plain: bytes) -> list[str]:
    with pikepdf.open(io.BytesIO(fast)) as ours, pikepdf.open(io.BytesIO(plain)) as theirs:
        found = []
        for name, described in (
            ("metadata", _metadata),
            ("outline", _outline),
            ("links", _links),
            ("page boxes", _page_boxes),
        ):
            mine, right = described(ours), described(theirs)
            found += [
                f"{name}: {one!r} instead of {other!r}"
                for one, other in zip_longest(mine, right)
                if not _near(one, other)
            ][:2]
        return found


def _metadata(document: pikepdf.Pdf) -> list[object]:
    root = document.Root
    entries = sorted((key, str(value)) for key, value in document.docinfo.items())
    catalog = [(key, repr(root[key])) for key in ("/Lang", "/ViewerPreferences", "/MarkInfo") if key in root]
    return [*entries, *catalog, root.Metadata.read_bytes(), document.pdf_version]


def _outline(document: pikepdf.Pdf) -> list[object]:
    pages = {page.objgen: number for number, page in enumerate(document.pages)}

    def entries(parent: Any, depth: int) -> Iterator[object]:
        entry = parent.get("/First")
        while entry is not None:
            page, _, x, y, _ = entry.Dest
            yield depth, str(entry.Title), int(entry.get("/Count", 0)), pages[page.objgen], float(x), float(y)
            yield from entries(entry, depth + 1)
            entry = entry.get("/Next")

    return list(entries(document.Root.Outlines, 0)) if "/Outlines" in document.Root else []


def _links(document: pikepdf.Pdf) -> list[object]:
    return [
        (
            *(number, str(link.A.URI) if "/A" in link else repr(link.get("/Dest"))),
            # What a link says stands only in documents with a structure.
            str(link.get("/Contents", "")) if "/StructTreeRoot" in document.Root else "",
            *_corners(*map(float, link.Rect)),
        )
        for number, page in enumerate(document.pages)
        for link in page.obj.get("/Annots", [])
    ]


def _corners(x1: float, y1: float, x2: float, y2: float) -> tuple[float, float, float, float]:
    """Put the corners of a rectangle in order, which a PDF may give in any."""
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _page_boxes(document: pikepdf.Pdf) -> list[object]:
    return [(*map(float, page.mediabox), *map(float, page.trimbox)) for page in document.pages]


def _near(one: object, other: object) -> bool:
    if isinstance(one, float) and isinstance(other, float):
        return abs(one - other) < NEAR_PT
    if isinstance(one, tuple) and isinstance(other, tuple):
        return len(one) == len(other) and all(map(_near, one, other))
    return one == other
