"""Pictures whose size in bytes does not explain what it takes to decode them."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from reports.engine.document import picture_work
from reports.engine.document.images import MOST_SCANNED_PIXELS, MOST_SCANS, decode_picture, open_picture
from reports.engine.document.picture_work import counting_pictures, note_as_made, was_made
from reports.errors import UnreadableFileError
from tests.pictures import drawn, written

START, END = b"\xff\xd8", b"\xff\xd9"
SCAN = b"\xff\xda"


def jpeg(width: int = 64, height: int = 64, **options: object) -> bytes:
    file = BytesIO()
    Image.new("RGB", (width, height), (40, 120, 200)).save(file, "JPEG", progressive=True, **options)
    return file.getvalue()


def last_scan_of(body: bytes) -> bytes:
    return body[body.rindex(SCAN) : -len(END)]


def with_scans(body: bytes, count: int) -> bytes:
    """Return a picture whose last scan, which changes nothing, is there again and again."""
    return body[: -len(END)] + last_scan_of(body) * count + END


def run_length_bitmap(width: int, height: int) -> bytes:
    """Return a bitmap of 8 bits a pixel, a run of one colour a line."""
    line = b"".join(bytes([min(255, width - at), 7]) for at in range(0, width, 255)) + b"\0\0"
    pixels, palette = line * height + b"\0\1", bytes(1024)
    start = 14 + 40 + len(palette)
    header = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, 1, len(pixels), 0, 0, 256, 0)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + palette + pixels


def hidden(body: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield pictures of many scans that a careless count would miss."""
    many = with_scans(body, MOST_SCANS)
    first = many.index(SCAN)
    yield "behind fill bytes", many.replace(SCAN, b"\xff\xff\xff\xda")
    yield "behind a mark without length", many[:first] + b"\xff\x01\xff" + many[first:]
    yield "behind a comment that ends in a mark", many[:first] + b"\xff\xfe\x00\x03\xff" + many[first:]
    yield "with restarts", many.replace(SCAN, b"\xff\xd0" + SCAN)


def test_a_picture_of_a_dozen_bytes_a_scan_is_refused() -> None:
    body = with_scans(jpeg(), MOST_SCANS)
    assert len(body) < 5000

    with pytest.raises(UnreadableFileError, match=r"JPEG file in 1\d\d scans.*64 × 64"):
        open_picture(body)


def test_large_pictures_may_have_few_scans() -> None:
    width = 8000
    scans = MOST_SCANNED_PIXELS // width**2
    body = jpeg(width, width)

    open_picture(with_scans(body, scans - 10))
    with pytest.raises(UnreadableFileError, match="8000 × 8000"):
        open_picture(with_scans(body, scans))


@pytest.mark.parametrize(("body"), [body for _, body in hidden(jpeg())], ids=[name for name, _ in hidden(jpeg())])
def test_scans_cannot_be_hidden(body: bytes) -> None:
    with pytest.raises(UnreadableFileError, match=r"scans|truncated|readable"):
        decode_picture(open_picture(body))


def test_small_pictures_within_a_picture_do_not_count() -> None:
    inner = b"\xff\xe5" + (2 + 3000).to_bytes(2, "big") + with_scans(jpeg(), MOST_SCANS)[:3000].ljust(3000, b"\0")
    body = jpeg()

    decode_picture(open_picture(START + inner + body[len(START) :]))


@pytest.mark.parametrize(
    "options", [{}, {"progressive": False}, {"quality": 100, "subsampling": 0, "restart_marker_blocks": 1}]
)
def test_pictures_as_programs_write_them_are_taken(options: dict[str, object]) -> None:
    file = BytesIO()
    Image.effect_noise((300, 200), 90).convert("RGB").save(file, "JPEG", **{"progressive": True, **options})

    decode_picture(open_picture(file.getvalue()))


def flat_png(side: int, colour: int) -> bytes:
    """Return a picture of one bit a pixel, of which a thousand bytes are eight megapixels."""
    file = BytesIO()
    picture = Image.new("1", (side, side))
    picture.putpixel((0, colour), 1)
    picture.save(file, "PNG")
    return file.getvalue()


def test_many_pictures_of_few_bytes_are_too_many_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_work, "MOST_PIXELS_IN_ALL", 4_000_000)
    bodies = [flat_png(1000, n) for n in range(5)]
    assert sum(map(len, bodies)) < 5000

    with counting_pictures():
        for body in bodies[:-1]:
            open_picture(body)
        with pytest.raises(UnreadableFileError, match="more than 4 megapixels in all"):
            open_picture(bodies[-1])


def test_the_same_picture_counts_once_in_a_report_and_anew_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_work, "MOST_PIXELS_IN_ALL", 1_000_000)

    for n in range(3):
        with counting_pictures():
            for _ in range(2):
                open_picture(flat_png(1000, n))


@pytest.mark.parametrize(
    ("body", "pixels"),
    [
        (jpeg(500, 300, quality=91), 500 * 300 * 2),
        (with_scans(jpeg(1000, 800), 90), 1000 * 800 * 20),
        (run_length_bitmap(1000, 700), 1000 * 700 * 25),
    ],
    ids=["ten scans", "a hundred scans", "runs"],
)
def test_what_is_slow_to_decode_counts_as_more(body: bytes, pixels: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(picture_work, "MOST_PIXELS_IN_ALL", pixels)
    with counting_pictures():
        open_picture(body)

    monkeypatch.setattr(picture_work, "MOST_PIXELS_IN_ALL", pixels - 1)
    with counting_pictures(), pytest.raises(UnreadableFileError, match="in all"):
        open_picture(body)


def test_only_what_the_engine_has_made_for_a_report_goes_without_a_check() -> None:
    body, other = written(drawn(), "PNG"), written(drawn(9, 9), "PNG")

    with counting_pictures():
        note_as_made(body)
        assert (was_made(body), was_made(other)) == (True, False)
    with counting_pictures():
        assert not was_made(body)
    note_as_made(body)
    assert not was_made(body)
