"""Draw a picture of a PDF's first page."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable

import deflate
import pypdfium2

from reports.render_contract import THUMBNAIL, RenderedFile

THUMBNAIL_WIDTH = 480

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_BITS, _RGB = 8, 2
_NO_FILTER = b"\x00"
_LEVEL = 6  # of libdeflate: a little smaller than by zlib's level 4, in half of its time
_TALLEST = 20  # times the width, as a page of a tenant's own PDF may be one long line


def first_page(pdf: bytes, *, width: int = THUMBNAIL_WIDTH) -> RenderedFile:
    """Return page 1 as a PNG of the given width in pixels."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        scale = min(width / page.get_width(), _TALLEST * width / page.get_height())
        bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False)
        pixels, length = memoryview(bitmap.buffer), bitmap.width * bitmap.n_channels
        lines = (pixels[start : start + length] for start in range(0, bitmap.height * bitmap.stride, bitmap.stride))
        body = _png(bitmap.width, bitmap.height, lines)
        return RenderedFile(THUMBNAIL, "image/png", body, bitmap.width, bitmap.height)
    finally:
        document.close()


def _png(width: int, height: int, lines: Iterable[memoryview]) -> bytes:
    """Write lines of three bytes a pixel as a PNG.

    Without PNG's filters, which are meant for photos, pages of text are made in half of Pillow's time, and smaller.
    See https://www.w3.org/TR/png-3/#5Chunk-layout.
    """
    pixels = b"".join(part for line in lines for part in (_NO_FILTER, line))
    header = struct.pack(">IIBBBBB", width, height, _BITS, _RGB, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", bytes(deflate.zlib_compress(pixels, _LEVEL))), (b"IEND", b""))
    return _SIGNATURE + b"".join(_chunk(name, body) for name, body in chunks)


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(body, zlib.crc32(name)))
