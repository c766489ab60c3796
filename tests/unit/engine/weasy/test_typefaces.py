"""Documents can be set in a serif, in a typewriter's face, and in fonts of an author's own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from pikepdf import Pdf

from reports.engine.weasy.fonts import BUNDLED_FONTS
from tests.unit.engine.rendering import PrintedReport, context, printed, renderer, template

TEMPLATE = '<html lang="en"><head><title>Faces</title>{head}</head><body><p>Zum Goldenen Löwen, № 12</p></body></html>'


def made(tmp_path: Path, style: str, head: str = "") -> PrintedReport:
    folder = tmp_path / "faces"
    folder.mkdir()
    shutil.copy(BUNDLED_FONTS / "NotoSansAdlam-Regular.ttf", folder / "adlam.ttf")
    shutil.copy(BUNDLED_FONTS / "NotoSans-Bold.ttf", folder / "brand.ttf")
    (folder / "style.css").write_text(style)
    (folder / "template.html.j2").write_text(TEMPLATE.replace("{head}", head))
    return printed(renderer(), template(folder), {}, context())


def faces(report: PrintedReport, tmp_path: Path) -> set[str]:
    file = tmp_path / "faces.pdf"
    file.write_bytes(report.pdf)
    with Pdf.open(file) as pdf:
        fonts = pdf.pages[0].Resources.Font
        return {str(font.BaseFont).partition("+")[2] for _, font in fonts.items()}


@pytest.mark.parametrize(
    ("families", "face"),
    [
        ('"Noto Serif"', "Noto-Serif"),
        ("Georgia, serif", "Noto-Serif"),
        ('"Noto Sans Mono"', "Noto-Sans-Mono"),
        ("Courier, monospace", "Noto-Sans-Mono"),
        ("Helvetica, sans-serif", "Inter"),
    ],
)
def test_generic_families_are_set_in_the_fonts_of_their_kind(tmp_path: Path, families: str, face: str) -> None:
    report = made(tmp_path, f"p {{ font-family: {families} }}")

    assert faces(report, tmp_path) == {face}


def test_text_whose_style_names_no_typeface_is_set_in_inter(tmp_path: Path) -> None:
    assert faces(made(tmp_path, "p { color: #000 }"), tmp_path) == {"Inter"}


def test_a_font_of_the_authors_own_is_used(tmp_path: Path) -> None:
    style = '@font-face { font-family: Brand; src: url("brand.ttf") } p { font-family: Brand }'

    report = made(tmp_path, style)

    assert report.warnings == ()
    assert all("Bold" in face or "Brand" in face or "Noto-Sans" in face for face in faces(report, tmp_path))
    assert "Inter" not in faces(report, tmp_path)


def test_a_style_sheet_ranks_as_if_the_document_linked_to_it(tmp_path: Path) -> None:
    report = made(tmp_path, "body p { font-family: serif }", "<style>p { font-family: monospace }</style>")

    assert faces(report, tmp_path) == {"Noto-Serif"}
