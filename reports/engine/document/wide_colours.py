"""Turn colours of wide gamut, or of high dynamic range, into sRGB: those that codes describe, not an ICC profile."""

from __future__ import annotations

from functools import cache
from math import exp

from PIL import Image, ImageFilter

# Codes of ITU-T H.273: primaries, and transfer characteristics.
_BT2020, _DISPLAY_P3 = 9, 12
_PQ, _HLG = 16, 18

_REFERENCE_WHITE = 203.0  # cd/m², ITU-R BT.2408
_HLG_PEAK = 1000.0
_KNEE = 0.6
_STEPS = 17

Colour = tuple[float, float, float]
# To the primaries of sRGB, in linear light.
_MATRICES = {
    _BT2020: ((1.6605, -0.5877, -0.0728), (-0.1246, 1.1329, -0.0083), (-0.0182, -0.1006, 1.1188)),
    _DISPLAY_P3: ((1.2249, -0.2249, 0.0), (-0.0420, 1.0420, 0.0), (-0.0196, -0.0786, 1.0982)),
}


def are_wide(primaries: int, transfer: int) -> bool:
    """Tell whether colours by these codes are other than those of sRGB."""
    return primaries in _MATRICES or is_hdr(transfer)


def is_hdr(transfer: int) -> bool:
    """Tell whether colours by this code may be brighter than paper."""
    return transfer in (_PQ, _HLG)


def in_srgb(pixels: Image.Image, primaries: int, transfer: int) -> Image.Image:
    """Return RGB pixels in sRGB; what is brighter than white is made darker by degrees."""
    if is_hdr(transfer):
        pixels = pixels.point(_curve(transfer) * 3)
    return pixels.filter(_table(primaries)) if primaries in _MATRICES else pixels


@cache
def _curve(transfer: int) -> tuple[int, ...]:
    light = map(_from_pq if transfer == _PQ else _from_hlg, (step / 255 for step in range(256)))
    return tuple(round(255 * _to_srgb(_toned(value))) for value in light)


@cache
def _table(primaries: int) -> ImageFilter.Color3DLUT:
    matrix = _MATRICES[primaries]

    def convert(*colour: float) -> Colour:
        light = [_from_srgb(value) for value in colour]
        mixed = (sum(part * value for part, value in zip(row, light, strict=True)) for row in matrix)
        red, green, blue = map(_to_srgb, mixed)
        return red, green, blue

    return ImageFilter.Color3DLUT.generate(_STEPS, convert)


def _toned(light: float) -> float:
    """Return light as it is up to a knee, and above it ever closer to white, which is 1."""
    above, room = light - _KNEE, 1 - _KNEE
    return light if above <= 0 else _KNEE + room * above / (above + room)


def _from_srgb(value: float) -> float:
    return float(value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4)


def _to_srgb(value: float) -> float:
    value = min(max(value, 0.0), 1.0)
    return float(12.92 * value if value <= 0.0031308 else 1.055 * value ** (1 / 2.4) - 0.055)


def _from_pq(value: float) -> float:
    """Return light by SMPTE ST 2084, in parts of the reference white."""
    root = value ** (1 / 78.84375)
    part = max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)
    return float(10_000 / _REFERENCE_WHITE * part ** (1 / 0.1593017578125))


def _from_hlg(value: float) -> float:
    """Return light by ITU-R BT.2100, as on a screen of 1,000 cd/m², in parts of the reference white."""
    scene = value * value / 3 if value <= 0.5 else (exp((value - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return float(scene**1.2 * _HLG_PEAK / _REFERENCE_WHITE)
