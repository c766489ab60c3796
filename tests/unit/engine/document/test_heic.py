"""HEIC files: what cameras write is read; what has let pictures take over servers is not even looked at."""

from __future__ import annotations

import struct

import pytest

from reports.engine.document import heic_boxes
from reports.engine.document.heic_boxes import UnusualHEICError, look_through, without_films
from reports.engine.document.images import decode_picture, format_name, open_picture
from reports.engine.document.plain_pictures import in_plain_colours
from reports.engine.notes import noted
from reports.errors import UnreadableFileError
from tests.pictures import heic, is_red


def with_size(body: bytes, width: int, height: int) -> bytes:
    """Have a file say that it has other pixels than it has."""
    place = body.index(b"ispe") + 8
    return body[:place] + struct.pack(">II", width, height) + body[place + 8 :]


@pytest.mark.parametrize(
    ("name", "size", "mode"),
    [("turned", (96, 64), "RGB"), ("grid", (192, 128), "RGB"), ("alpha", (96, 64), "RGBA"), ("two", (96, 64), "RGB")],
)
def test_what_cameras_write_is_read_and_stands_upright(name: str, size: tuple[int, int], mode: str) -> None:
    picture = open_picture(heic(name))
    decode_picture(picture)

    pixels = in_plain_colours(picture)

    assert (format_name(picture), pixels.size, pixels.mode) == ("HEIC", size, mode)
    assert is_red(pixels.getpixel((5, 5)))
    assert not is_red(pixels.getpixel((size[0] - 5, 5)))
    assert not is_red(pixels.getpixel((5, size[1] - 5)))


def test_the_other_pictures_of_a_file_are_noted_but_neither_tiles_nor_masks() -> None:
    assert [look_through(heic(name)).pictures for name in ("two", "turned", "grid", "alpha")] == [2, 1, 1, 1]

    with noted() as notes:
        open_picture(heic("two"))

    assert [(said["code"], "2 pictures" in said["message"]) for said in notes] == [("first_picture_only", True)]


@pytest.mark.parametrize("kind", [b"unci", b"iden", b"mski", b"av01", b"iovl", b"j2k1"])
def test_items_that_no_camera_writes_are_refused_before_a_decoder_sees_them(kind: bytes) -> None:
    body = heic("turned").replace(b"hvc1", kind)

    with pytest.raises(UnreadableFileError, match=f"HEIC file: it holds items of the kind '{kind.decode()}'"):
        open_picture(body)


def test_films_are_struck_out() -> None:
    film = struct.pack(">I4s", 16, b"moov") + b"\xff" * 8
    body = heic("turned")

    kept = without_films(body + film)

    assert kept == body + film.replace(b"moov", b"free")
    assert open_picture(body + film).size == (96, 64)


def test_a_size_above_the_limit_is_refused_before_decoding() -> None:
    with pytest.raises(UnreadableFileError, match="too many pixels"):
        open_picture(with_size(heic("turned"), 20_000, 5_001))


def test_more_pixels_than_a_file_says_are_refused() -> None:
    # Else 64 pixels to a side could stand for a thousand times as many.
    with pytest.raises(UnreadableFileError, match="HEIC file that is truncated or damaged"):
        decode_picture(open_picture(with_size(heic("turned"), 16, 16)))


def test_a_grid_cannot_name_its_tiles_without_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(heic_boxes, "MOST_TILED_PIXELS", 6 * 64 * 64)
    look_through(heic("grid"))

    monkeypatch.setattr(heic_boxes, "MOST_TILED_PIXELS", 6 * 64 * 64 - 1)
    with pytest.raises(UnusualHEICError, match="tiles"):
        look_through(heic("grid"))


@pytest.mark.parametrize("share", [0.1, 0.4, 0.5, 0.9])
def test_a_file_that_is_cut_off_is_said_to_be_a_heic_file_that_is(share: float) -> None:
    body = heic("turned")

    with pytest.raises(UnreadableFileError, match="HEIC file"):
        decode_picture(open_picture(body[: int(len(body) * share)]))
