"""An electronic invoice is where its form says: in the PDF, for any reader, or beside it."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import facturx
import pikepdf
import pytest

from reports.errors import EInvoiceInvalidError
from reports.render_contract import PdfClaims
from tests.unit.engine.accessibility.keeping import keep
from tests.unit.engine.einvoice.invoices import SELLER, data, xml
from tests.unit.engine.rendering import TEMPLATES, PrintedReport, context, printed, renderer, template
from tools import pdf_a, pdf_ua


def rendered(given: dict[str, Any], form: str | None, variant: str | None = None) -> PrintedReport:
    wanted = replace(context("de"), einvoice=form, pdf=PdfClaims(variant))
    return printed(renderer(), template(TEMPLATES / "invoice"), given, wanted)


def said(pdf: bytes) -> dict[str, str]:
    with pikepdf.open(BytesIO(pdf)) as opened, opened.open_metadata() as metadata:
        names = ["pdfaid:part", "pdfaid:conformance", "pdfuaid:part"]
        uri = "{urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#}"
        names += [f"{uri}{name}" for name in ("ConformanceLevel", "DocumentFileName", "DocumentType", "Version")]
        return {name.rpartition("}")[2]: str(metadata.get(name)) for name in names}


@pytest.mark.skipif(shutil.which("pdfdetach") is None, reason="poppler-utils is not installed")
@pytest.mark.gate
def test_a_viewer_lists_the_factur_x_and_takes_it_out_unchanged(tmp_path: Path) -> None:
    (tmp_path / "a.pdf").write_bytes(rendered(data(), "facturx-en16931").pdf)

    def detached(*order: str) -> str:
        command = ["pdfdetach", *order, "a.pdf"]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True).stdout

    assert detached("-list").split() == ["1", "embedded", "files", "1:", "factur-x.xml"]
    detached("-saveall")
    assert (tmp_path / "factur-x.xml").read_bytes() == xml(data(), "facturx-en16931")


@pytest.mark.parametrize(
    ("form", "variant", "level"),
    [
        ("facturx-en16931", "pdf/a-3a", "EN 16931"),
        pytest.param("facturx-basic", None, "BASIC", marks=pytest.mark.slow),
        pytest.param("facturx-extended", None, "EXTENDED", marks=pytest.mark.slow),
    ],
)
def test_a_factur_x_is_in_the_pdf(form: str, variant: str | None, level: str) -> None:
    report = rendered(data(), form, variant)

    keep(f"archive {variant or 'pdf/a-3b'} {form}", report.pdf)
    assert facturx.get_facturx_xml_from_pdf(report.pdf) == ("factur-x.xml", xml(data(), form))
    assert said(report.pdf) == {
        **{"pdfaid:part": "3", "pdfaid:conformance": (variant or "pdf/a-3b")[-1].upper(), "pdfuaid:part": "1"},
        **{"ConformanceLevel": level, "DocumentFileName": "factur-x.xml"},
        **{"DocumentType": "INVOICE", "Version": "1.0"},
    }
    with pikepdf.open(BytesIO(report.pdf)) as opened:
        assert [str(each.AFRelationship) for each in opened.Root.AF] == ["/Alternative"]
    assert pdf_a.faults(report.pdf) == []
    assert pdf_ua.faults(report.pdf) == []


def test_an_xrechnung_is_a_file_of_its_own() -> None:
    report = rendered(data(), "xrechnung")

    [file] = (each for each in report.files if each.name == "xrechnung.xml")
    assert (file.content_type, file.body) == ("application/xml", xml(data(), "xrechnung"))
    assert b"xeinkauf.de:kosit:xrechnung_3.0" in file.body
    with pikepdf.open(BytesIO(report.pdf)) as opened:
        assert "/AF" not in opened.Root


def test_an_invoice_that_breaks_a_rule_is_not_rendered() -> None:
    with pytest.raises(EInvoiceInvalidError, match="at /seller/country_code: BR-08"):
        rendered(data(seller={key: value for key, value in SELLER.items() if key != "country_code"}), "xrechnung")
