"""Open pictures from unknown sources."""

from __future__ import annotations

import re
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile

from reports.errors import UnreadableFileError

MAX_PIXELS = 100_000_000
"""A picture larger than this is refused before it is decoded: 100 megapixels take 300 MB."""

MOST_SCANS = 100
"""Passes in which a progressive JPEG file may be written. Programs write some ten."""

MOST_SCANNED_PIXELS = 2_000_000_000
"""Pixels times scans: each scan goes through all pixels, though it may be written in a dozen bytes."""

RASTER_FORMATS = ("JPEG", "PNG", "WEBP")


# A marker, any number of bytes of 255 before it; not what stands for such a byte in a scan's data, nor marks in a scan.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_WITHOUT_LENGTH = (0x01, 0xD8)


@contextmanager
def strict_decoding() -> Iterator[None]:
    """Make Pillow refuse what it would otherwise guess or only warn of: truncated files, decompression bombs.

    WeasyPrint switches the refusal of truncated files off for the whole process, and needs it so.
    """
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before


def open_picture(body: bytes) -> Image.Image:
    """Open a JPEG, PNG or WebP file without decoding it yet. Raises UnreadableFileError."""
    try:
        with strict_decoding():
            picture = Image.open(BytesIO(body), formats=RASTER_FORMATS)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, ValueError, SyntaxError) as error:
        raise UnreadableFileError("The picture is not a readable JPEG, PNG or WebP file. Save it again.") from error
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels(picture)
    if body.startswith(b"\xff\xd8"):
        scans = _scans_of(body)
        if scans > MOST_SCANS or scans * picture.width * picture.height > MOST_SCANNED_PIXELS:
            raise UnreadableFileError(
                f"The picture is a JPEG file in {scans:,} scans, which is far more work than a picture of "
                f"{picture.width} × {picture.height} pixels is. Save it again, not as a progressive one."
            )
    return picture


def decode_picture(picture: Image.Image) -> None:
    """Read all pixels. Raises UnreadableFileError for a file that is truncated or damaged."""
    try:
        with strict_decoding():
            picture.load()
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadableFileError("The picture is truncated or damaged. Export or upload it again.") from error


def _scans_of(body: bytes) -> int:
    """Count the scans of a JPEG file (ITU-T T.81, annex B); segments are passed over, which may hold small pictures."""
    scans, place = 0, 0
    while found := _MARKER.search(body, place):
        kind, place = found[1][0], found.end()
        if kind == _END_OF_IMAGE:
            break
        scans += kind == _START_OF_SCAN
        if kind not in _WITHOUT_LENGTH:
            place += int.from_bytes(body[place : place + 2], "big")
    return scans


def _too_many_pixels(picture: Image.Image | None = None) -> UnreadableFileError:
    size = f" ({picture.width} × {picture.height})" if picture else ""
    limit = MAX_PIXELS // 1_000_000
    return UnreadableFileError(f"The picture has too many pixels{size}. Use one of at most {limit} megapixels.")
