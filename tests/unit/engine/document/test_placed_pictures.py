"""Pictures of all formats on a page, as its reader sees them."""

from __future__ import annotations

from base64 import b64encode
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from PIL.ExifTags import Base

from reports.engine.document import picture_work
from reports.errors import UnreadableFileError
from tests.pictures import data_uri, drawn, heic, is_red, swapped_profile, written
from tests.unit.engine.rendering import PrintedReport, context, printed, renderer, template

PAGE = (
    '<!doctype html><html lang="en"><head><title>t</title></head><body><img src="{{ data.src }}" alt="x"></body></html>'
)
STYLE = "@page { size: 96px 64px; margin: 0 } body { margin: 0 } img { display: block; width: 96px; height: 64px }"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a template of one picture, and have one of its own that is named after nothing."""
    made = tmp_path_factory.mktemp("templates") / "demo"
    made.mkdir()
    (made / "template.html.j2").write_text(PAGE, "utf-8")
    (made / "style.css").write_text(STYLE, "utf-8")
    (made / "own.heic").write_bytes(heic("turned"))
    return made


def placed(folder: Path, source: str) -> PrintedReport:
    return printed(renderer(), template(folder), {"src": source}, context())


def seen(report: PrintedReport) -> Image.Image:
    """Look at the first page."""
    document = pypdfium2.PdfDocument(report.pdf)
    image: Image.Image = document[0].render(scale=4 / 3).to_pil()
    return image.convert("RGB")


def turned() -> Image.Exif:
    exif = Image.Exif()
    exif[Base.Orientation] = 6
    return exif


STANDING = drawn().transpose(Image.Transpose.ROTATE_90)
FILES: dict[str, bytes] = {
    "HEIC": heic("turned"),
    "HEIC in tiles": heic("grid"),
    "AVIF": written(drawn(), "AVIF"),
    "AVIF, turned": written(STANDING, "AVIF", exif=turned()),
    "TIFF": written(drawn(), "TIFF", compression="tiff_lzw"),
    "TIFF, turned": written(STANDING, "TIFF", tiffinfo={274: 6}),
    "TIFF, CMYK": written(drawn(mode="CMYK"), "TIFF"),
    "GIF": written(drawn(), "GIF"),
    "BMP": written(drawn(), "BMP"),
    "PNG, palette": written(drawn(mode="P"), "PNG"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_printed_as_it_was_meant(folder: Path, name: str) -> None:
    report = placed(folder, data_uri(FILES[name]))

    page = seen(report)
    assert is_red(page.getpixel((10, 10)))
    assert not is_red(page.getpixel((85, 10)))
    assert not is_red(page.getpixel((10, 55)))
    assert report.warnings == ()
    assert b"GPS" not in report.pdf


@pytest.mark.parametrize(
    ("mode", "kind", "options"),
    [
        ("RGB", "PNG", {}),
        ("RGBA", "PNG", {}),
        ("P", "PNG", {}),
        ("RGB", "JPEG", {}),
        ("RGB", "WEBP", {"lossless": True}),
        ("RGB", "TIFF", {}),
    ],
)
def test_its_colour_profile_counts(folder: Path, mode: str, kind: str, options: dict[str, Any]) -> None:
    page = seen(placed(folder, data_uri(written(drawn(mode=mode), kind, icc_profile=swapped_profile(), **options))))

    assert not is_red(page.getpixel((10, 10)))
    assert is_red(page.getpixel((85, 55)))


def test_sixteen_bits_of_grey_are_as_light_as_they_were(folder: Path) -> None:
    page = seen(placed(folder, data_uri(written(Image.new("I;16", (96, 64), 0xC000), "PNG"))))

    assert page.getpixel((50, 30)) == pytest.approx((192, 192, 192), abs=2)


def test_a_jpeg_file_in_plain_colours_is_put_into_the_pdf_as_it_is(folder: Path) -> None:
    body = written(drawn(), "JPEG")

    with pikepdf.open(BytesIO(placed(folder, data_uri(body)).pdf)) as pdf:
        (image,) = pdf.pages[0].get_images().values()
        assert image.read_raw_bytes() == body


def test_a_file_of_the_template_may_be_a_picture_of_any_format(folder: Path) -> None:
    assert is_red(seen(placed(folder, "own.heic")).getpixel((10, 10)))


def test_that_only_the_first_picture_is_printed_stands_in_the_warnings(folder: Path) -> None:
    frames = [drawn(), Image.new("RGB", (96, 64))]

    report = placed(folder, data_uri(written(frames[0], "GIF", save_all=True, append_images=frames[1:])))

    assert [said["code"] for said in report.warnings] == ["first_picture_only"]
    assert is_red(seen(report).getpixel((10, 10)))


def test_all_pictures_of_a_report_are_bounded_also_those_within_a_drawing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images = [f'<image width="9" height="9" href="{data_uri(written(drawn(), kind))}"/>' for kind in ("PNG", "JPEG")]
    drawing = f'<svg xmlns="http://www.w3.org/2000/svg" width="96" height="64">{"".join(images)}</svg>'
    source = "data:image/svg+xml;base64," + b64encode(drawing.encode()).decode()
    monkeypatch.setattr(picture_work, "MOST_PIXELS_IN_ALL", 2 * 96 * 64)
    placed(folder, source)

    monkeypatch.setattr(picture_work, "MOST_PIXELS_IN_ALL", 2 * 96 * 64 - 1)
    with pytest.raises(UnreadableFileError, match="in all"):
        placed(folder, source)
