"""Decode a picture once, upright and in plain colours, and make smaller ones of it."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms
from PIL.Image import Resampling, Transpose

from reports.engine.document.images import decode_picture, open_picture
from reports.errors import UnreadableFileError
from reports.render_contract import RenderedFile

from .camera import Shot, orientation_of, shot_of

_JPEG_QUALITY = 85
_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_SWAPPED = frozenset((5, 6, 7, 8))
_SRGB = ImageCms.createProfile("sRGB")


@dataclass(frozen=True, slots=True)
class Photo:
    """A decoded picture, and what its file says. ``width`` and ``height`` are the original's, upright."""

    pixels: Image.Image
    width: int
    height: int
    format: str
    file_size: int
    shot: Shot


def read_photo(uri: str, *, within: int) -> Photo:
    """Decode a data: URI into a picture of at most ``within`` pixels a side. Raises UnreadableFileError."""
    try:
        body = base64.b64decode(uri.partition(",")[2], validate=True)
    except (binascii.Error, ValueError) as error:
        raise UnreadableFileError("The picture's data: URI is not valid base64. Encode the file again.") from error
    picture = open_picture(body)
    size, name = picture.size, picture.format or ""
    # A JPEG decoder can leave out detail that is not asked for: 12 megapixels then take 25 ms instead of 150.
    picture.draft(None, (within, within))
    # Before its metadata are asked for: a PNG is decoded to find them, and then nobody would notice that it is cut off.
    decode_picture(picture)
    orientation, shot = orientation_of(picture), shot_of(picture)
    width, height = size[::-1] if orientation in _SWAPPED else size
    pixels = _plain(picture)
    pixels.thumbnail((within, within), Resampling.LANCZOS, reducing_gap=3.0)
    if orientation in _UPRIGHT:
        pixels = pixels.transpose(_UPRIGHT[orientation])
    return Photo(pixels, width, height, "WebP" if name == "WEBP" else name, len(body), shot)


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
    return f"data:{content_type};base64,{base64.b64encode(body).decode()}"


def _encoded(pixels: Image.Image, source: str) -> tuple[bytes, str, str]:
    """Encode as PNG what was PNG or lets something shine through, all else as JPEG; with no metadata at all."""
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    body = BytesIO()
    if source == "PNG" or pixels.mode == "RGBA":
        bare.save(body, "PNG", optimize=True)
        return body.getvalue(), "image/png", "png"
    bare.save(body, "JPEG", quality=_JPEG_QUALITY, optimize=True, progressive=True)
    return body.getvalue(), "image/jpeg", "jpg"


def _plain(picture: Image.Image) -> Image.Image:
    """Return the first frame as 8-bit sRGB, with transparency only if there is any."""
    pixels = _in_srgb(picture)
    if pixels.mode.startswith("I"):
        pixels = pixels.point(lambda level: level / 256).convert("L")
    if pixels.has_transparency_data:
        pixels = pixels.convert("RGBA")
        lowest, _ = pixels.getchannel("A").getextrema()
        opaque = isinstance(lowest, int | float) and lowest == 255
        return pixels.convert("RGB") if opaque else pixels
    return pixels if pixels.mode in ("RGB", "L") else pixels.convert("RGB")


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Apply the colour profile, as the previews carry none; a broken one is ignored."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "CMYK"):
        return picture
    try:
        converted = ImageCms.profileToProfile(picture, BytesIO(profile), _SRGB, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture
    return converted or picture
