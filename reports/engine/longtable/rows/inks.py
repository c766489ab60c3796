"""Learn rows in colours of ours, and set them in their own.

A row whose inline styles set colours is laid out twice, in colours that nothing else has. Wherever the first ones show
in what it draws, those of other rows go, if the second ones do so. The colours that a row came with decide on nothing,
so each process finds the same, whichever rows it gets.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import chain

from reports.engine.longtable.layout.inline_styles import CLEAR, WIDTH, places_in
from reports.engine.longtable.layout.parts import Colours, Fragment, RowLook, look_in, parts_of
from reports.engine.longtable.layout.row_forms import part_row
from reports.engine.weasy.canvas import Canvas, number
from reports.engine.weasy.inline_values import RGB, rgb

_OURS, _OTHERS = "27.1828% 31.4159%", "14.1421% 17.3205%"
_MOST_FORMS = 4_000
_INKS_OF_A_CELL = 16


class Inks:
    """The colours of the rows of one table; ``canvas`` is what these are drawn on."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self._ours: dict[str, tuple[str, ...]] = {}

    def ours(self, form: str, inks: tuple[str, ...]) -> tuple[str, ...]:
        """Return the inks of a row with colours of ours."""
        return tuple([mine or own for mine, own in zip(self._ours_in(form), inks, strict=True)])

    def others(self, form: str, inks: tuple[str, ...]) -> tuple[str, ...]:
        """Return the inks of a row with other colours of ours."""
        return tuple([_other(mine) if mine else own for mine, own in zip(self._ours_in(form), inks, strict=True)])

    def coloured(self, fragment: Fragment, form: str, inks: tuple[str, ...]) -> Fragment:
        """Return a row that was set in colours of ours in its own."""
        colours: Colours = tuple(
            dict.fromkeys(
                chain.from_iterable(
                    self._swaps(mine, own) for mine, own in zip(self._ours_in(form), inks, strict=True) if mine
                )
            )
        )
        text = fragment.text
        for mine, own in colours:
            text = text.replace(mine, own)
        shown = tuple([swap for swap in colours if _is_in(swap[0], fragment.look)])
        return replace(fragment, text=text, colours=shown)

    def _ours_in(self, form: str) -> tuple[str, ...]:
        """Return our colours for the places in a form, by column and number in the cell; nothing for a width."""
        known = self._ours.get(form)
        if known is None:
            if len(self._ours) >= _MOST_FORMS:
                self._ours.clear()
            tag, cells = part_row(form)
            known = self._ours[form] = tuple(
                "" if place == WIDTH else _colour(column * _INKS_OF_A_CELL + at, is_clear=place == CLEAR)
                for column, part in enumerate((tag, *cells))
                for at, place in enumerate(places_in(part))
            )
        return known

    def _swaps(self, mine: str, own: str) -> list[tuple[bytes, bytes]]:
        ours, theirs = rgb(mine), rgb(own)
        assert ours is not None
        assert theirs is not None
        swaps = [(_operands(ours), _operands(theirs))]
        if ours.alpha < 1:
            self._canvas.add_alpha(theirs.alpha)
            swaps += [(b"/%s%r gs" % (kind, ours.alpha), b"/%s%r gs" % (kind, theirs.alpha)) for kind in (b"a", b"A")]
        return swaps


def in_full(fragment: Fragment) -> Fragment:
    """Return a row whose look has the row's own colours."""
    return replace(fragment, look=look_in(fragment.look, fragment.colours), colours=())


def _colour(place: int, *, is_clear: bool) -> str:
    """Return a colour of ours as a style sheet writes it."""
    alpha = f" / {0.5 + place / 10_007:.6f}" if is_clear else ""
    return f"rgb({1 + place / 101:.4f}% {_OURS}{alpha})"


def _other(colour: str) -> str:
    return colour.replace(_OURS, _OTHERS).replace(" / 0.", " / 0.0")


def _operands(colour: RGB) -> bytes:
    return b"%s %s %s " % (number(colour.red), number(colour.green), number(colour.blue))


def _is_in(drawn: bytes, look: RowLook) -> bool:
    return any(drawn in each for each in parts_of(look))
