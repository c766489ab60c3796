"""Read PDFs of tenants, and leave of them what is seen and read: no scripts, actions, files or fields of forms."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

from reports.errors import AssetUnusableError
from reports.render_contract import MOST_PAGES_OF_ASSET, Asset

_KEPT_OF_PAGES = (
    *("/Type", "/MediaBox", "/CropBox", "/TrimBox", "/BleedBox", "/ArtBox", "/Rotate", "/UserUnit", "/Contents"),
    *("/Resources", "/Group", "/StructParents", "/Tabs"),
)
_KEPT_OF_LINKS = (
    "/Type",
    "/Subtype",
    "/Rect",
    "/Border",
    "/C",
    "/H",
    "/QuadPoints",
    "/F",
    "/Contents",
    "/StructParent",
)
_DROPPED_OF_STREAMS = ("/AF", "/Metadata", "/OC", "/OPI", "/PieceInfo", "/Ref", "/Alternates")
_SCHEMES = ("https://", "http://", "mailto:")
_DEEPEST = 30


@dataclass(frozen=True)
class Target:
    """A place in a PDF: a page from 0 on, and how that is shown, as in a destination (ISO 32000-1, 12.3.2.2)."""

    page: int
    view: tuple[Any, ...]

    def on(self, pages: list[pikepdf.Page]) -> Array:
        """Return it as a destination among copies of the pages."""
        return Array([pages[self.page].obj, *self.view])


@dataclass(frozen=True)
class Heading:
    """An entry of an outline, with those below it."""

    title: str
    target: Target | None
    below: tuple[Heading, ...]


class ForeignPdf:
    """A PDF of a tenant's, cleaned; ``was_cleaned`` tells whether anything of what is seen in it was left out."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self._numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages)}
        self._names = _destinations_by_name(pdf)
        self.outline = tuple(self._headings(pdf.Root.get("/Outlines"), 0))
        self.was_cleaned = False
        self.links: dict[tuple[int, int], Target] = {}
        """Where links lead that stay in the PDF, by the numbers of their page and of their annotation on it."""
        for number, page in enumerate(pdf.pages):
            self._clean(number, page.obj)
            clean_resources(page.obj.get("/Resources"))

    def _clean(self, number: int, page: Any) -> None:
        # What pages inherit is written into them by qpdf, as it makes the list of them.
        kept = [link for link in page.get("/Annots", Array()) if self._is_link(link)]
        self.was_cleaned |= len(kept) < len(page.get("/Annots", Array()))
        for name in [name for name in page.keys() if name not in (*_KEPT_OF_PAGES, "/Parent")]:  # noqa: SIM118
            del page[name]
        for place, link in enumerate(kept):
            if (target := self._target(link.get("/Dest")) or self._target(_of_goto(link))) is not None:
                self.links[number, place] = target
            uri = _uri(link)
            for name in [name for name in link.keys() if name not in _KEPT_OF_LINKS]:  # noqa: SIM118
                del link[name]
            if uri is not None:
                link.A = Dictionary(S=Name.URI, URI=pikepdf.String(uri))
        if kept:
            page.Annots = Array(kept)

    def _is_link(self, annotation: Any) -> bool:
        if not isinstance(annotation, Dictionary) or annotation.get("/Subtype") != Name.Link:
            return False
        return _uri(annotation) is not None or bool(
            self._target(annotation.get("/Dest")) or self._target(_of_goto(annotation))
        )

    def _target(self, destination: Any) -> Target | None:
        if isinstance(destination, pikepdf.String | Name):
            destination = self._names.get(str(destination))
        if isinstance(destination, Dictionary):
            destination = destination.get("/D")
        if not isinstance(destination, Array) or len(destination) < 2 or not isinstance(destination[0], Dictionary):
            return None
        number = self._numbers.get(destination[0].objgen)
        view = tuple(part for part in list(destination)[1:] if not isinstance(part, Dictionary | Array))
        return None if number is None else Target(number, view)

    def _headings(self, parent: Any, depth: int) -> Iterator[Heading]:
        seen: set[tuple[int, int]] = set()
        entry = parent.get("/First") if isinstance(parent, Dictionary) and depth < _DEEPEST else None
        while isinstance(entry, Dictionary) and entry.objgen not in seen:
            seen.add(entry.objgen)
            target = self._target(entry.get("/Dest")) or self._target(_of_goto(entry))
            yield Heading(str(entry.get("/Title", "")), target, tuple(self._headings(entry, depth + 1)))
            entry = entry.get("/Next")


@contextmanager
def opened(asset: Asset) -> Iterator[ForeignPdf]:
    """Open a PDF of a tenant's. Raises AssetUnusableError."""
    try:
        with pikepdf.open(BytesIO(asset.body)) as pdf:
            if pdf.is_encrypted:
                raise AssetUnusableError(f"The asset {asset.name!r} is encrypted. Upload it without a password.")
            if len(pdf.pages) > MOST_PAGES_OF_ASSET:
                raise AssetUnusableError(f"The asset {asset.name!r} has more than {MOST_PAGES_OF_ASSET} pages.")
            yield ForeignPdf(pdf)
    except (
        pikepdf.PdfError,
        RecursionError,
        ValueError,
        TypeError,
        AttributeError,
        LookupError,
        ArithmeticError,
    ) as error:
        raise AssetUnusableError(
            f"The asset {asset.name!r} is no sound PDF ({type(error).__name__}). Write it anew, and upload that."
        ) from error


def clean_resources(resources: Any, depth: int = 0, seen: set[tuple[int, int]] | None = None) -> None:
    """Take from what is drawn with what is not seen: files, hidden layers' names, programs in PostScript."""
    seen = set() if seen is None else seen
    if not isinstance(resources, Dictionary) or depth > _DEEPEST:
        return
    for kind in ("/XObject", "/Pattern"):
        streams = resources.get(kind)
        if not isinstance(streams, Dictionary):
            continue
        for name in list(streams.keys()):
            stream = streams[name]
            # What is drawn may share its resources with the page: each is cleaned once.
            if stream.objgen in seen:
                continue
            seen.add(stream.objgen)
            if stream.get("/Subtype") == Name("/PS") or stream.get("/Subtype2") == Name("/PS"):
                del streams[name]
                continue
            for member in _DROPPED_OF_STREAMS:
                if member in stream:
                    del stream[member]
            clean_resources(stream.get("/Resources"), depth + 1, seen)


def _of_goto(holder: Any) -> Any:
    action = holder.get("/A")
    is_goto = isinstance(action, Dictionary) and action.get("/S") == Name.GoTo
    return action.get("/D") if is_goto else None


def _uri(link: Any) -> str | None:
    action = link.get("/A")
    if not isinstance(action, Dictionary) or action.get("/S") != Name.URI:
        return None
    uri = str(action.get("/URI", ""))
    return uri if uri.lower().startswith(_SCHEMES) else None


def _destinations_by_name(pdf: pikepdf.Pdf) -> dict[str, Any]:
    found: dict[str, Any] = {}
    old = pdf.Root.get("/Dests")
    if isinstance(old, Dictionary):
        found.update({name: old[name] for name in old.keys()})  # noqa: SIM118
    names = pdf.Root.get("/Names")
    tree = names.get("/Dests") if isinstance(names, Dictionary) else None
    if tree is not None:
        found.update({str(name): place for name, place in pikepdf.NameTree(tree).items()})
    return found
