"""Make plain pictures of all kinds: the first frame, upright, in 8-bit sRGB or grey, with no metadata."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Any

from PIL import Image, ImageChops, ImageCms
from PIL.ExifTags import Base
from PIL.Image import Transpose

from reports.engine.document.wide_colours import are_wide, in_srgb, is_hdr
from reports.engine.notes import note
from reports.errors import UnreadableFileError

COLOURS = "pressrun_colours"
"""Where a picture's ``info`` has the codes of its colours: primaries and transfer characteristics (ITU-T H.273)."""

BROKEN_METADATA = (
    *(OSError, ValueError, TypeError, KeyError, IndexError, SyntaxError, ZeroDivisionError, AttributeError),
    struct.error,
)
"""What Pillow raises for EXIF data that are cut off, or of a type that a tag cannot have."""

_UPRIGHT = {
    2: Transpose.FLIP_LEFT_RIGHT,
    3: Transpose.ROTATE_180,
    4: Transpose.FLIP_TOP_BOTTOM,
    5: Transpose.TRANSPOSE,
    6: Transpose.ROTATE_270,
    7: Transpose.TRANSVERSE,
    8: Transpose.ROTATE_90,
}
_SRGB, _LAB = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
# The kinds of colours that a profile describes (ICC.1, table 19), and the mode of pictures in them.
_MODES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_MOST_DIFFERENCE = 2
"""Steps of 255 by which a profile may shift colours and is still that of sRGB, which there are a few variants of."""

# Some of all colours and all greys, to see what a profile makes of them.
_LEVELS = (0, 64, 128, 192, 255)
_COLOURS = Image.frombytes(
    "RGB", (25, 5), bytes(x for red in _LEVELS for green in _LEVELS for blue in _LEVELS for x in (red, green, blue))
)
_GREYS = Image.frombytes("L", (256, 1), bytes(range(256)))

_BITS_PER_SAMPLE, _PHOTOMETRIC, _WHITE_IS_ZERO = 258, 262, 0
_JPEG_QUALITY = 92


def orientation_of(picture: Image.Image) -> int:
    """Return how a picture has to be turned to be upright, 1 to 8; 1 is not at all."""
    try:
        value = picture.getexif().get(Base.Orientation, 1)
    except BROKEN_METADATA:
        return 1
    return value if isinstance(value, int) and 1 <= value <= 8 else 1


def upright(pixels: Image.Image, orientation: int) -> Image.Image:
    """Turn or mirror a picture by its orientation."""
    return pixels.transpose(_UPRIGHT[orientation]) if orientation in _UPRIGHT else pixels


def in_plain_colours(picture: Image.Image) -> Image.Image:
    """Return a decoded picture as L or RGB in sRGB, or as RGBA if something shines through.

    Its colour profile is applied, as nothing that is made of it carries one; a broken profile is ignored.
    Raises UnreadableFileError.
    """
    try:
        pixels = _with_8_bits(picture)
        alpha = _alpha(pixels)
        plain = _in_srgb(_without_alpha(pixels, keeps_grey=alpha is None), picture.info.get("icc_profile"))
        if (codes := picture.info.get(COLOURS)) and are_wide(*codes):
            plain = in_srgb(plain.convert("RGB"), *codes)
            if is_hdr(codes[1]):
                note("hdr_toned", "A picture is for bright screens (HDR). It is printed with the brightness of paper.")
    except MemoryError:
        raise
    except Exception as error:
        raise UnreadableFileError("The picture's colours are damaged, or of a rare kind. Save it again.") from error
    if alpha is not None:
        plain = plain.convert("RGB")
        plain.putalpha(alpha)
    return plain


def has_plain_colours(picture: Image.Image) -> bool:
    """Tell whether the numbers in a file mean sRGB or grey already, so that it can be printed as it is."""
    profile = picture.info.get("icc_profile")
    if picture.mode == "CMYK":
        return not profile
    if picture.mode not in ("1", "L", "LA", "P", "RGB", "RGBA"):
        return False
    if not profile:
        return True
    colours = _GREYS if picture.mode in ("1", "L", "LA") else _COLOURS
    differences: Any = ImageChops.difference(_in_srgb(colours, profile), colours).getextrema()
    largest: int = max(differences if colours is _GREYS else (most for _, most in differences))
    return largest <= _MOST_DIFFERENCE


def without_metadata(pixels: Image.Image) -> Image.Image:
    """Return a copy of the pixels, and of nothing else that a file said."""
    bare = Image.new(pixels.mode, pixels.size)
    bare.paste(pixels)
    return bare


def encoded(picture: Image.Image) -> tuple[bytes, str]:
    """Return a decoded picture as a file that every reader of a PDF's pictures knows, and its media type.

    A camera's picture becomes JPEG again, all others PNG, which loses nothing.
    """
    pixels = without_metadata(upright(in_plain_colours(picture), orientation_of(picture)))
    body = BytesIO()
    if picture.format in ("JPEG", "MPO", "HEIF", "AVIF") and pixels.mode != "RGBA":
        pixels.save(body, "JPEG", quality=_JPEG_QUALITY, subsampling=0)
        return body.getvalue(), "image/jpeg"
    pixels.save(body, "PNG")
    return body.getvalue(), "image/png"


def _with_8_bits(picture: Image.Image) -> Image.Image:
    """Return the upper 8 of 16 bits. Pillow leaves it to others which end of a TIFF file's range is white."""
    if not picture.mode.startswith("I"):
        return picture
    tags = getattr(picture, "tag_v2", {})
    steps = 16 if tags.get(_BITS_PER_SAMPLE) == (12,) else 256
    pixels = picture.point(lambda level: level / steps).convert("L")
    return ImageChops.invert(pixels) if tags.get(_PHOTOMETRIC) == _WHITE_IS_ZERO else pixels


def _alpha(pixels: Image.Image) -> Image.Image | None:
    """Return how much of what is behind shines through; None for nothing at all."""
    if not pixels.has_transparency_data:
        return None
    alpha = pixels.convert("RGBA").getchannel("A")
    lowest, highest = alpha.getextrema()
    # Programs that know no transparency leave these bytes of a bitmap empty.
    is_unused = pixels.format == "BMP" and highest == 0
    return None if lowest == 255 or is_unused else alpha


def _without_alpha(pixels: Image.Image, *, keeps_grey: bool) -> Image.Image:
    if pixels.mode in ("RGB", "L", "CMYK", "LAB"):
        return pixels
    if pixels.mode in ("LA", "La") and keeps_grey:
        return pixels.convert("LA").convert("L")
    # By way of RGBA: it is there that the colours of pixels are undone that are kept darker the more shines through.
    return pixels.convert("RGBA").convert("RGB") if pixels.has_transparency_data else pixels.convert("RGB")


def _in_srgb(pixels: Image.Image, profile: bytes | None) -> Image.Image:
    """Apply a colour profile, if it is one for such pixels."""
    if profile:
        try:
            described = ImageCms.ImageCmsProfile(BytesIO(profile))
            if _MODES.get(described.profile.xcolor_space.strip()) == pixels.mode:
                applied = ImageCms.profileToProfile(pixels, described, _SRGB, outputMode="RGB")
                if applied is not None:
                    return applied.convert("L") if pixels.mode == "L" else applied
        except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
            pass
    if pixels.mode == "LAB":
        return ImageCms.profileToProfile(pixels, _LAB, _SRGB, outputMode="RGB") or pixels.convert("RGB")
    return pixels if pixels.mode in ("L", "RGB") else pixels.convert("RGB")
