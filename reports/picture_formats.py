"""Name the formats of pictures that reports are made with, and tell them by the first bytes of a file."""

from __future__ import annotations

import struct
from dataclasses import dataclass

HEAD_BYTES = 512
"""How much of a file it takes to tell what it is."""


@dataclass(frozen=True, slots=True)
class PictureFormat:
    """A format of pictures. ``suffixes`` are those of files, the usual one first."""

    name: str
    media_type: str
    suffixes: tuple[str, ...]


JPEG = PictureFormat("JPEG", "image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = PictureFormat("PNG", "image/png", ("png", "apng"))
WEBP = PictureFormat("WebP", "image/webp", ("webp",))
HEIC = PictureFormat("HEIC", "image/heic", ("heic", "heif", "hif"))
AVIF = PictureFormat("AVIF", "image/avif", ("avif",))
TIFF = PictureFormat("TIFF", "image/tiff", ("tiff", "tif"))
GIF = PictureFormat("GIF", "image/gif", ("gif",))
BMP = PictureFormat("BMP", "image/bmp", ("bmp", "dib"))
PICTURE_FORMATS = (JPEG, PNG, WEBP, HEIC, AVIF, TIFF, GIF, BMP)

PICTURE_NAMES = f"{', '.join(known.name for known in PICTURE_FORMATS[:-1])} or {PICTURE_FORMATS[-1].name}"
PICTURE_SUFFIXES = frozenset(suffix for known in PICTURE_FORMATS for suffix in known.suffixes)

_STARTS = (
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"GIF87a", GIF),
    (b"GIF89a", GIF),
    # The order of bytes, then 42, or 43 for files of more than 4 GB
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),
    (b"MM\x00+", TIFF),
)
# Of a bitmap's second header. Two letters alone would be the beginning of many a text.
_BITMAP_HEADERS = frozenset((12, 40, 52, 56, 64, 108, 124))
# ISO/IEC 23008-12, annex B, and the AVIF specification. Of the general brands, the others in the list decide.
_AVIF_BRANDS = frozenset((b"avif", b"avis"))
_HEIC_BRANDS = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"))

_OTHERS = (
    (b"%PDF", "a PDF file"),
    (b"PK\x03\x04", "a ZIP file, such as those of Office programs"),
    (b"8BPS", "a Photoshop file"),
    (b"\xff\x0a", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cJXL ", "a JPEG XL picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture"),
    (b"\x00\x00\x01\x00", "an icon (ICO)"),
    (b"FUJIFILMCCD-RAW", "a camera's raw file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"\xd0\xcf\x11\xe0", "a file of an old Office program"),
)
_FILM_BRANDS = frozenset((b"isom", b"iso2", b"mp41", b"mp42", b"qt  ", b"M4V ", b"avc1", b"3gp4", b"3gp5"))
_MARKUP = ((b"<svg", "an SVG drawing"), (b"<!doctype html", "a web page"), (b"<html", "a web page"))


def picture_format(start: bytes) -> PictureFormat | None:
    """Tell the format of a picture by the first bytes of its file; None for anything else."""
    for signature, known in _STARTS:
        if start.startswith(signature):
            return known
    if start.startswith(b"RIFF") and start[8:12] == b"WEBP":
        return WEBP
    if start.startswith(b"BM") and int.from_bytes(start[14:18], "little") in _BITMAP_HEADERS:
        return BMP
    brands = _brands(start)
    if brands & _AVIF_BRANDS:
        return AVIF
    return HEIC if brands & _HEIC_BRANDS else None


def what_else(start: bytes) -> str:
    """Explain what a file is that is no picture of a known format, by its first bytes."""
    if not start:
        return "empty"
    for signature, name in _OTHERS:
        if start.startswith(signature):
            return name
    brands = _brands(start)
    if b"crx " in brands:
        return "a camera's raw file"
    if brands & _FILM_BRANDS:
        return "a film"
    if brands:
        return "a HEIF picture of a kind that cannot be read"
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for mark, name in _MARKUP:
        if text.startswith(mark) or (text.startswith(b"<?xml") and mark in text):
            return name
    return "none of those that can be read"


def _brands(start: bytes) -> frozenset[bytes]:
    """Return the brands of a file of boxes (ISO/IEC 14496-12): what it is, and what readers may take it for."""
    if start[4:8] != b"ftyp":
        return frozenset()
    (size,) = struct.unpack(">I", start[:4])
    return frozenset((start[8:12], *(start[place : place + 4] for place in range(16, min(size, len(start)) - 3, 4))))
