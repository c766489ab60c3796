"""Pictures whose size in bytes does not explain what it takes to decode them."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO

import pytest
from PIL import Image

from reports.engine.document.images import MOST_SCANNED_PIXELS, MOST_SCANS, decode_picture, open_picture
from reports.errors import UnreadableFileError

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
