"""Make pictures of all formats. HEIC files are kept, as nothing here writes them."""

from __future__ import annotations

import base64
import struct
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms

from reports.picture_formats import picture_format

RED, BLUE = (200, 20, 20), (20, 20, 200)
HEIC_FILES = Path(__file__).resolve().parents[1] / "tools" / "fuzz" / "pictures"


def heic(name: str) -> bytes:
    """Return a HEIC file of the picture that ``drawn`` draws: turned, profile, alpha, two, or grid."""
    return (HEIC_FILES / f"{name}.heic").read_bytes()


def drawn(width: int = 96, height: int = 64, mode: str = "RGB") -> Image.Image:
    """Draw a blue picture with a red corner at the top left."""
    picture = Image.new("RGB", (width, height), BLUE)
    picture.paste(RED, (0, 0, width // 2, height // 2))
    return picture.convert(mode)


def written(image: Image.Image, kind: str, **options: Any) -> bytes:
    """Write a picture as a file."""
    body = BytesIO()
    image.save(body, kind, **options)
    return body.getvalue()


def data_uri(body: bytes) -> str:
    """Write a file as a data: URI, of the type that its bytes say."""
    known = picture_format(body)
    return f"data:{known.media_type if known else 'image/png'};base64,{base64.b64encode(body).decode()}"


def swapped_profile() -> bytes:
    """Return a colour profile by which red is blue and blue is red, which shows at once whether it was applied."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    (count,) = struct.unpack_from(">I", profile, 128)
    places = {bytes(profile[at : at + 4]): at for at in range(132, 132 + 12 * count, 12)}
    for name, place in ((b"bXYZ", places[b"rXYZ"]), (b"rXYZ", places[b"bXYZ"])):
        profile[place : place + 4] = name
    return bytes(profile)


def is_red(pixel: Any) -> bool:
    """Tell whether a pixel is of the marked corner."""
    return bool(pixel[0] > 120 > pixel[2])
