"""Pages of tenants' under, before and behind those of a report; judged by pypdf, pdfium and our checks of PDF/UA."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest
from pikepdf import Array, Dictionary, Name, String

from reports.engine.finish.compose import Composed
from reports.engine.finish.finished_output import FinishedOutput
from reports.errors import AssetUnusableError, NotAccessibleError
from reports.render_contract import Accessibility, Asset, Composition, Finish, Protection
from tests.unit.engine.archives.documents import document
from tools import pdf_ua

TABLE = "<table><thead><tr><th>a<th>b<tbody><tr><td>1<td>2</table>"


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    body = f"<h1>Report</h1>{TABLE}<p style='break-before: page'>Second page"
    return document(tmp_path_factory.mktemp("compose"), body, None).pdf


@pytest.fixture(scope="module")
def terms(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    body = (
        "<h1>Terms</h1><p>All <a href='#more'>more</a>, <a href='https://example.org/'>there</a>"
        "<h2 style='break-before: page' id='more'>More</h2><ul><li>one<li>two</ul>"
    )
    return document(tmp_path_factory.mktemp("compose"), body, None).pdf


def composed(
    pdf: bytes, accessibility: Accessibility = Accessibility.WARN, protection: Protection | None = None, **said: Any
) -> tuple[bytes, Composed]:
    made = bytearray()
    assets = {name: Asset(name, value) for name, value in said.items() if name == "letterhead"}
    lists = {
        name: tuple(Asset(f"{name}-{n}", each) for n, each in enumerate(said.get(name, ())))
        for name in ("prepend", "append")
    }
    first = said.get("first_page_only", False)
    composition = Composition(assets.get("letterhead"), first, **lists)
    with FinishedOutput(made.extend, Finish(composition, protection)) as output:
        output(pdf)
        done = output.end(accessibility)
    assert done is not None
    return bytes(made), done


def claims(pdf: bytes) -> bool:
    with pikepdf.open(BytesIO(pdf)) as opened:
        return b"pdfuaid:part" in opened.Root.Metadata.read_bytes()


def texts(pdf: bytes) -> list[str]:
    return [page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf)]


def drawn(text: str, size: tuple[float, float] = (297.64, 419.53), **root: Any) -> bytes:
    """Return a PDF of one page, as simple programs make them: in a font that is not in it, and without structure."""
    body = BytesIO()
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page(page_size=size)
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.obj.Resources = Dictionary(Font=Dictionary(F1=font))
        page.obj.Contents = pdf.make_stream(f"/P <</MCID 0>> BDC BT /F1 12 Tf 20 20 Td ({text}) Tj ET EMC".encode())
        for name, value in root.items():
            pdf.Root[f"/{name}"] = value
        pdf.save(body)
    return body.getvalue()


def test_tagged_pages_are_added_with_outline_links_and_tags(report: bytes, terms: bytes) -> None:
    pdf, done = composed(report, prepend=[terms], append=[terms])

    assert [text.split()[0] for text in texts(pdf)] == ["Terms", "More", "Report", "Second", "Terms", "More"]
    assert (done.pages_added, done.warnings) == (4, [])
    reader = pypdf.PdfReader(BytesIO(pdf))
    titles = [(item.title, reader.get_destination_page_number(item)) for item in _flat(reader.outline)]
    assert titles == [("Terms", 0), ("More", 1), ("Report", 2), ("Terms", 4), ("More", 5)]
    links = [note.get_object() for number in (0, 4) for note in reader.pages[number]["/Annots"]]  # type: ignore[attr-defined]
    assert [reader.get_page_number(link["/Dest"][0].get_object()) for link in links if "/Dest" in link] == [1, 5]
    assert [link["/A"]["/URI"] for link in links if "/A" in link] == ["https://example.org/"] * 2
    assert claims(pdf)
    assert pdf_ua.faults(pdf) == []


def test_the_same_input_gives_the_same_bytes(report: bytes, terms: bytes) -> None:
    assert composed(report, append=[terms], letterhead=terms) == composed(report, append=[terms], letterhead=terms)


def test_a_letterhead_is_a_background_under_the_pages_that_no_program_reads_aloud(report: bytes, terms: bytes) -> None:
    pdf, done = composed(report, letterhead=terms)

    assert ["Terms" in text for text in texts(pdf)] == [True, False]
    assert ["More" in text for text in texts(pdf)] == [False, True]
    assert done.pages_added == 0
    assert claims(pdf)
    assert pdf_ua.faults(pdf) == []
    with pikepdf.open(BytesIO(pdf)) as opened:
        first = pikepdf.parse_content_stream(opened.pages[0])[0]
        assert str(first.operands[0]) == "/Artifact"
        form = opened.pages[0].resources.XObject.PressrunLetterhead0
        assert not {str(each.operator) for each in pikepdf.parse_content_stream(form)} & {"BDC", "BMC", "EMC"}


def test_a_letterhead_of_the_first_page_alone(report: bytes) -> None:
    pdf, _ = composed(report, letterhead=drawn("Head"), first_page_only=True)

    assert ["Head" in text for text in texts(pdf)] == [True, False]


@pytest.mark.parametrize("rotate", [0, 90])
def test_a_letterhead_of_another_size_is_fitted_and_that_is_told(report: bytes, rotate: int) -> None:
    large = BytesIO()
    with pikepdf.open(BytesIO(drawn("Head", (842, 595)))) as made:
        made.pages[0].obj.Rotate = rotate
        made.save(large)

    pdf, done = composed(report, letterhead=large.getvalue())

    assert done.warnings[0]["code"] == "letterhead_size"
    page = pypdfium2.PdfDocument(pdf)[0]
    left, bottom, right, top = page.get_textpage().get_charbox(page.get_textpage().get_text_bounded().index("H"))
    assert 0 <= left < right <= page.get_width()
    assert 0 <= bottom < top <= page.get_height()


@pytest.mark.parametrize("said", [{"letterhead": drawn("Head")}, {"append": [drawn("Terms")]}])
def test_what_is_not_accessible_takes_the_claim_away_or_is_refused(report: bytes, said: dict[str, Any]) -> None:
    pdf, done = composed(report, **said)

    assert claims(report)
    assert not claims(pdf)
    assert [warning["code"] for warning in done.warnings] == ["not_accessible"]
    with pytest.raises(NotAccessibleError, match="PDF/UA-1"):
        composed(report, Accessibility.REQUIRED, **said)


def hostile() -> bytes:
    """Return a PDF with all that can run, open or carry something."""
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    body = BytesIO()
    with (
        warnings.catch_warnings(action="ignore"),
        pikepdf.open(BytesIO(drawn("Terms", OpenAction=script, AA=Dictionary(WC=script)))) as pdf,
    ):
        page = pdf.pages[0].obj
        pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("x"), script])))
        pdf.attachments["evil.exe"] = b"MZ evil"
        page.AA = Dictionary(O=script)
        rect = Array([0, 0, 9, 9])
        launch = Dictionary(S=Name.Launch, F=String("cmd.exe"))
        page.Annots = Array(
            pdf.make_indirect(Dictionary(Type=Name.Annot, Rect=rect, **more))
            for more in (
                {"Subtype": Name.Link, "A": script},
                {"Subtype": Name.Link, "A": launch},
                {"Subtype": Name.Link, "A": Dictionary(S=Name.URI, URI=String("javascript:alert(1)"))},
                {"Subtype": Name.Link, "A": Dictionary(S=Name.URI, URI=String("https://x.example/"), Next=script)},
                {"Subtype": Name.Widget, "AA": Dictionary(K=script)},
                {"Subtype": Name.FileAttachment, "FS": String("evil.exe")},
                {"Subtype": Name.RichMedia},
                {"Subtype": Name.Screen, "A": script},
            )
        )
        page.Resources.XObject = Dictionary(Im=pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.PS))
        pdf.save(body, compress_streams=False, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return body.getvalue()


@pytest.mark.parametrize("place", ["letterhead", "append", "prepend"])
def test_nothing_of_an_asset_runs_opens_or_is_carried(report: bytes, place: str) -> None:
    asset = hostile()
    assert all(word in asset for word in (b"JavaScript", b"Launch", b"evil"))

    said: dict[str, Any] = {place: asset if place == "letterhead" else [asset]}
    pdf, _ = composed(report, **said)

    bare = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(bare, object_stream_mode=pikepdf.ObjectStreamMode.disable, compress_streams=False)
    for word in (
        b"JavaScript",
        b"/JS",
        b"Launch",
        b"evil",
        b"alert",
        b"cmd.exe",
        b"/AA",
        b"OpenAction",
        b"/Widget",
        b"/RichMedia",
        b"/PS ",
    ):
        assert word not in bare.getvalue()
    assert "Terms" in "".join(texts(pdf))


@pytest.mark.parametrize(
    "body", [b"", b"%PDF-1.7\nno", drawn("x")[:300], drawn("x").replace(b"/Pages", b"/Pagex")], ids=range(4)
)
def test_a_broken_asset_is_told_by_its_name(report: bytes, body: bytes) -> None:
    with pytest.raises(AssetUnusableError, match="'append-0'"):
        composed(report, append=[body])


def test_an_asset_may_not_have_more_pages_than_those_that_are_taken(report: bytes) -> None:
    long = BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(51):
            pdf.add_blank_page()
        pdf.save(long)

    with pytest.raises(AssetUnusableError, match="more than 50 pages"):
        composed(report, append=[long.getvalue()])


def test_composed_pages_are_encrypted_with_the_rest(report: bytes, terms: bytes) -> None:
    pdf, _ = composed(report, append=[terms], protection=Protection("correct horse", "battery staple", frozenset()))

    assert [
        page.extract_text().split()[0] for page in pypdf.PdfReader(BytesIO(pdf), password="correct horse").pages
    ] == [
        *("Report", "Second", "Terms", "More"),
    ]


def _flat(outline: Any) -> list[Any]:
    return [item for each in outline for item in (_flat(each) if isinstance(each, list) else [each])]


def test_a_page_without_height_is_the_assets_fault(report: bytes, terms: bytes) -> None:
    with pikepdf.open(BytesIO(terms)) as pdf:
        pdf.pages[0].obj.TrimBox = Array([10, 10, 10, 500])
        pdf.save(flat := BytesIO())

    with pytest.raises(AssetUnusableError):
        composed(report, letterhead=flat.getvalue())


def test_drawings_that_share_the_resources_of_their_page_are_looked_at_once(report: bytes) -> None:
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        resources = pdf.make_indirect(Dictionary(XObject=Dictionary()))
        for name in ("/A", "/B"):
            drawing = pdf.make_stream(b"", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
            drawing.Resources = resources
            resources.XObject[name] = drawing
        page.obj.Resources = resources
        pdf.save(body := BytesIO())

    made, _ = composed(report, append=[body.getvalue()])

    assert len(pypdf.PdfReader(BytesIO(made)).pages) == 3
