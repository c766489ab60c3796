"""Open pictures that nobody vouches for."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from PIL import Image, ImageFile

from reports.errors import UnreadableFileError

MAX_PIXELS = 100_000_000
"""A picture larger than this is refused before it is decoded: 100 megapixels take 300 MB."""

RASTER_FORMATS = ("JPEG", "PNG", "WEBP")


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
    return picture


def decode_picture(picture: Image.Image) -> None:
    """Read all pixels. Raises UnreadableFileError for a file that is truncated or damaged."""
    try:
        with strict_decoding():
            picture.load()
    except (OSError, ValueError, SyntaxError, IndexError, EOFError, Image.DecompressionBombError) as error:
        raise UnreadableFileError("The picture is truncated or damaged. Export or upload it again.") from error


def _too_many_pixels(picture: Image.Image | None = None) -> UnreadableFileError:
    size = f" ({picture.width} × {picture.height})" if picture else ""
    limit = MAX_PIXELS // 1_000_000
    return UnreadableFileError(f"The picture has too many pixels{size}. Use one of at most {limit} megapixels.")
