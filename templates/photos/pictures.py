"""Decode a picture once, upright and in plain colours, and make smaller ones of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from weakref import WeakValueDictionary

from PIL import Image
from PIL.Image import Resampling

from reports.engine.document.images import decode_picture, format_name, open_picture
from reports.engine.document.picture_work import note_as_made
from reports.engine.document.plain_pictures import in_plain_colours, orientation_of, upright, without_metadata
from reports.errors import UnreadableFileError
from reports.render_contract import RenderedFile

from .camera import Shot, shot_of

_JPEG_QUALITY = 85
_SWAPPED = frozenset((5, 6, 7, 8))
# Formats of drawings and screenshots, in which each pixel counts. Scans are often TIFF, and too large for that.
_LOSSLESS = frozenset(("PNG", "GIF", "BMP"))


@dataclass(frozen=True, slots=True, weakref_slot=True, eq=False)
class Photo:
    """A decoded picture, and what its file says. ``width`` and ``height`` are the original's, upright."""

    pixels: Image.Image
    width: int
    height: int
    format: str
    file_size: int
    shot: Shot


# For as long as a render holds a picture, it is not decoded again.
_held: WeakValueDictionary[tuple[str, int], Photo] = WeakValueDictionary()


def read_photo(uri: str, *, within: int) -> Photo:
    """Decode a data: URI into a picture of at most ``within`` pixels a side. Raises UnreadableFileError."""
    photo = _held.get((uri, within))
    if photo is None:
        photo = _held[uri, within] = _decoded(uri, within)
    return photo


def _decoded(uri: str, within: int) -> Photo:
    try:
        body = base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableFileError("The picture's data: URI is not valid base64. Encode the file again.") from error
    picture = open_picture(body)
    size = picture.size
    # A JPEG decoder can leave out detail that is not asked for: 12 megapixels then take 25 ms instead of 150.
    picture.draft(None, (within, within))
    # Before its metadata are asked for: a PNG is decoded to find them, and then its missing end would not be noticed.
    decode_picture(picture)
    orientation, shot = orientation_of(picture), shot_of(picture)
    width, height = size[::-1] if orientation in _SWAPPED else size
    pixels = in_plain_colours(picture)
    pixels.thumbnail((within, within), Resampling.LANCZOS, reducing_gap=3.0)
    return Photo(upright(pixels, orientation), width, height, format_name(picture), len(body), shot)


def previews(photo: Photo, sides: Sequence[int]) -> list[RenderedFile]:
    """Make a preview for each side in pixels, each from the next larger one; never larger than the picture."""
    files = []
    pixels = photo.pixels
    for side in sorted(sides, reverse=True):
        pixels = pixels.copy()
        pixels.thumbnail((side, side), Resampling.LANCZOS, reducing_gap=3.0)
        body, content_type, suffix = _encoded(pixels, photo.format)
        files.append(RenderedFile(f"photo-{side}.{suffix}", content_type, body, *pixels.size))
    return files[::-1]


def data_uri(photo: Photo) -> str:
    """Encode the pixels for the page."""
    body, content_type, _ = _encoded(photo.pixels, photo.format)
    note_as_made(body)
    return f"data:{content_type};base64,{base64.b64encode(body).decode()}"


def _encoded(pixels: Image.Image, source: str) -> tuple[bytes, str, str]:
    """Encode as PNG what was lossless or lets something shine through, all else as JPEG; with no metadata at all."""
    bare = without_metadata(pixels)
    body = BytesIO()
    if source in _LOSSLESS or pixels.mode == "RGBA":
        bare.save(body, "PNG", optimize=True)
        return body.getvalue(), "image/png", "png"
    bare.save(body, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return body.getvalue(), "image/jpeg", "jpg"
