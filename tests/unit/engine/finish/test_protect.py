"""Protected PDFs are judged by programs that had no part in their making: pypdf, pdfium and poppler."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from shutil import which
from typing import Any

import pikepdf
import pypdf
import pypdfium2
import pytest

from reports.engine.finish.finished_output import FinishedOutput
from reports.errors import TooLargeError
from reports.render_contract import Accessibility, Finish, Protection, RenderRequest
from tests.unit.engine.archives.documents import document
from tests.unit.engine.archives.test_attachments import FILES
from tests.unit.engine.rendering import context, renderer, template

ROOT = Path(__file__).resolve().parents[4]
SECRET = Protection("correct horse", "battery staple", frozenset({"print"}))


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return document(tmp_path_factory.mktemp("plain"), "<h1>Title</h1><p>Größe 42</p>", None, attachments=FILES).pdf


def protected(pdf: bytes, protection: Protection | None) -> bytes:
    made = bytearray()
    with FinishedOutput(made.extend, Finish(protection=protection)) as output:
        for start in range(0, len(pdf), 1000):
            output(pdf[start : start + 1000])
        output.end(Accessibility.WARN)
    assert output.size == len(made)
    return bytes(made)


def test_a_pdf_without_protection_is_passed_on_as_it_is(plain: bytes) -> None:
    assert protected(plain, None) == plain


def test_either_password_opens_it_and_no_other(plain: bytes) -> None:
    pdf = protected(plain, SECRET)

    assert b"correct horse" not in pdf
    assert b"terms.txt" not in pdf
    for password, result in (("wrong password", 0), ("", 0), ("correct horse", 1), ("battery staple", 2)):
        assert pypdf.PdfReader(BytesIO(pdf)).decrypt(password) == result
    for password in ("", "wrong password"):
        with pytest.raises(pypdfium2.PdfiumError, match="password"):
            pypdfium2.PdfDocument(pdf, password=password)


def test_it_says_what_it_said_and_may_always_be_read_aloud(plain: bytes) -> None:
    reader = pypdf.PdfReader(BytesIO(protected(plain, SECRET)), password="correct horse")

    assert "Größe 42" in reader.pages[0].extract_text()
    assert reader.root_object["/MarkInfo"] == pypdf.PdfReader(BytesIO(plain)).root_object["/MarkInfo"]
    assert {name: bodies[0] for name, bodies in reader.attachments.items()} == {each.name: each.body for each in FILES}
    encryption: Any = reader.trailer["/Encrypt"].get_object()
    assert (encryption["/V"], encryption["/R"], encryption["/CF"]["/StdCF"]["/CFM"]) == (5, 6, "/AESV3")
    permissions = reader.user_access_permissions
    assert permissions is not None
    allowed = pypdf.constants.UserAccessPermissions
    assert allowed.EXTRACT_TEXT_AND_GRAPHICS in permissions
    assert allowed.PRINT in permissions
    assert not permissions & (allowed.MODIFY | allowed.EXTRACT | allowed.ADD_OR_MODIFY | allowed.ASSEMBLE_DOC)


def test_without_a_password_of_the_user_anyone_opens_it(plain: bytes) -> None:
    pdf = protected(plain, Protection(None, "battery staple", frozenset()))

    assert pypdfium2.PdfDocument(pdf).get_page_size(0)
    permissions = pypdf.PdfReader(BytesIO(pdf)).user_access_permissions
    assert permissions is not None
    assert pypdf.constants.UserAccessPermissions.PRINT not in permissions


@pytest.mark.skipif(which("pdfinfo") is None, reason="poppler is not installed")
def test_poppler_sees_what_is_allowed(plain: bytes, tmp_path: Path) -> None:
    file = tmp_path / "a.pdf"
    file.write_bytes(protected(plain, SECRET))

    told = subprocess.run(["pdfinfo", "-upw", "correct horse", file], capture_output=True, text=True, check=True).stdout

    assert "Encrypted:       yes (print:yes copy:no change:no addNotes:no algorithm:AES-256)" in told


def test_what_takes_a_password_has_no_pictures_of_its_pages(tmp_path: Path) -> None:
    folder = tmp_path / "letter"
    folder.mkdir()
    (folder / "template.html.j2").write_text("<!doctype html><html lang=en><title>t</title><p>x", "utf-8")
    (folder / "style.css").write_text("", "utf-8")

    def files(protection: Protection) -> list[str]:
        request = RenderRequest(template(folder), {}, context(), finish=Finish(protection=protection))
        return [file.name for file in renderer().render(request, output=bytearray().extend).files]

    assert files(SECRET) == []
    assert files(Protection(None, "battery staple", frozenset())) == ["thumbnail.png"]


def test_a_disk_that_is_full_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    class FullDisk(BytesIO):
        def write(self, part: object, /) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("reports.engine.finish.finished_output.TemporaryFile", lambda prefix: FullDisk())
    output = FinishedOutput(bytearray().extend, Finish(protection=SECRET))

    with pytest.raises(TooLargeError, match="no room"):
        output(b"x")


_MEASURED = """
import resource, sys
from reports.engine.finish.written_pdf import write_finished
from reports.render_contract import Accessibility, Finish, Protection

# Once, so that what is loaded does not count.
finish = Finish(protection=Protection("user's word", "owner's word", frozenset()))
sizes = []
for path in sys.argv[1:]:
    size = 0
    def count(part):
        global size
        size += len(part)
    with open(path, "rb") as file:
        write_finished(file, count, finish, next(iter(Accessibility)))
    sizes.append((size, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
print(sizes)
"""


@pytest.mark.gate
def test_the_contents_of_a_large_pdf_are_not_held_in_memory(tmp_path: Path) -> None:
    for name, pages in (("small.pdf", 1), ("large.pdf", 40)):
        with pikepdf.new() as pdf:
            for _ in range(pages):
                pdf.add_blank_page().Contents = pikepdf.Stream(pdf, os.urandom(1_500_000))
            pdf.save(tmp_path / name)

    command = [sys.executable, "-c", _MEASURED, str(tmp_path / "small.pdf"), str(tmp_path / "large.pdf")]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout

    [(_, before), (size, after)] = json.loads(found.replace("(", "[").replace(")", "]"))
    assert size > 60_000_000
    assert (after - before) * 1024 < 20_000_000
