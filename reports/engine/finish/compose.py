"""Put tenants' pages before, behind and under those of a report."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import BytesIO

import pikepdf
from pikepdf import OutlineItem

from reports.engine.finish.foreign_pdf import Heading, opened
from reports.engine.finish.letterhead import has_its_fonts, lay_under
from reports.engine.finish.structure import hang_in, tidied, unmark
from reports.errors import NotAccessibleError
from reports.render_contract import Accessibility, Asset, Composition

_CLAIM = "pdfuaid:part"


@dataclass
class Composed:
    """What came of it: the pages that were added, and why the PDF can no longer claim to be accessible."""

    pages_added: int = 0
    first_page: bytes | None = None
    """A PDF of the first page alone, if that has become another one."""
    warnings: list[dict[str, object]] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def compose(pdf: pikepdf.Pdf, composition: Composition, accessibility: Accessibility) -> Composed:
    """Add to an opened PDF. Raises AssetUnusableError or NotAccessibleError."""
    done = Composed()
    own = len(pdf.pages)
    if composition.letterhead is not None:
        _lay_under(pdf, composition.letterhead, done, first_page_only=composition.first_page_only)
    added: list[tuple[bool, str, Sequence[Heading], list[pikepdf.Page]]] = []
    at = 0
    for asset in composition.prepend:
        added.append((True, asset.name, *_added(pdf, asset, at, done)))
        at += len(added[-1][3])
    for asset in composition.append:
        added.append((False, asset.name, *_added(pdf, asset, len(pdf.pages), done)))
    done.pages_added = len(pdf.pages) - own
    if any(outline for _, _, outline, _ in added):
        _outline(pdf, added)
    _settle_claim(pdf, done, accessibility)
    done.first_page = _alone(pdf.pages[0])
    return done


def _alone(page: pikepdf.Page) -> bytes:
    body = BytesIO()
    with pikepdf.new() as one:
        one.pages.append(page)
        one.save(body, deterministic_id=True)
    return body.getvalue()


def _lay_under(pdf: pikepdf.Pdf, asset: Asset, done: Composed, *, first_page_only: bool) -> None:
    with opened(asset) as foreign:
        if not has_its_fonts(foreign):
            done.faults.append(f"the letterhead {asset.name!r} lacks fonts")
        if not lay_under(pdf, foreign, first_page_only=first_page_only):
            message = f"The pages have another size than the letterhead {asset.name!r}, which was fitted to them."
            done.warnings.append({"code": "letterhead_size", "message": message})


def _added(pdf: pikepdf.Pdf, asset: Asset, at: int, done: Composed) -> tuple[Sequence[Heading], list[pikepdf.Page]]:
    with opened(asset) as foreign:
        claims = _claims(foreign.pdf)
        is_tidy = tidied(foreign)
        count = len(foreign.pdf.pages)
        for number, page in enumerate(list(foreign.pdf.pages)):
            pdf.pages.insert(at + number, page)
        pages = [pdf.pages[at + number] for number in range(count)]
        for (number, place), target in foreign.links.items():
            pages[number].obj.Annots[place].Dest = target.on(pages)
        is_tagged = is_tidy and "/StructTreeRoot" in pdf.Root and hang_in(pdf, foreign, pages, in_front=at == 0)
        if not is_tagged:
            unmark(pages)
        if not is_tagged or not claims or foreign.was_cleaned:
            why = "is not PDF/UA-1" if not claims else "has a structure that cannot be moved"
            done.faults.append(f"the asset {asset.name!r} {why if not foreign.was_cleaned else 'had to be cleaned'}")
        return foreign.outline, pages


def _outline(pdf: pikepdf.Pdf, added: Sequence[tuple[bool, str, Sequence[Heading], list[pikepdf.Page]]]) -> None:
    with pdf.open_outline() as outline:
        front = [item for in_front, _, below, pages in added if in_front for item in _items(below, pages)]
        behind = [item for in_front, _, below, pages in added if not in_front for item in _items(below, pages)]
        outline.root[:] = [*front, *outline.root, *behind]


def _items(headings: Sequence[Heading], pages: list[pikepdf.Page]) -> Iterator[OutlineItem]:
    for heading in headings:
        item = OutlineItem(heading.title, heading.target.on(pages) if heading.target else None)
        item.children.extend(_items(heading.below, pages))
        yield item


def _claims(pdf: pikepdf.Pdf) -> bool:
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        return str(metadata.get(_CLAIM, "")) == "1"


def _settle_claim(pdf: pikepdf.Pdf, done: Composed, accessibility: Accessibility) -> None:
    """Take the claim to be accessible away if it is no longer true."""
    if not done.faults or not _claims(pdf):
        return
    message = f"The PDF does not claim to be accessible (PDF/UA-1), because {done.faults[0]}."
    if accessibility is Accessibility.REQUIRED:
        raise NotAccessibleError(f"{message} Upload it as PDF/UA-1 with embedded fonts, or do not require that.")
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        del metadata[_CLAIM]
    done.warnings.append({"code": "not_accessible", "message": message})
