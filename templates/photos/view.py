"""Prepare a picture: a copy fit for the page, what its file says, and previews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

from reports.engine.templating.formats import NO_BREAK_SPACE, Formats
from reports.render_contract import RenderContext, RenderedFile

from .camera import Shot
from .pictures import Photo, data_uri, previews, read_photo

PREVIEW_SIDES = (128, 512, 1280)
_ON_THE_PAGE = 1600  # pixels: 230 dpi over the width of the text
_UNITS = ("B", "kB", "MB", "GB")


def view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    """Return what the template prints. Raises UnreadableFileError."""
    photo = read_photo(data["image"], within=_ON_THE_PAGE)
    formats = Formats.of(context.locale)
    file_name = PurePosixPath(context.source).name
    return {
        "photo": photo,
        "paper": data.get("paper", "A4"),
        "title": context.title or data.get("title") or context.source_title or None,
        "caption": data.get("caption"),
        "credit": data.get("credit"),
        "file_name": file_name,
        "image": data_uri(photo),
        "is_upright": photo.height > photo.width,
        "width": photo.width,
        "height": photo.height,
        "megapixels": _megapixels(photo, formats),
        "format": photo.format,
        "file_size": _size(photo.file_size, formats),
        "shot": photo.shot,
        "exposure": _exposure(photo.shot, formats),
    }


def extra_files(data: Mapping[str, Any], context: RenderContext) -> Sequence[RenderedFile]:
    """Return the previews, the smallest first."""
    del context
    return previews(read_photo(data["image"], within=_ON_THE_PAGE), PREVIEW_SIDES)


def _megapixels(photo: Photo, formats: Formats) -> str:
    return formats.number(photo.width * photo.height / 1_000_000, 1)


def _size(count: int, formats: Formats) -> str:
    """Write a number of bytes in the largest unit that leaves a whole part."""
    value, unit = float(count), 0
    while value >= 1000 and unit < len(_UNITS) - 1:
        value, unit = value / 1000, unit + 1
    return f"{formats.number(value, 0 if unit == 0 or value >= 100 else 1)}{NO_BREAK_SPACE}{_UNITS[unit]}"


def _exposure(shot: Shot, formats: Formats) -> str:
    parts = []
    if shot.exposure:
        seconds = f"1/{round(1 / shot.exposure)}" if shot.exposure < 0.5 else formats.number(shot.exposure, 1)
        parts.append(f"{seconds}{NO_BREAK_SPACE}s")
    if shot.aperture:
        parts.append(f"f/{formats.number(shot.aperture, 1)}")
    if shot.sensitivity:
        parts.append(f"ISO{NO_BREAK_SPACE}{shot.sensitivity}")
    if shot.focal_length:
        parts.append(f"{formats.number(shot.focal_length, 0)}{NO_BREAK_SPACE}mm")
    return " · ".join(parts)
