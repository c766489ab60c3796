"""Read colours and lengths as style sheets write them."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from tinycss2.color5 import parse_color

_MOST_KEPT = 4_096
_LETTERS = "%abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


_PIXELS = {"px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 96 / 2.54, "mm": 96 / 25.4, "q": 96 / 25.4 / 4}


class Length(NamedTuple):
    """A length as WeasyPrint computes it, in px or per cent."""

    value: float
    unit: str


class RGB(NamedTuple):
    """A colour as it is drawn: its shares, and how much it hides of what is below it."""

    red: float
    green: float
    blue: float
    alpha: float


@lru_cache(maxsize=_MOST_KEPT)
def rgb(text: str) -> RGB | None:
    """Return a colour that a style sheet writes so; None for what is none, or what is drawn in another way than RGB."""
    color = parse_color(text)
    if color is None or isinstance(color, str) or color.space not in ("srgb", "hsl", "hwb"):
        return None
    red, green, blue = color.to("srgb").coordinates
    return RGB(float(red), float(green), float(blue), float(color.alpha))


def length(text: str) -> Length:
    """Return a length in a unit that depends on nothing."""
    number = text.rstrip(_LETTERS)
    value, unit = float(number), text[len(number) :].lower()
    return Length(value, "%") if unit == "%" and value else Length(value * _PIXELS.get(unit, 1.0), "px")
