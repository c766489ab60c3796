"""A PNG file may be whole as far as its pixels go, and broken behind them."""

from __future__ import annotations

import base64
import struct
from io import BytesIO

import pytest
from PIL import Image

from reports.errors import UnreadableFileError
from tests.unit.engine.rendering import show


def png(mode: str, tail: bytes) -> bytes:
    """Return a picture with some bytes between its pixels and its end."""
    file = BytesIO()
    Image.new(mode, (24, 16)).save(file, "PNG")
    body = file.getvalue()
    return body[:-12] + tail + body[-12:]


def placed(body: bytes) -> None:
    show(f"data:image/png;base64,{base64.b64encode(body).decode()}")


@pytest.mark.parametrize("mode", ["RGBA", "LA", "RGB", "L"])
@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(struct.pack(">I", 10_000) + b")   ", id="a chunk of no name, longer than the file"),
        pytest.param(struct.pack(">I", 10_000) + b"abCd", id="a chunk longer than the file"),
        pytest.param(struct.pack(">I", 2**31 - 1) + b"tEXt", id="a text of 2 GB"),
        pytest.param(b"\xff" * 40, id="bytes of no chunk"),
    ],
)
def test_what_is_broken_behind_the_pixels_is_never_the_templates_fault(mode: str, tail: bytes) -> None:
    try:
        placed(png(mode, tail))
    except UnreadableFileError as error:
        assert "damaged" in error.message


def test_the_picture_that_was_found_is_refused() -> None:
    with pytest.raises(UnreadableFileError):
        placed(png("RGBA", struct.pack(">I", 10_000) + b")   "))


def test_an_unknown_chunk_is_no_damage() -> None:
    placed(png("RGBA", struct.pack(">I", 2) + b"abCdxy" + struct.pack(">I", 0)))
