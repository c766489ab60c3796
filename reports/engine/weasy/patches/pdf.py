"""Replace parts of how WeasyPrint writes a document, for pages that stand in the file and that it does not know."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any, NamedTuple, Protocol

import deflate
import pydyf
import weasyprint.pdf
from weasyprint.anchors import make_page_bookmark_tree
from weasyprint.document import Document
from weasyprint.matrix import Matrix

from reports.engine.weasy.patches import replaces

_LEVEL = 7
"""Of libdeflate: letters and invoices are as small as with zlib's level 9, in a quarter of its time."""


class Mark(Protocol):
    """An entry of the outline, with its place on its page in px."""

    @property
    def level(self) -> int: ...

    @property
    def label(self) -> str: ...

    @property
    def x(self) -> float: ...

    @property
    def y(self) -> float: ...

    @property
    def state(self) -> str: ...


class MarkedPage(Protocol):
    """A page with entries of the outline."""

    @property
    def bookmarks(self) -> Sequence[Mark]: ...


class MissingPages(NamedTuple):
    """Pages that WeasyPrint does not know: the number of its own page that follows them, and their height in px."""

    before: int
    height: float
    pages: Sequence[MarkedPage]


@replaces("weasyprint.document.Document.make_bookmark_tree", release="70.0")
def document_with_missing_pages(missing: Sequence[MissingPages]) -> type[Document]:
    """Return a kind of document that has the bookmarks of the missing pages, too.

    WeasyPrint makes the outline while it writes its own pages, and takes nothing in between. The missing pages have
    numbers above those that it knows, as their references stand behind theirs: see ``numbered_pdf``.
    """

    class WholeDocument(Document):  # type: ignore[misc]
        def make_bookmark_tree(self, scale: float = 1, transform_pages: bool = False) -> list[Any]:
            """See WeasyPrint."""
            root: list[Any] = []
            skipped: list[int] = []
            last_by_depth = [root]
            level, unknown = 0, len(self.pages)
            for number, page in enumerate(self.pages):
                for gap in missing:
                    if gap.before == number:
                        matrix = _matrix(gap.height, scale, transform_pages=transform_pages)
                        for found in gap.pages:
                            marks = [(m.level, m.label, (m.x, m.y), m.state) for m in found.bookmarks]
                            level = make_page_bookmark_tree(
                                SimpleNamespace(bookmarks=marks), skipped, last_by_depth, level, unknown, matrix
                            )
                            unknown += 1
                matrix = _matrix(page.height, scale, transform_pages=transform_pages)
                level = make_page_bookmark_tree(page, skipped, last_by_depth, level, number, matrix)
            return root

    return WholeDocument


def _matrix(height: float, scale: float, *, transform_pages: bool) -> Matrix:
    return Matrix(a=scale, d=-scale, f=height * scale) if transform_pages else Matrix(a=scale, d=scale)


@replaces("pydyf.PDF.add_object", "pydyf.PDF.page_references", release="70.0")
def numbered_pdf(*, base: int, unknown_pages: tuple[bytes, ...]) -> type[pydyf.PDF]:
    """Return a kind of PDF whose objects have numbers from ``base`` on, and that knows more pages than its own.

    The file has objects already, and pages that only their references stand for here.
    """

    class NumberedPDF(pydyf.PDF):  # type: ignore[misc]
        _known: int | None = None
        _references: tuple[bytes, ...] = ()

        def add_object(self, object_: Any) -> None:
            """See pydyf, whose first object is none: it stands for the free ones, and is not written."""
            object_.number = base - 1 + len(self.objects)
            self.objects.append(object_)

        @property
        def page_references(self) -> tuple[bytes, ...]:
            """See pydyf, which makes this list anew each time it is asked for."""
            known = self.pages["Count"]
            if self._known != known:
                self._known = known
                self._references = super().page_references + unknown_pages
            return self._references

    return NumberedPDF


@replaces("weasyprint.pdf.pydyf", release="70.0")
@contextmanager
def pdf_class(kind: type[pydyf.PDF]) -> Iterator[None]:
    """Have WeasyPrint make another kind of pydyf.PDF meanwhile, which it has no option for."""
    original = weasyprint.pdf.pydyf
    names = {name: getattr(original, name) for name in dir(original) if not name.startswith("__")}
    weasyprint.pdf.pydyf = SimpleNamespace(**{**names, "PDF": kind})
    try:
        yield
    finally:
        weasyprint.pdf.pydyf = original


@replaces("pydyf.Stream.data", "pydyf.Dictionary.data", "pydyf.zlib", release="70.0")
def pdf_written_once() -> type[pydyf.PDF]:
    """Return a kind of PDF whose objects are compressed and written out once, by libdeflate.

    For the identifier of a file, pydyf asks for the bytes of all its objects once more, and has each stream compressed
    again for that. Nothing changes while a file is written, so that the first answer holds until its end. zlib, at the
    level that pydyf asks for, takes four times as long, and makes the same size.
    """

    class WrittenOnce(pydyf.PDF):  # type: ignore[misc]
        def write(self, *arguments: Any, **options: Any) -> None:
            """See pydyf."""
            with _answers_kept(), _compressing_quickly():
                super().write(*arguments, **options)

    return WrittenOnce


@contextmanager
def _compressing_quickly() -> Iterator[None]:
    original = pydyf.zlib
    pydyf.zlib = SimpleNamespace(compressobj=lambda level: _WholeStream())  # noqa: ARG005
    try:
        yield
    finally:
        pydyf.zlib = original


class _WholeStream:
    """A compressor that is given a whole stream, as pydyf does."""

    def compress(self, content: bytes) -> bytes:
        """Return all of it, compressed."""
        return bytes(deflate.zlib_compress(content, _LEVEL))

    def flush(self) -> bytes:
        """Return what is left: nothing."""
        return b""


@contextmanager
def _answers_kept() -> Iterator[None]:
    """Keep what the objects of a PDF are as bytes. Parts of them, which have no numbers, are asked for once anyway."""
    kept: dict[int, bytes] = {}
    before = {kind: kind.__dict__["data"] for kind in (pydyf.Stream, pydyf.Dictionary)}

    def keeping(data: Callable[[Any], bytes]) -> property:
        def of(item: Any) -> bytes:
            if item.number is None:
                return data(item)
            if item.number not in kept:
                kept[item.number] = data(item)
            return kept[item.number]

        return property(of)

    for kind, data in before.items():
        kind.data = keeping(data.fget)
    try:
        yield
    finally:
        for kind, data in before.items():
            kind.data = data
