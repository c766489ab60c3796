"""A document that has to be PDF/A is, by rules that are not ours, or is refused with the reason."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from reports.errors import NotAccessibleError, NotArchivableError
from reports.render_contract import Accessibility, PdfClaims
from tests.unit.engine.accessibility.keeping import keep
from tests.unit.engine.accessibility.small_documents import CLEAN
from tests.unit.engine.archives.documents import document, picture
from tests.unit.engine.rendering import NAMES, TEMPLATES, claims, context, printed, renderer, sample, template
from tools import pdf_a, pdf_ua

VARIANTS = (
    *("pdf/a-2b", "pdf/a-3a"),
    *(pytest.param(each, marks=pytest.mark.slow) for each in ("pdf/a-2a", "pdf/a-2u", "pdf/a-3b", "pdf/a-3u")),
)
ROWS = """<h1>t</h1><table><thead><tr><th>n<th>t</tr></thead><tbody>{% rows data.lines as line %}
<tr><td>{{ line.n }}</td><td style="color:device-cmyk(0 1 1 0)"><a href="https://example.org/{{ line.n }}">x</a></td>
</tr>{% endrows %}</tbody></table>"""
LONG = {"lines": [{"n": number} for number in range(400)]}
KEPT = "archive {}"


def claimed(pdf: bytes) -> tuple[str, str]:
    with pikepdf.open(BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        return str(metadata.get("pdfaid:part")), str(metadata.get("pdfaid:conformance"))


def colour_spaces(pdf: bytes) -> set[str]:
    with pikepdf.open(BytesIO(pdf)) as opened:
        images = [item for item in opened.objects if isinstance(item, pikepdf.Stream)]
        return {str(item.ColorSpace) for item in images if item.get("/Subtype") == "/Image"}


@pytest.mark.parametrize("variant", VARIANTS)
def test_a_document_of_all_kinds_of_things_is_what_it_has_to_be(tmp_path: Path, variant: str) -> None:
    body = "".join(f"<h2>{name}</h2>{part}" for name, part in CLEAN.items())

    report = document(tmp_path, f"<h1>t</h1>{body}", variant)

    keep(KEPT.format(variant), report.pdf)
    assert pdf_a.faults(report.pdf) == []
    assert pdf_ua.faults(report.pdf) == []
    assert claimed(report.pdf) == (variant[6], variant[7].upper())


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["pdf/a-2b", "pdf/a-3a"])
@pytest.mark.parametrize("locale", ["en", "ar", "ja"])
@pytest.mark.parametrize("name", NAMES)
def test_a_report_is_what_it_has_to_be(name: str, locale: str, variant: str) -> None:
    wanted = replace(context(locale), pdf=PdfClaims(variant, ua=True))

    report = printed(renderer(), template(TEMPLATES / name), sample(name), wanted)

    keep(KEPT.format(f"{variant} {name} {locale}"), report.pdf)
    assert pdf_a.faults(report.pdf) == []
    assert pdf_ua.faults(report.pdf) == []


@pytest.mark.parametrize("variant", ["pdf/a-2u", "pdf/a-3a"])
def test_a_long_table_is_what_it_has_to_be(tmp_path: Path, variant: str) -> None:
    report = document(tmp_path, ROWS, variant, LONG)

    keep(KEPT.format(f"{variant} long"), report.pdf)
    assert report.layout["path"] == "long_table", report.layout
    assert pdf_a.faults(report.pdf) == []
    assert pdf_ua.faults(report.pdf) == []


@pytest.mark.parametrize("data", [LONG, {"lines": LONG["lines"][:3]}], ids=["long", "short"])
def test_a_document_without_structure_can_be_kept_as_it_looks(tmp_path: Path, data: dict[str, Any]) -> None:
    report = document(tmp_path, ROWS, "pdf/a-3b", data, accessibility=Accessibility.OFF)

    assert pdf_a.faults(report.pdf) == []
    assert claims(report.pdf).ua_part is None


def test_pictures_for_a_press_become_those_for_a_screen(tmp_path: Path) -> None:
    body = f'<h1>t</h1><img alt="p" src="{picture("CMYK", "JPEG")}"><p style="background:url({picture("RGBA")})">x'

    archived, plain = document(tmp_path, body, "pdf/a-2b").pdf, document(tmp_path, body, None).pdf

    assert pdf_a.faults(archived) == []
    assert (colour_spaces(archived), "/DeviceCMYK" in colour_spaces(plain)) == ({"/DeviceRGB", "/DeviceGray"}, True)


def test_the_same_document_is_the_same_file(tmp_path: Path) -> None:
    assert document(tmp_path, "<h1>t</h1>", "pdf/a-3a").pdf == document(tmp_path, "<h1>t</h1>", "pdf/a-3a").pdf


def test_a_document_claims_to_be_accessible_only_if_it_may(tmp_path: Path) -> None:
    body = "<h1>t</h1><table><tr><td>no heads</table>"

    assert claims(document(tmp_path, body, "pdf/a-3b").pdf).ua_part is None
    assert claims(document(tmp_path, "<h1>t</h1>", "pdf/a-3b", ua=False).pdf).ua_part is None
    with pytest.raises(NotAccessibleError, match="a table has no headers"):
        document(tmp_path, body, "pdf/a-3b", ua=True)


@pytest.mark.parametrize(
    ("body", "variant", "reason"),
    [
        ('<input style="appearance:auto" value="a">', "pdf/a-2b", "a form with fields"),
        ('<div style="overflow:hidden">' * 40 + "x" + "</div>" * 40, "pdf/a-2b", "more than 28 deep"),
        (f'<img alt="{"w" * 33_000}" src="{picture("RGB")}">', "pdf/a-3a", "longer than 32,767 bytes"),
        ("<style>@page { size: 600cm 10cm }</style>x", "pdf/a-2b", "larger or smaller"),
        ("x", "pdf/a-2a", "its structure is not described"),
    ],
    ids=["a form", "too deep", "a long text", "a large page", "no structure"],
)
def test_a_document_that_cannot_be_archived_is_refused(tmp_path: Path, body: str, variant: str, reason: str) -> None:
    is_off = reason == "its structure is not described"

    with pytest.raises(NotArchivableError, match=reason):
        document(
            tmp_path,
            f"<h1>t</h1>{body}",
            variant,
            accessibility=Accessibility.OFF if is_off else Accessibility.WARN,
        )
