"""AVIF files: no more is decoded than a picture may have, and colours that codes describe become sRGB."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from reports.engine.document import images
from reports.engine.document.av1_headers import most_pixels_of
from reports.engine.document.images import decode_picture, open_picture
from reports.engine.document.plain_pictures import in_plain_colours
from reports.engine.notes import noted
from reports.errors import UnreadableFileError
from tests.pictures import heic

GREY = (148, 148, 148)


def avif(size: tuple[int, int] = (64, 48), colour: tuple[int, int, int] = GREY, **options: Any) -> bytes:
    body = BytesIO()
    Image.new("RGB", size, colour).save(body, "AVIF", speed=10, **options)
    return body.getvalue()


def coded(body: bytes, primaries: int, transfer: int) -> bytes:
    """Have a file say what its colours are by codes."""
    place = body.index(b"nclx") + 4
    return body[:place] + struct.pack(">HH", primaries, transfer) + body[place + 4 :]


def printed(body: bytes) -> tuple[Any, list[str]]:
    with noted() as notes:
        picture = open_picture(body)
        decode_picture(picture)
        return in_plain_colours(picture).getpixel((9, 9)), [str(said["code"]) for said in notes]


@pytest.mark.parametrize("size", [(64, 48), (257, 3), (1000, 700)])
def test_the_size_of_a_stream_is_read_from_its_headers(size: tuple[int, int]) -> None:
    body = avif(size)

    assert most_pixels_of(body[body.index(b"mdat") + 4 :]) == size[0] * size[1]


@pytest.mark.parametrize("stream", [b"\x12\x00" * 20_000, b"\x0a\x01\x00", b"\x0a" + b"\xff" * 9])
def test_a_stream_that_no_encoder_writes_is_refused(stream: bytes) -> None:
    with pytest.raises(ValueError, match="a stream of|cut off|without an end"):
        most_pixels_of(stream)


def test_a_stream_larger_than_its_boxes_say_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    body = avif((200, 100))
    place = body.index(b"ispe") + 8
    monkeypatch.setattr(images, "MAX_PIXELS", 200 * 100 - 1)

    with pytest.raises(UnreadableFileError, match="too many pixels"):
        open_picture(body[:place] + struct.pack(">II", 8, 8) + body[place + 8 :])

    monkeypatch.setattr(images, "MAX_PIXELS", 200 * 100)
    assert open_picture(body).size == (200, 100)


def test_of_a_film_the_picture_is_read_and_no_frame() -> None:
    body = BytesIO()
    frames = [Image.new("RGB", (64, 48), (shade, 90, 90)) for shade in (200, 0, 0)]
    frames[0].save(body, "AVIF", save_all=True, append_images=frames[1:], speed=10)

    (red, *_), notes = printed(body.getvalue())

    assert abs(red - 200) < 4
    assert notes == ["first_picture_only"]


@pytest.mark.parametrize(
    ("colour", "codes", "expected", "notes"),
    [
        (GREY, (1, 13), GREY, []),
        (GREY, (12, 13), GREY, []),
        (GREY, (9, 16), (231, 231, 231), ["hdr_toned"]),  # 203 cd/m², which is white on paper
        (GREY, (9, 18), (165, 165, 165), ["hdr_toned"]),
        ((0, 0, 0), (9, 16), (0, 0, 0), ["hdr_toned"]),
        ((255, 255, 255), (1, 16), (255, 255, 255), ["hdr_toned"]),
        ((200, 60, 60), (12, 13), (217, 42, 52), []),  # by the matrices of CSS Color 4
    ],
)
def test_colours_by_codes_become_those_of_paper(
    colour: tuple[int, int, int], codes: tuple[int, int], expected: tuple[int, int, int], notes: list[str]
) -> None:
    found, said = printed(coded(avif(colour=colour, quality=100, subsampling="4:4:4"), *codes))

    assert max(abs(a - b) for a, b in zip(found, expected, strict=True)) <= 4
    assert said == notes


def test_codes_of_heic_files_are_read_too() -> None:
    body = heic("turned")
    assert printed(body)[1] == []
    assert printed(coded(body, 9, 16))[1] == ["hdr_toned"]


@pytest.mark.parametrize("share", [0.2, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_refused(share: float) -> None:
    body = avif((300, 200))

    with pytest.raises(UnreadableFileError, match="AVIF"):
        printed(body[: int(len(body) * share)])
