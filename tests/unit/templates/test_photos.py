"""Pictures: upright, small, without metadata, or refused."""

from __future__ import annotations

import base64
import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image
from PIL.ExifTags import GPS, IFD, Base

from reports.errors import UnreadableFileError
from reports.render_contract import RenderedFile
from templates.photos.view import extra_files, view
from tests.unit.engine.rendering import context, page_texts, render, sample

RED, BLUE = (200, 20, 20), (20, 20, 200)


def picture(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Draw a blue picture with a red corner at the top left."""
    drawn = Image.new("RGB", (width, height), BLUE)
    drawn.paste(RED, (0, 0, width // 2, height // 2))
    return drawn.convert(mode)


def uri(image: Image.Image, kind: str = "JPEG", **options: Any) -> str:
    """Encode a picture as a data: URI."""
    body = BytesIO()
    image.save(body, kind, **options)
    return f"data:image/{kind.lower()};base64,{base64.b64encode(body.getvalue()).decode()}"


def previews(image: str) -> dict[str, RenderedFile]:
    """Make the previews of a picture, by name."""
    return {file.name: file for file in extra_files({"image": image}, context())}


def is_red(pixel: Any) -> bool:
    """Tell whether a pixel is of the marked corner."""
    return bool(pixel[0] > 120 > pixel[2])


# How a camera that writes this orientation has stored the picture: the way back to upright, undone.
STORED = {
    1: lambda upright: upright,
    2: lambda upright: upright.transpose(Image.Transpose.FLIP_LEFT_RIGHT),
    3: lambda upright: upright.transpose(Image.Transpose.ROTATE_180),
    4: lambda upright: upright.transpose(Image.Transpose.FLIP_TOP_BOTTOM),
    5: lambda upright: upright.transpose(Image.Transpose.TRANSPOSE),
    6: lambda upright: upright.transpose(Image.Transpose.ROTATE_90),
    7: lambda upright: upright.transpose(Image.Transpose.TRANSVERSE),
    8: lambda upright: upright.transpose(Image.Transpose.ROTATE_270),
}


@pytest.mark.parametrize("kind", ["JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", STORED)
def test_previews_are_upright(orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = orientation
    stored = STORED[orientation](picture(900, 600))

    made = previews(uri(stored, kind, exif=exif))

    assert list(made) == ["photo-128.jpg", "photo-512.jpg", "photo-1280.jpg"]
    assert [(file.width, file.height) for file in made.values()] == [(128, 85), (512, 341), (900, 600)]
    small = Image.open(BytesIO(made["photo-512.jpg"].body))
    assert small.size == (512, 341)
    assert is_red(small.getpixel((60, 60)))
    assert not is_red(small.getpixel((450, 300)))


def test_previews_keep_no_metadata() -> None:
    exif = Image.Exif()
    exif[Base.Artist] = "Somebody's name"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitudeRef] = "N"
    exif.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (47.0, 18.0, 36.0)
    source = uri(picture(300, 300), exif=exif, comment=b"Somebody's name", icc_profile=b"Somebody's name")

    for file in previews(source).values():
        made = Image.open(BytesIO(file.body))
        assert dict(made.getexif()) == {}
        assert not {"exif", "comment", "icc_profile"} & set(made.info)
        assert b"Somebody" not in file.body
        assert b"Exif" not in file.body


def test_the_page_keeps_no_place_either() -> None:
    report = render("photos", sample("photos"))

    assert b"GPS" not in report.pdf
    assert b"Exif" not in report.pdf


@pytest.mark.parametrize(
    ("mode", "kind", "suffix"),
    [
        ("RGB", "PNG", "png"),
        ("RGBA", "PNG", "png"),
        ("P", "PNG", "png"),
        ("I;16", "PNG", "png"),
        ("L", "JPEG", "jpg"),
        ("CMYK", "JPEG", "jpg"),
        ("RGB", "WEBP", "jpg"),
    ],
)
def test_every_colour_mode_is_readable(mode: str, kind: str, suffix: str) -> None:
    image = picture(200, 100, "L" if mode == "I;16" else mode)

    made = previews(uri(image.convert("I;16") if mode == "I;16" else image, kind))

    assert list(made) == [f"photo-{side}.{suffix}" for side in (128, 512, 1280)]
    assert (made[f"photo-1280.{suffix}"].width, made[f"photo-1280.{suffix}"].height) == (200, 100)


def test_what_shines_through_stays_so() -> None:
    see_through = Image.new("RGBA", (300, 200), (0, 0, 0, 0))

    made = previews(uri(see_through, "WEBP", lossless=True))

    small = Image.open(BytesIO(made["photo-128.png"].body))
    assert small.getpixel((5, 5)) == (0, 0, 0, 0)


def _bomb() -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    header = struct.pack(">IIBBBBB", 30_000, 30_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", zlib.compress(b"\0" * 1000))
        + chunk(b"IEND", b"")
    )


def _cut(kind: str) -> bytes:
    body = BytesIO()
    noise = Image.effect_noise((400, 300), 60).convert("RGB")
    noise.save(body, kind)
    return body.getvalue()[: len(body.getvalue()) * 2 // 3]


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"no picture", "not a readable"),
        (b"", "not a readable"),
        (b"GIF89a" + b"\0" * 50, "not a readable"),
        (_cut("JPEG"), "truncated or damaged"),
        (_cut("PNG"), "truncated or damaged"),
        (_cut("WEBP"), "not a readable|truncated or damaged"),
        (_bomb(), "too many pixels"),
    ],
    ids=["text", "empty", "gif", "cut jpeg", "cut png", "cut webp", "bomb"],
)
def test_a_file_that_is_no_whole_picture_is_refused_with_a_reason(body: bytes, words: str) -> None:
    data = {"image": f"data:image/png;base64,{base64.b64encode(body).decode()}"}

    with pytest.raises(UnreadableFileError, match=words):
        view(data, context())


def test_what_is_no_base64_is_refused() -> None:
    with pytest.raises(UnreadableFileError, match="not valid base64"):
        view({"image": "data:image/png;base64,A"}, context())


def test_the_page_says_what_the_file_says() -> None:
    (text,) = page_texts(render("photos", sample("photos")).pdf)

    text = text.replace("\u00a0", " ")
    for fact in (
        "1,440 × 960 pixels",
        "JPEG, 1.4 megapixels",
        "Nordlicht L-12",
        "Mar 29, 2026",
        "1/250 s · f/5.6 · ISO 100",
    ):
        assert fact in text


def test_exif_data_of_the_wrong_kind_are_left_out() -> None:
    exif = Image.Exif()
    exif[Base.Orientation] = 99
    exif[Base.Model] = "\x00\x01<b>" + "x" * 500
    exif.get_ifd(IFD.Exif)[Base.DateTimeOriginal] = "0000:00:00 00:00:00"
    exif.get_ifd(IFD.Exif)[Base.ISOSpeedRatings] = 0

    prepared = view({"image": uri(picture(20, 20), exif=exif)}, context())

    assert prepared["shot"].camera == ("<b>" + "x" * 500)[:60]
    assert prepared["shot"].taken is None
    assert prepared["exposure"] == ""


def test_a_file_name_is_the_title_when_there_is_none() -> None:
    prepared = view({"image": uri(picture(20, 20))}, context(source="uploads/demo/photos/My summer.jpg"))

    assert prepared["title"] == "My summer.jpg"
