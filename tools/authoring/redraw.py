"""Draw a template again whenever it has changed, with a warm engine, and keep its pages as pictures."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

import pypdfium2
from PIL import Image, ImageChops

from reports.catalog.catalog import Catalog
from reports.catalog.template_folder import LABELS, is_template
from reports.engine.checks.reading import located_once, read_findings, style_findings, text_of
from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.template_code import shared_of
from reports.errors import InvalidDataError, PressrunError, UnknownTemplateError
from reports.findings import Finding
from reports.render_contract import RenderContext, Template
from tools.authoring.cases import Case, cases_of, with_many_rows
from tools.authoring.check import NOON, Checker
from tools.authoring.origins.word_map import NotTraceableError, WordMap

_SCALE = 1.6
"""Pixels of a page's picture for each point of the page: sharp where a page is as wide as a window."""

_COMPARED_SCALE = 0.5
_MOST_COMPARED = 60
_VISIBLE = 24
_MOST_KEPT = 24
_MOST_FOLLOWED = 60
_MANY_ROWS = 5_000
_Read = tuple[Catalog, Template, Mapping[str, Any]]


@dataclass(slots=True)
class Drawing:
    """A report as it was drawn: the PDF, the sizes of its pages, and where each differs from the one before."""

    number: int
    pdf: bytes
    sizes: Sequence[tuple[int, int]]
    changes: Sequence[tuple[float, float, float, float] | None]
    small: Sequence[Image.Image]
    made_of: tuple[Template, Case, dict[Path, int]]
    pictures: dict[int, bytes] = field(default_factory=dict)
    words: WordMap | None = None


class Studio:
    """The templates of a folder, drawn one at a time: neither WeasyPrint nor PDFium is made for threads."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self._lock = threading.Lock()
        self._checker = Checker(self.folder)
        self._drawings: dict[int, Drawing] = {}
        self._latest: dict[str, int] = {}
        self._seen: dict[str, dict[Path, int]] = {}
        self._read_before: dict[str, tuple[dict[Path, int], _Read]] = {}
        self._cases_of: dict[str, tuple[Catalog, list[Case]]] = {}
        self._count = 0

    def names(self) -> list[str]:
        """Return the names of all templates, in order or not."""
        return sorted(each.name for each in self.folder.glob("*") if is_template(each))

    def stamp(self) -> str:
        """Return a text that changes whenever a file does."""
        return str(hash(tuple(sorted(self._stamps(self.folder).items()))))

    def choices(self, name: str) -> dict[str, Any]:
        """Return the cases, languages and papers that a template can be drawn in. Raises PressrunError."""
        catalog, template, labels = self._read(name)
        cases = [each.name for each in self._cases(catalog, template) if each.name.partition(" in ")[0] != "sample"]
        paper = template.schema.get("properties", {}).get("paper", {})
        return {
            "cases": ["sample", *cases],
            "locales": list(dict.fromkeys(["en", *labels, "ar"])),
            "papers": paper.get("enum", []) if isinstance(paper, dict) else [],
            "sample": catalog.sample(name),
        }

    def draw(self, name: str, case: str, locale: str, paper: str, data: Any = None) -> dict[str, Any]:
        """Draw a report, and return what there is to see. After a mistake, these are the pages of the last good one.

        Raises UnknownTemplateError.
        """
        if name not in self.names():
            raise UnknownTemplateError(name, self.names())
        key = json.dumps([name, case, locale, paper])
        began = process_time()
        with self._lock:
            findings: list[Finding] = []
            try:
                template, values = self._data(name, case, paper, data)
                findings = self._draw(key, template, Case(case, values, locale))
            except InvalidDataError as error:
                findings = [Finding(f"{name}/sample.json", None, each.message, path=each.pointer)
                            for each in error.violations]  # fmt: skip
            except PressrunError as error:
                findings = [each for each in read_findings(self.folder, name) if each.severity == "error"] or [
                    Finding(name, None, error.message)
                ]
            latest = self._drawings.get(self._latest.get(key, 0))
        return {
            "drawing": latest.number if latest else None,
            "is_good": not any(
                each.severity == "error" and not each.message.startswith("Text is lost") for each in findings
            ),
            "pages": [
                {"width": width, "height": height, "change": change}
                for (width, height), change in (zip(latest.sizes, latest.changes, strict=True) if latest else ())
            ],
            "findings": _shown(located_once(findings, self.folder)),
            "cpu_ms": round((process_time() - began) * 1000),
        }

    def findings(self, name: str) -> list[dict[str, Any]]:
        """Return what is known of a template without a render. Raises UnknownTemplateError."""
        if name not in self.names():
            raise UnknownTemplateError(name, self.names())
        with self._lock:
            return _shown([*read_findings(self.folder, name), *style_findings(self.folder, name)])

    def picture(self, number: int, page: int) -> bytes:
        """Return a page as PNG. Raises KeyError or IndexError."""
        drawing = self._drawings[number]
        if page not in range(len(drawing.sizes)):
            raise IndexError(page)
        with self._lock:
            if page not in drawing.pictures:
                drawing.pictures[page] = _png(_bitmaps(drawing.pdf, [page], _SCALE)[0])
            return drawing.pictures[page]

    @contextmanager
    def words(self, number: int) -> Iterator[WordMap]:
        """Give the words of a report, which can be followed to their origins. Raises KeyError or NotTraceableError."""
        drawing = self._drawings[number]
        template, case, stamps = drawing.made_of
        with self._lock:
            if drawing.words is None:
                if len(drawing.sizes) > _MOST_FOLLOWED:
                    raise NotTraceableError(f"Words are followed in reports of up to {_MOST_FOLLOWED} pages.")
                if stamps != self._stamps_of(template.name):
                    raise NotTraceableError("The template has changed since these pages were drawn.")
                # Only rows that are laid out with all others have boxes to look at.
                renderer = WeasyPrintRenderer(long_tables=False, quotes_data=True, workers=1)
                drawing.words = WordMap(renderer, template, case.data, RenderContext("check", NOON, case.locale))
            yield drawing.words

    def sources(self, name: str) -> dict[str, list[str]]:
        """Return the lines of a template's documents, and of those that templates share."""
        paths = [*(self.folder / name).rglob("*.j2"), *shared_of(self.folder / name).rglob("*.j2")]
        return {f"{each.parent.name}/{each.name}": text_of(each).split("\n") for each in sorted(paths)}

    def pdf(self, number: int) -> bytes:
        """Return a report. Raises KeyError."""
        return self._drawings[number].pdf

    def _draw(self, key: str, template: Template, case: Case) -> list[Finding]:
        self._forget_what_changed(template.name)
        pdf = bytearray()
        report, findings = self._checker.rendered(template, case, pdf.extend, is_fresh=False, looks=False)
        if report is not None:
            self._count += 1
            before = self._drawings.get(self._latest.get(key, 0))
            made_of = template, case, self._stamps_of(template.name)
            drawing = _drawing(self._count, bytes(pdf), before, made_of)
            self._drawings[self._count] = drawing
            self._latest[key] = self._count
            while len(self._drawings) > _MOST_KEPT:
                self._drawings.pop(next(iter(self._drawings)))
        return findings

    def _read(self, name: str) -> _Read:
        """Read a folder's JSON anew only when a save has changed some: to check a schema takes a tenth of a second."""
        stamps = {path: when for path, when in self._stamps(self.folder / name).items() if path.suffix == ".json"}
        known = self._read_before.get(name)
        if known is None or known[0] != stamps:
            catalog = Catalog(self.folder)
            template = catalog.get(name)
            labels = template.folder / LABELS
            texts = json.loads(labels.read_text("utf-8-sig")) if labels.is_file() else {}
            known = self._read_before[name] = (stamps, (catalog, template, texts))
        return known[1]

    def _cases(self, catalog: Catalog, template: Template) -> list[Case]:
        """Return the cases, made once for what was read: to check 5,000 rows against a schema takes its time."""
        known = self._cases_of.get(template.name)
        if known is None or known[0] is not catalog:
            many = [with_many_rows(catalog, template), with_many_rows(catalog, template, _MANY_ROWS)]
            cases = [*cases_of(catalog, template, {}), *(each for each in many if each is not None)]
            known = self._cases_of[template.name] = (catalog, cases)
        return known[1]

    def _data(self, name: str, case: str, paper: str, data: Any) -> tuple[Template, Mapping[str, Any]]:
        """Return a template, and the data of a case, or those of the page, on a paper. Raises PressrunError."""
        catalog, template, _ = self._read(name)
        if data is None:
            known = {"sample": catalog.sample(name)}
            if case != "sample":
                known |= {each.name: each.data for each in self._cases(catalog, template)}
            data = known.get(case, known["sample"])
        if paper:
            data = {**data, "paper": paper}
        catalog.validate(template, data)
        return template, dict(data)

    def _forget_what_changed(self, name: str) -> None:
        """Have the engine read anew what a save has changed, and no more: a style takes as long as a page."""
        path = self.folder / name
        now = self._stamps_of(name)
        before = self._seen.get(name, now)
        self._seen[name] = now
        changed = {each for each in now.keys() | before.keys() if now.get(each) != before.get(each)}
        if changed:
            has_style = any(each.suffix not in (".j2", ".json", ".py") for each in changed)
            self._checker.forget(path, style=has_style)

    def _stamps_of(self, name: str) -> dict[Path, int]:
        return {**self._stamps(self.folder / name), **self._stamps(self.folder / "_shared")}

    @staticmethod
    def _stamps(folder: Path) -> dict[Path, int]:
        stamps: dict[Path, int] = {}
        for each in folder.rglob("*"):
            if "__pycache__" not in each.parts and not each.name.startswith(".") and each.is_file():
                try:
                    stamps[each] = each.stat().st_mtime_ns
                except OSError:
                    continue  # an editor has just replaced it
        return stamps


def _drawing(
    number: int, pdf: bytes, before: Drawing | None, made_of: tuple[Template, Case, dict[Path, int]]
) -> Drawing:
    document = pypdfium2.PdfDocument(pdf)
    try:
        sizes = [(round(width), round(height)) for width, height in map(document.get_page_size, range(len(document)))]
    finally:
        document.close()
    small = _bitmaps(pdf, range(min(len(sizes), _MOST_COMPARED)), _COMPARED_SCALE)
    changes: list[tuple[float, float, float, float] | None] = [None] * len(sizes)
    if before is not None:
        for page, picture in enumerate(small):
            changes[page] = _change(picture, before.small[page] if page < len(before.small) else None)
    return Drawing(number, pdf, sizes, changes, small, made_of)


def _change(now: Image.Image, before: Image.Image | None) -> tuple[float, float, float, float] | None:
    """Return the part of a page that is another one, as left, top, right and bottom from 0 to 1."""
    if before is None or before.size != now.size:
        return (0, 0, 1, 1)
    difference = ImageChops.difference(now, before).point(lambda value: 255 if value > _VISIBLE else 0)
    box = difference.getbbox()
    if box is None:
        return None
    width, height = now.size
    return box[0] / width, box[1] / height, box[2] / width, box[3] / height


def _bitmaps(pdf: bytes, pages: Sequence[int], scale: float) -> list[Image.Image]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        grey = scale == _COMPARED_SCALE
        return [document[page].render(scale=scale, grayscale=grey).to_pil() for page in pages]
    finally:
        document.close()


def _png(picture: Image.Image) -> bytes:
    file = io.BytesIO()
    picture.save(file, "PNG", compress_level=1)
    return file.getvalue()


def _shown(findings: Sequence[Finding]) -> list[dict[str, Any]]:
    return [
        {"severity": each.severity, "place": each.place, "lines": each.lines(), "message": each.message}
        for each in findings
    ]
