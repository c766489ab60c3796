"""Open pictures from unknown sources."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import BytesIO

from PIL import AvifImagePlugin, Image, ImageFile

from reports.engine.document.av1_headers import most_pixels_of
from reports.engine.document.heic_boxes import (
    HEICFacts,
    Places,
    UnusualHEICError,
    look_through,
    without_films,
    without_track,
)
from reports.engine.document.picture_work import MOST_PIXELS_IN_ALL, count_picture
from reports.engine.document.plain_pictures import COLOURS
from reports.engine.notes import note
from reports.errors import UnreadableFileError
from reports.picture_formats import (
    AVIF,
    BMP,
    GIF,
    HEAD_BYTES,
    HEIC,
    JPEG,
    PNG,
    TIFF,
    WEBP,
    PictureFormat,
    picture_format,
    what_else,
)

MAX_PIXELS = 100_000_000
"""A picture larger than this is refused before it is decoded: 100 megapixels take 300 MB."""

MOST_SCANS = 100
"""Passes in which a progressive JPEG file may be written. Programs write some ten."""

SCANS_FOR_ONE = 5
"""Scans of a JPEG file that take as long as it takes to decode a picture at once."""

MOST_SCANNED_PIXELS = MOST_PIXELS_IN_ALL * SCANS_FOR_ONE
"""Pixels times scans: each scan goes through all pixels, though it may be written in a dozen bytes."""

RUN_LENGTH_FACTOR = 25
"""How much longer a bitmap takes that is written as runs of one colour, whose pixels are decoded one by one."""

MOST_RUN_LENGTH_PIXELS = MOST_PIXELS_IN_ALL // RUN_LENGTH_FACTOR

# A marker, any number of bytes of 255 before it; not what stands for such a byte in a scan's data, nor marks in a scan.
_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd7])")
_END_OF_IMAGE, _START_OF_SCAN = 0xD9, 0xDA
_WITHOUT_LENGTH = (0x01, 0xD8)

# Tags of TIFF files (TIFF 6.0, and Adobe's DNG)
_SUBFILE_TYPE, _TILE_WIDTH, _TILE_LENGTH, _SUBFILES, _DNG_VERSION = 254, 322, 323, 330, 50706
_REDUCED = 1


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
    """Open a picture without decoding it yet; its bytes say in which format it is. Raises UnreadableFileError.

    Counted by its pixels among those of the report, also when it is not decoded as a whole.
    Of several pictures in a file, the first is opened, of a HEIC file the main one; the report notes that.
    """
    known = picture_format(body[:HEAD_BYTES])
    if known is None:
        found = what_else(body[:HEAD_BYTES])
        raise UnreadableFileError(f"The picture is not a readable file: it is {found}. Save it as JPEG or PNG.")
    facts = HEICFacts(0, 0, 0)
    if known is HEIC:
        body, facts = _checked_heic(body)
    elif known is AVIF:
        body, facts = _checked_avif(body)
    try:
        with strict_decoding():
            picture = Image.open(BytesIO(body), formats=(_plugin(known),))
    except MemoryError:
        raise
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except Exception as error:  # of all kinds, as decoders of damaged files raise what comes
        raise UnreadableFileError(
            f"The picture is not a readable {known.name} file: it is damaged, or of a rare kind. Save it again."
        ) from error
    if picture.width * picture.height > MAX_PIXELS:
        raise _too_many_pixels(picture)
    work_of = _CHECKED_WORK.get(known)
    pixels = picture.width * picture.height if work_of is None else work_of(picture, body)
    count_picture(body, max(pixels, facts.tiled_pixels))
    _note_others(picture, known)
    if facts.colours is not None and not picture.info.get("icc_profile"):
        picture.info[COLOURS] = facts.colours
    return picture


def decode_picture(picture: Image.Image) -> None:
    """Read all pixels. Raises UnreadableFileError for a file that is truncated or damaged."""
    try:
        with strict_decoding():
            picture.load()
    except MemoryError:
        raise
    except Exception as error:
        name = format_name(picture)
        raise UnreadableFileError(
            f"The picture is a {name} file that is truncated or damaged. Export or upload it again."
        ) from error


def format_name(picture: Image.Image) -> str:
    """Return what people call the format of a picture."""
    return next((known.name for known, plugin in _PLUGINS.items() if plugin == picture.format), JPEG.name)


def _plugin(known: PictureFormat) -> str:
    """Return the part of Pillow that reads a format; of HEIC, it is another library's."""
    # Threads of a decoder cost more than they save where other jobs wait for the same cores.
    if known is HEIC:
        from pi_heif.as_plugin import register_heif_opener  # only now: hardly any report has such a picture

        register_heif_opener(decode_threads=1, thumbnails=False, depth_images=False, aux_images=False)
    elif known is AVIF:
        AvifImagePlugin.DEFAULT_MAX_THREADS = 1
    return _PLUGINS[known]


def _note_others(picture: Image.Image, known: PictureFormat) -> None:
    """Note that a file holds more than what is printed. Cameras put previews behind a JPEG picture, which are none."""
    if known not in (JPEG, HEIC) and getattr(picture, "is_animated", False):
        what = "has several pages" if known is TIFF else "is animated"
        note("first_picture_only", f"A {known.name} picture {what}. Only the first picture of it is printed.")


def _checked_heic(body: bytes) -> tuple[bytes, HEICFacts]:
    """Return what of a file may be decoded, and its facts."""
    try:
        body = without_films(body)
        facts = look_through(body)
    except UnusualHEICError as error:
        raise UnreadableFileError(
            f"The picture is not a readable HEIC file: {error}. Save it again, or as JPEG."
        ) from error
    if facts.pixels > MAX_PIXELS:
        raise _too_many_pixels()
    if facts.pictures > 1:
        note("first_picture_only", f"A HEIC file holds {facts.pictures} pictures. Only its main one is printed.")
    return body, facts


def _checked_avif(body: bytes) -> tuple[bytes, HEICFacts]:
    """Do the same; the size that a stream tells may be another than that of the boxes around it."""
    try:
        body, is_film = without_track(body)
        facts = look_through(body, is_avif=True)
        sizes = {parts: most_pixels_of(_joined(body, parts)) for parts in set(facts.av1)}
    except (UnusualHEICError, ValueError) as error:
        raise UnreadableFileError(
            f"The picture is not a readable AVIF file: {error}. Save it again, or as JPEG."
        ) from error
    if max(facts.pixels, *sizes.values(), 0) > MAX_PIXELS:
        raise _too_many_pixels()
    if is_film:
        note("first_picture_only", "An AVIF picture is animated. Only the first picture of it is printed.")
    return body, replace(facts, tiled_pixels=max(facts.tiled_pixels, sum(map(sizes.__getitem__, facts.av1))))


def _joined(body: bytes, parts: Places) -> bytes:
    if sum(end - start for start, end in parts) > len(body):
        raise UnusualHEICError("parts of it overlap")
    return b"".join(body[start:end] for start, end in parts)


def _work_of_jpeg(picture: Image.Image, body: bytes) -> int:
    """Return the pixels of a picture written at once that take as long to decode. Raises UnreadableFileError."""
    scans, pixels = _scans_of(body), picture.width * picture.height
    if scans > MOST_SCANS or scans * pixels > MOST_SCANNED_PIXELS:
        raise UnreadableFileError(
            f"The picture is a JPEG file in {scans:,} scans, which is far more work than a picture of "
            f"{picture.width} × {picture.height} pixels is. Save it again, not as a progressive one."
        )
    return max(pixels, pixels * scans // SCANS_FOR_ONE)


def _work_of_bitmap(picture: Image.Image, body: bytes) -> int:
    del body
    pixels = picture.width * picture.height
    if picture.info.get("compression") not in (1, 2):
        return pixels
    if pixels > MOST_RUN_LENGTH_PIXELS:
        raise _too_many_pixels(picture, MOST_RUN_LENGTH_PIXELS)
    return pixels * RUN_LENGTH_FACTOR


def _work_of_tiff(picture: Image.Image, body: bytes) -> int:
    """Refuse what would be printed as something else than it is, and parts that are larger than a picture may be."""
    del body
    tags = getattr(picture, "tag_v2", {})
    if _DNG_VERSION in tags or (tags.get(_SUBFILE_TYPE, 0) & _REDUCED and _SUBFILES in tags):
        raise UnreadableFileError("The picture is a camera's raw file. Develop it, and save it as JPEG.")
    if picture.mode in ("I", "F"):
        raise UnreadableFileError(
            "The picture is a TIFF file of measurements, not of colours (32 bits a pixel). Save it as PNG or JPEG."
        )
    if _number(tags.get(_TILE_WIDTH)) * _number(tags.get(_TILE_LENGTH)) > MAX_PIXELS:
        raise _too_many_pixels()
    return picture.width * picture.height


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


_PLUGINS = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP", HEIC: "HEIF", AVIF: "AVIF", TIFF: "TIFF", GIF: "GIF", BMP: "BMP"}
_CHECKED_WORK: dict[PictureFormat, Callable[[Image.Image, bytes], int]] = {
    JPEG: _work_of_jpeg,
    TIFF: _work_of_tiff,
    BMP: _work_of_bitmap,
}


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


def _too_many_pixels(picture: Image.Image | None = None, most: int = MAX_PIXELS) -> UnreadableFileError:
    size = f" ({picture.width} × {picture.height})" if picture else ""
    limit = most // 1_000_000
    return UnreadableFileError(f"The picture has too many pixels{size}. Use one of at most {limit} megapixels.")
