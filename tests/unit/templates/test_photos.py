"""Pictures: upright, small, without metadata, or refused."""

from __future__ import annotations

import base64
import re
import struct
import zlib
from io import BytesIO
from typing import Any
from weakref import ref

import pytest
from PIL import Image, ImageCms, ImageFile
from PIL.ExifTags import GPS, IFD, Base

from reports.engine.notes import noted
from reports.errors import UnreadableFileError
from reports.render_contract import RenderedFile
from templates.photos.pictures import read_photo
from templates.photos.view import extra_files, view
from tests.pictures import data_uri, drawn, heic, is_red, swapped_profile, written
from tests.unit.engine.rendering import context, page_texts, render, sample


def uri(image: Image.Image, kind: str = "JPEG", **options: Any) -> str:
    """Encode a picture as a data: URI."""
    return data_uri(written(image, kind, **options))


def previews(image: str) -> dict[str, RenderedFile]:
    """Make the previews of a picture, by name."""
    return {file.name: file for file in extra_files({"image": image}, context())}


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
    stored = STORED[orientation](drawn(900, 600))

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
    source = uri(drawn(300, 300), exif=exif, comment=b"Somebody's name", icc_profile=b"Somebody's name")

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
        ("RGB", "AVIF", "jpg"),
        ("RGBA", "AVIF", "jpg"),
        ("P", "GIF", "png"),
        ("L", "GIF", "png"),
        ("RGB", "BMP", "png"),
        ("1", "BMP", "png"),
        ("CMYK", "TIFF", "jpg"),
        ("LAB", "TIFF", "jpg"),
        ("YCbCr", "TIFF", "jpg"),
        ("I;16", "TIFF", "jpg"),
        ("1", "TIFF", "jpg"),
    ],
)
def test_every_colour_mode_is_readable(mode: str, kind: str, suffix: str) -> None:
    image = drawn(200, 100, "L" if mode == "I;16" else "RGB" if mode == "LAB" else mode)
    if mode == "LAB":
        srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
        image = ImageCms.profileToProfile(image, srgb, lab, outputMode="LAB") or image

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
        (b"no picture", "it is none of those that can be read"),
        (b"", "it is empty"),
        (b"%PDF-1.7", "it is a PDF file"),
        (b"GIF89a" + b"\0" * 50, "not a readable GIF file"),
        (_cut("JPEG"), "truncated or damaged"),
        (_cut("PNG"), "truncated or damaged"),
        (_cut("WEBP"), "not a readable|truncated or damaged"),
        (_cut("AVIF"), "AVIF file"),
        (_cut("TIFF"), "TIFF file"),
        (_cut("GIF"), "GIF file"),
        (_cut("BMP"), "BMP file"),
        (_bomb(), "too many pixels"),
    ],
    ids=[
        *("text", "empty", "PDF", "gif", "cut jpeg", "cut png", "cut webp"),
        *("cut avif", "cut tiff", "cut gif", "cut bmp", "bomb"),
    ],
)
def test_a_file_that_is_no_whole_picture_is_refused_with_a_reason(body: bytes, words: str) -> None:
    data = {"image": f"data:image/png;base64,{base64.b64encode(body).decode()}"}

    with pytest.raises(UnreadableFileError, match=words):
        view(data, context())


@pytest.mark.parametrize("name", ["turned", "grid", "two"])
def test_a_picture_of_a_phone_is_upright_and_keeps_no_place(name: str) -> None:
    made = previews(data_uri(heic(name)))

    small = Image.open(BytesIO(made["photo-512.jpg"].body))
    assert small.width > small.height
    assert is_red(small.getpixel((5, 5)))
    assert not is_red(small.getpixel((small.width - 5, 5)))
    assert b"GPS" not in made["photo-512.jpg"].body
    shot = view({"image": data_uri(heic(name))}, context())["shot"]
    assert shot.camera == ("Maker Model H" if name == "turned" else None)


@pytest.mark.parametrize(("mode", "kind"), [("RGB", "PNG"), ("RGBA", "PNG"), ("P", "PNG"), ("P", "GIF"), ("PA", "PNG")])
@pytest.mark.parametrize("is_seen_through", [False, True])
def test_a_colour_profile_counts_whatever_the_kind_of_pixels(mode: str, kind: str, is_seen_through: bool) -> None:
    image = drawn(mode="RGB" if mode == "PA" else mode)
    if mode == "PA":
        image = image.quantize(4)
    if is_seen_through and mode == "RGBA":
        image.putalpha(128)
    options = {"transparency": 0} if is_seen_through and mode in ("P", "PA") else {}
    profile = {} if kind == "GIF" else {"icc_profile": swapped_profile()}

    made = previews(data_uri(written(image, kind, **profile, **options)))

    pixels = Image.open(BytesIO(made["photo-128.png"].body)).convert("RGB")
    assert is_red(pixels.getpixel((90, 60))) == (kind == "PNG")


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("WEBP", "RGBA", {"lossless": True}),
        ("TIFF", "RGB", {}),
        ("TIFF", "RGBA", {}),
        ("AVIF", "RGB", {}),
        ("JPEG", "RGB", {}),
    ],
)
def test_a_colour_profile_counts_in_all_formats_that_have_them(kind: str, mode: str, options: dict[str, Any]) -> None:
    made = previews(data_uri(written(drawn(mode=mode), kind, icc_profile=swapped_profile(), **options)))

    pixels = Image.open(BytesIO(next(iter(made.values())).body)).convert("RGB")
    assert is_red(pixels.getpixel((90, 60)))
    assert not is_red(pixels.getpixel((5, 5)))


def test_a_phones_colour_profile_counts() -> None:
    pixels = Image.open(BytesIO(previews(data_uri(heic("profile")))["photo-128.jpg"].body))

    assert is_red(pixels.getpixel((90, 60)))


@pytest.mark.parametrize(("bits", "photometric"), [(16, 0), (16, 1), (12, 1)])
def test_grey_of_many_bits_is_as_light_as_it_was(bits: int, photometric: int) -> None:
    light = Image.new("I;16", (64, 64), 3 * 2 ** (bits - 2))
    body = written(light, "TIFF", tiffinfo={262: photometric})
    if bits == 12:
        # Two pixels of 0xC00 in three bytes
        body = tiff(b"\xc0\x0c\x00" * (64 * 64 // 2), 64, 64, bits=12)

    (_, small, _) = previews(data_uri(body)).values()

    grey = Image.open(BytesIO(small.body)).convert("L").getpixel((5, 5))
    assert grey == pytest.approx(192 if photometric else 63, abs=2)


def tiff(pixels: bytes, width: int, height: int, **tags: int) -> bytes:
    """Write a TIFF file of one grey strip, with other tags than Pillow would write."""
    known = {"bits": 258, "tile_width": 322, "tile_length": 323, "dng_version": 50706}
    entries = {256: width, 257: height, 258: 8, 259: 1, 262: 1, 273: 8, 277: 1, 278: height, 279: len(pixels)}
    entries |= {known[name]: value for name, value in tags.items()}
    directory = b"".join(struct.pack("<HHII", tag, 4, 1, value) for tag, value in sorted(entries.items()))
    return (
        b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels + struct.pack("<H", len(entries)) + directory + bytes(4)
    )


@pytest.mark.parametrize(
    ("kind", "words"), [("GIF", "GIF.*animated"), ("PNG", "animated"), ("WEBP", "WebP"), ("TIFF", "several pages")]
)
def test_the_first_of_several_pictures_is_printed_and_said_to_be(kind: str, words: str) -> None:
    frames = [drawn(), Image.new("RGB", (96, 64)), Image.new("RGB", (96, 64), "white")]
    body = written(frames[0], kind, save_all=True, append_images=frames[1:])

    with noted() as notes:
        made = previews(data_uri(body))

    (said,) = notes
    assert said["code"] == "first_picture_only"
    assert re.search(words, said["message"])
    pixels = Image.open(BytesIO(next(iter(made.values())).body)).convert("RGB")
    assert is_red(pixels.getpixel((5, 5)))


def test_a_single_picture_has_no_warning() -> None:
    assert render("photos", {"image": data_uri(written(drawn(), "GIF"))}).warnings == ()


@pytest.mark.parametrize(
    ("tags", "words"),
    [({"dng_version": 0x401}, "raw file"), ({"tile_width": 60_000, "tile_length": 60_000}, "too many pixels")],
)
def test_tiff_files_that_are_no_pictures_are_refused(tags: dict[str, int], words: str) -> None:
    with pytest.raises(UnreadableFileError, match=words):
        view({"image": data_uri(tiff(bytes(64), 8, 8, **tags))}, context())


@pytest.mark.parametrize("mode", ["I", "F"])
def test_a_tiff_file_of_measurements_is_refused(mode: str) -> None:
    with pytest.raises(UnreadableFileError, match="measurements"):
        view({"image": data_uri(written(Image.new(mode, (9, 9)), "TIFF"))}, context())


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

    prepared = view({"image": uri(drawn(20, 20), exif=exif)}, context())

    assert prepared["shot"].camera == ("<b>" + "x" * 500)[:60]
    assert prepared["shot"].taken is None
    assert prepared["exposure"] == ""


def test_a_file_name_is_the_title_when_there_is_none() -> None:
    prepared = view({"image": uri(drawn(20, 20))}, context(source="uploads/demo/photos/My summer.jpg"))

    assert prepared["title"] == "My summer"


def test_a_picture_is_decoded_once_for_the_page_and_its_previews(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[tuple[int, int]] = []
    load = ImageFile.ImageFile.load

    def counted(picture: ImageFile.ImageFile) -> Any:
        if getattr(picture, "tile", None):
            decoded.append(picture.size)
        return load(picture)

    monkeypatch.setattr(ImageFile.ImageFile, "load", counted)

    report = render("photos", {"image": uri(drawn(900, 600))})

    assert decoded == [(900, 600)]
    assert [file.name for file in report.files if file.name.startswith("photo")] == [
        f"photo-{side}.jpg" for side in (128, 512, 1280)
    ]


def test_pixels_are_let_go_with_the_report_they_were_decoded_for() -> None:
    made = read_photo(uri(drawn(90, 60)), within=100)
    known = ref(made)

    del made

    assert known() is None
