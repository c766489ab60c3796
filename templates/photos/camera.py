"""Read what a camera wrote into a picture's EXIF data. None of it is trusted; the place it was taken is never read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PIL import Image
from PIL.ExifTags import IFD, Base

from reports.engine.document.plain_pictures import BROKEN_METADATA

_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Shot:
    """The circumstances of a picture, as far as its file says. ``exposure`` is in seconds."""

    camera: str | None = None
    lens: str | None = None
    taken: datetime | None = None
    exposure: float | None = None
    aperture: float | None = None
    sensitivity: int | None = None
    focal_length: float | None = None


def shot_of(picture: Image.Image) -> Shot:
    """Return what the EXIF data say; nothing of what is broken."""
    try:
        main = picture.getexif()
        detail = main.get_ifd(IFD.Exif)
    except BROKEN_METADATA:
        return Shot()
    return Shot(
        camera=_camera(_text(main.get(Base.Make)), _text(main.get(Base.Model))),
        lens=_text(detail.get(Base.LensModel)),
        taken=_moment(_text(detail.get(Base.DateTimeOriginal)) or _text(main.get(Base.DateTime))),
        exposure=_number(detail, Base.ExposureTime, most=86_400),
        aperture=_number(detail, Base.FNumber, most=1_000),
        sensitivity=_whole(_number(detail, Base.ISOSpeedRatings, most=10_000_000)),
        focal_length=_number(detail, Base.FocalLength, most=100_000),
    )


def _camera(make: str | None, model: str | None) -> str | None:
    if make and model and not model.lower().startswith(make.lower()):
        return f"{make} {model}"
    return model or make


def _text(value: object) -> str | None:
    if isinstance(value, bytes):
        value = value.decode("ascii", "replace")
    if not isinstance(value, str):
        return None
    return "".join(sign for sign in value if sign.isprintable()).strip()[:_LONGEST] or None


def _moment(text: str | None) -> datetime | None:
    try:
        return datetime.strptime(text or "", "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007, cameras do not write their zone
    except ValueError:
        return None


def _number(values: Mapping[int, Any], tag: Base, *, most: float) -> float | None:
    value = values.get(tag)
    try:
        number = float(value[0] if isinstance(value, tuple) else value)  # type: ignore[arg-type]
    except BROKEN_METADATA:
        return None
    return number if 0 < number <= most else None


def _whole(number: float | None) -> int | None:
    return None if number is None else round(number)
