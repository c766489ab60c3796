"""Pictures are known by their first bytes, whatever their files are named."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from reports.picture_formats import HEAD_BYTES, PICTURE_FORMATS, picture_format, what_else
from tests.pictures import drawn, heic, written

FILES = {
    "JPEG": written(drawn(), "JPEG"),
    "PNG": written(drawn(), "PNG"),
    "WebP": written(drawn(), "WEBP"),
    "HEIC": heic("turned"),
    "AVIF": written(drawn(), "AVIF"),
    "TIFF": written(drawn(), "TIFF"),
    "GIF": written(drawn(), "GIF"),
    "BMP": written(drawn(), "BMP"),
}


@pytest.mark.parametrize("name", FILES)
def test_a_picture_is_known_by_its_beginning(name: str) -> None:
    known = picture_format(FILES[name][:HEAD_BYTES])

    assert known is not None
    assert known.name == name


def test_there_is_a_picture_of_each_format_here() -> None:
    assert {known.name for known in PICTURE_FORMATS} == set(FILES)


def test_tiff_files_are_known_in_both_orders_of_bytes_and_both_sizes() -> None:
    for head in (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"):
        assert picture_format(head + b"\0" * 20) is not None


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"", "empty"),
        (b"BMW,Audi\n1,2\n3,4,5,6,7,8,9\n", "none of those"),
        (b"II. Quarter;1\n", "none of those"),
        (b"GIF files;1\n", "none of those"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"PK\x03\x04" + b"\0" * 30, "a ZIP file"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<svg xmlns="x"/>', "an SVG drawing"),
        (b"\n<!DOCTYPE html><title>Not found</title>", "a web page"),
        (b"\x00\x00\x00\x18ftypmp42\x00\x00\x00\x00isommp42", "a film"),
        (b"\x00\x00\x00\x14ftypmif1\x00\x00\x00\x00vvic", "a HEIF picture of a kind"),
        (b"\xff\xd8", "none of those"),
    ],
)
def test_what_is_no_picture_is_said_to_be_what_it_is(body: bytes, said: str) -> None:
    assert picture_format(body) is None
    assert what_else(body).startswith(said)


def test_a_text_that_begins_like_a_bitmap_is_none() -> None:
    assert picture_format(b"BM" + b"x" * 60) is None
    assert Image.open(BytesIO(FILES["BMP"])).format == "BMP"
