"""A signature is seen on a page, in its place, as readers find it, and the document stays accessible."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Array, Dictionary, Name
from pyhanko.sign.diff_analysis import ModificationLevel

from reports.adapters.pades_signer import PadesSigner
from reports.adapters.signature_text import line_of
from reports.errors import SignatureMisplacedError
from reports.jobs.signing import SignatureBox, SigningOrder
from tests.fakes.objects import InMemoryObjectStore
from tests.unit.adapters.test_pades_signer import (
    ORDER,
    artifacts,
    kept,
    kms,
    parameters,
    signed,
    signer,
    validated,
)
from tests.unit.engine.archives.documents import document
from tests.unit.engine.archives.test_pdf_a import ROWS
from tools import pdf_a, pdf_ua

__all__ = ["artifacts", "kept", "kms", "parameters", "signer"]
pytestmark = [pytest.mark.usefixtures("kept"), pytest.mark.gate]
BOX = SignatureBox(1, 20, 30, 70, 25)
SEEN = replace(ORDER, visible=BOX, reason="Freigegeben für Größe", location="Hamburg")


def a_document(*, pages: int = 1, keys: int = 0, kids: bool = False, rotated: bool = False) -> bytes:
    """Return a tagged document whose structure has ``keys`` marks, with a tree of numbers of either form."""
    body = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(pages):
            page = pdf.add_blank_page(page_size=(595, 842))
            page.obj.Tabs = Name.S
            if rotated:
                page.obj.Rotate = 90
        root = pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        whole = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.Document, P=root, K=Array([])))
        nums = Array([each for key in range(keys) for each in (key, Array([whole]))])
        tree = Dictionary(Nums=nums)
        if kids:
            tree = Dictionary(Kids=Array([pdf.make_indirect(Dictionary(Limits=Array([0, keys - 1]), Nums=nums))]))
        root.K, root.ParentTree = Array([whole]), pdf.make_indirect(tree)
        pdf.Root.StructTreeRoot = root
        pdf.Root.MarkInfo = Dictionary(Marked=True)
        pdf.Root.Lang = "en"
        pdf.save(body)
    return body.getvalue()


def made(signer: PadesSigner, artifacts: InMemoryObjectStore, body: bytes, order: SigningOrder = SEEN) -> bytes:
    artifacts.put(order.source, body, content_type="application/pdf")
    signer.check(order)
    return signed(signer, artifacts, order)


@pytest.mark.parametrize("certify", [False, True], ids=["signed", "certified"])
def test_a_visible_signature_is_valid_and_its_words_can_be_read(
    certify: bool, signer: PadesSigner, artifacts: InMemoryObjectStore
) -> None:
    rendered = a_document()
    body = made(signer, artifacts, rendered, replace(SEEN, certify=certify))

    status = validated(body)
    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.modification_level is ModificationLevel.NONE
    assert body.startswith(rendered)
    with pikepdf.open(BytesIO(body)) as pdf:
        [field] = pdf.Root.AcroForm.Fields
        [annotation] = pdf.pages[0].obj.Annots
        assert annotation.objgen == field.objgen
        left, bottom, right, top = (float(each) for each in field.Rect)
        assert (left, top) == pytest.approx((20 * 72 / 25.4, 842 - 30 * 72 / 25.4), abs=0.6)
        assert (right - left, top - bottom) == pytest.approx((70 * 72 / 25.4, 25 * 72 / 25.4), abs=1)
        assert str(field.TU).startswith("Acme GmbH. ")
        assert str(field.TU).endswith(" UTC. Freigegeben für Größe. Hamburg")


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="poppler-utils is not installed")
def test_another_program_finds_words_and_signature(
    signer: PadesSigner, artifacts: InMemoryObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(made(signer, artifacts, a_document()))

    def said(*command: str) -> str:
        return subprocess.run([*command], cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    assert {"Acme GmbH", "Freigegeben für Größe", "Hamburg"} <= set(said("pdftotext", "a.pdf", "-").splitlines())
    assert "Signature is Valid" in said("pdfsig", "-nocert", "a.pdf")
    fonts = said("pdffonts", "a.pdf").splitlines()[2:]
    assert fonts
    assert all(line.split()[-5:-2] == ["yes", "yes", "yes"] for line in fonts)


@pytest.mark.parametrize(("keys", "kids"), [(0, False), (3, False), (3, True)], ids=["no marks", "numbers", "leaves"])
def test_it_is_a_form_of_the_structure_whatever_the_tree_is_like(
    keys: int, kids: bool, signer: PadesSigner, artifacts: InMemoryObjectStore
) -> None:
    body = made(signer, artifacts, a_document(keys=keys, kids=kids))

    with pikepdf.open(BytesIO(body)) as pdf:
        field, root = pdf.Root.AcroForm.Fields[0], pdf.Root.StructTreeRoot
        form = root.K[0].K[-1]
        assert (form.S, form.K.Type, form.K.Obj.objgen) == (Name.Form, Name.OBJR, field.objgen)
        assert int(field.StructParent) == keys
        assert int(root.ParentTreeNextKey) == keys + 1
        found = pikepdf.NumberTree(root.ParentTree)
        assert found[keys].objgen == form.objgen
        assert len(list(found.keys())) == keys + 1


@pytest.mark.parametrize("lines", [3, 400], ids=["short", "long"])
def test_a_report_stays_accessible_and_archivable(
    lines: int, signer: PadesSigner, artifacts: InMemoryObjectStore, tmp_path: Path
) -> None:
    body = document(tmp_path, ROWS, "pdf/a-3a", data={"lines": [{"n": number} for number in range(lines)]}).pdf
    assert list(pdf_ua.faults(body)) == []

    done = made(signer, artifacts, body, replace(SEEN, reason="صدر في Größe"))

    assert done.startswith(body)
    assert list(pdf_ua.faults(done)) == []
    assert list(pdf_a.faults(done)) == []


@pytest.mark.parametrize(
    ("order", "document", "why"),
    [
        (replace(SEEN, visible=replace(BOX, page=3)), {"pages": 2}, "has 2 pages, and no page 3"),
        (replace(SEEN, visible=replace(BOX, x=160)), {}, "leaves the page, which has 210 × 297 mm"),
        (replace(SEEN, visible=replace(BOX, y=290)), {}, "leaves the page"),
        (SEEN, {"rotated": True}, "rotated"),
    ],
    ids=["no such page", "too far right", "too far down", "rotated"],
)
def test_a_place_that_is_not_there_is_told_and_nothing_is_signed(
    order: SigningOrder, document: Any, why: str, signer: PadesSigner, artifacts: InMemoryObjectStore
) -> None:
    with pytest.raises(SignatureMisplacedError, match=why):
        made(signer, artifacts, a_document(**document), order)

    assert order.destination not in artifacts.objects


@pytest.mark.parametrize(
    ("order", "why"),
    [
        (replace(SEEN, visible=replace(BOX, width=15, height=6)), "too small for its words"),
        (replace(SEEN, reason="東京"), r"no bundled font has U\+6771"),
        (replace(SEEN, location="\ue000"), r"no bundled font has U\+E000"),
        (replace(SEEN, reason="W" * 200), "too small for its words"),
    ],
    ids=["small", "Japanese", "private", "a long word"],
)
def test_words_that_cannot_be_shown_are_told_before_the_render(
    order: SigningOrder, why: str, signer: PadesSigner
) -> None:
    with pytest.raises(SignatureMisplacedError, match=why):
        signer.check(order)


def test_the_last_page_can_be_named(signer: PadesSigner, artifacts: InMemoryObjectStore) -> None:
    body = made(signer, artifacts, a_document(pages=3), replace(SEEN, visible=replace(BOX, page=-1)))

    with pikepdf.open(BytesIO(body)) as pdf:
        assert ["/Annots" in page.obj for page in pdf.pages] == [False, False, True]


@pytest.mark.parametrize(
    ("text", "order", "is_rtl"),
    [
        ("Acme GmbH 2026", ["Acme GmbH 2026"], False),
        ("صدر 2026 Acme", ["2026 Acme", "صدر "], True),
        ("Acme صدر 2026", ["Acme ", "صدر", " 2026"], False),
        ("שלום עולם", ["שלום עולם"], True),
        ("!?", ["!?"], False),
    ],
    ids=["Latin", "Arabic first", "Latin first", "Hebrew", "signs"],
)
def test_words_of_either_direction_keep_together(text: str, order: list[str], is_rtl: bool) -> None:
    line = line_of(text)

    assert ("".join(run.text for run in line.runs), line.is_rtl) == ("".join(order), is_rtl)
    assert all(run.em > 0 for run in line.runs)


def test_a_protected_document_shows_its_signature_and_stays_protected(
    signer: PadesSigner, artifacts: InMemoryObjectStore
) -> None:
    body = BytesIO()
    with pikepdf.open(BytesIO(a_document(keys=2))) as pdf:
        pdf.save(body, encryption=pikepdf.Encryption(user="user's word", owner="owner's word", R=6))

    done = made(signer, artifacts, body.getvalue(), replace(SEEN, password="owner's word"))

    assert validated(done, "user's word").bottom_line
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(done))
    assert b"Freigegeben" not in done
    with pikepdf.open(BytesIO(done), password="user's word") as pdf:
        assert str(pdf.Root.AcroForm.Fields[0].TU).endswith("Freigegeben für Größe. Hamburg")
        assert str(pdf.Root.StructTreeRoot.K[0].K[-1].S) == "/Form"
