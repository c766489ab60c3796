"""Files that are put into a PDF are found there, as they were, by readers of PDFs."""

from __future__ import annotations

import subprocess
from io import BytesIO
from pathlib import Path
from shutil import which

import pikepdf
import pytest

from reports.errors import NotArchivableError
from reports.render_contract import Attachment
from tests.unit.engine.accessibility.keeping import keep
from tests.unit.engine.archives.documents import document
from tests.unit.engine.archives.test_pdf_a import LONG, ROWS
from tools import pdf_a

FILES = (
    Attachment("terms.txt", "text/plain", b"Terms", "Supplement", "What holds"),
    Attachment("Daten für März.csv", "text/csv", "a;ä\r\n".encode(), "Data"),
    Attachment("again.txt", "text/plain", b"Terms", "Source"),
)


def attached(pdf: bytes) -> dict[str, tuple[bytes, str, str]]:
    """Return the files in a PDF with their contents, relationships and types, in the order of their names."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        assert len(opened.Root.AF) == len(opened.attachments)
        return {
            name: (
                opened.attachments[name].get_file().read_bytes(),
                str(opened.attachments[name].obj.AFRelationship),
                str(opened.attachments[name].get_file().mime_type),
            )
            for name in opened.attachments
        }


@pytest.mark.parametrize("variant", [None, "pdf/a-3a"])
@pytest.mark.parametrize("data", [LONG, {"lines": LONG["lines"][:3]}], ids=["long", "short"])
def test_files_are_in_the_pdf(tmp_path: Path, variant: str | None, data: dict[str, object]) -> None:
    report = document(tmp_path, ROWS, variant, data, attachments=FILES)

    keep(f"archive {variant} with files {len(report.pdf)}", report.pdf)
    assert attached(report.pdf) == {
        "Daten für März.csv": ("a;ä\r\n".encode(), "/Data", "text/csv"),
        "again.txt": (b"Terms", "/Source", "text/plain"),
        "terms.txt": (b"Terms", "/Supplement", "text/plain"),
    }
    if variant is not None:
        assert pdf_a.faults(report.pdf) == []


@pytest.mark.skipif(which("pdfdetach") is None, reason="needs poppler's tools")
def test_poppler_saves_them(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(document(tmp_path, "<h1>t</h1>", "pdf/a-3b", attachments=FILES).pdf)

    subprocess.run(["pdfdetach", "-saveall", "-o", tmp_path, path], check=True, capture_output=True)

    assert {each.name: (tmp_path / each.name).read_bytes() for each in FILES} == {f.name: f.body for f in FILES}


def test_the_same_files_make_the_same_pdf(tmp_path: Path) -> None:
    first, second = (document(tmp_path, "<h1>t</h1>", None, attachments=FILES[::way]).pdf for way in (1, -1))

    assert first == second


def test_the_second_part_of_pdf_a_takes_none(tmp_path: Path) -> None:
    with pytest.raises(NotArchivableError, match="only PDF/A-3 takes"):
        document(tmp_path, "<h1>t</h1>", "pdf/a-2b", attachments=FILES)
