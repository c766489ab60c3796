"""A cell whose texts are in place, and how it is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from reports.engine.longtable.layout.parts import Figure
from reports.engine.longtable.rows.lines import Area, LinePlace, Piece
from reports.engine.weasy.canvas import MARK
from reports.engine.weasy.structure.text_direction import logical_text

if TYPE_CHECKING:
    from reports.engine.longtable.rows.cells_alone import CellsAlone

_BEGIN_SPAN, _END_SPAN = b"/P<</MCID " + MARK + b">>BDC ", b" EMC"


class DrawnCell(NamedTuple):
    """The operators of a cell between BT and ET, without its first colour and font, and those that it ends with.

    It begins and ends with nothing when it leaves colour and font as they are.
    """

    begins_with: bytes
    drawn: bytes
    ends_with: bytes


class SetLink(NamedTuple):
    """A link of a cell that is set: its corners below the top of the content in px, and the numbers of its texts.

    ``words`` are those of the whole link, on all its lines.
    """

    target: str
    area: tuple[float, float, float, float]
    texts: Sequence[int]
    words: str = ""


class SetBadge(NamedTuple):
    """A background on a line of a cell that is set: below which of the cell's pieces it is drawn, and where."""

    piece: int
    area: Area
    y: float


@dataclass(slots=True)
class CellLayout:
    """The layout of cells of one form and pattern. Lengths in px; ``baseline`` is below the top of the content.

    ``height`` is that of the content, where each line is just one. ``is_empty`` is what ``empty-cells`` goes by.
    ``lines`` is None when there is more in such a cell than lines of text that can be set. A cell that these cannot set
    is laid out ``alone``.
    """

    lines: tuple[LinePlace, ...] | None = ()
    height: float = 0.0
    baseline: float | None = None
    is_empty: bool = True
    alone: CellsAlone | None = None


@dataclass(slots=True)
class SetCell:
    """A cell with its texts in place, below the top of its content. ``height`` is that of the content, in px.

    Its first baseline is further down than usual by ``lowered``. ``extent`` is what the height of a row depends on,
    once that is known.
    """

    layout: CellLayout
    height: float
    pieces: list[Piece]
    links: list[SetLink]
    badges: list[SetBadge]
    lowered: float = 0.0
    extent: Any = None
    _drawn: dict[float, DrawnCell] = field(default_factory=dict)

    @property
    def marks(self) -> int:
        """Count the marked contents."""
        return len(self.pieces)

    @property
    def said(self) -> tuple[tuple[int, str], ...]:
        """Return the texts that are drawn in another order than they are read in, by the numbers of their marks."""
        found = ((number, logical_text(piece.line.text)) for number, piece in enumerate(self.pieces))
        return tuple([(number, text) for number, text in found if text is not None])

    @property
    def baseline(self) -> float | None:
        """Return how far below the top of the content the baseline is, in px."""
        return None if self.layout.baseline is None else self.layout.baseline + self.lowered

    def drawn(self, top: float, *, is_tagged: bool) -> DrawnCell:
        """Draw the cell with its content beginning at ``top``."""
        if top not in self._drawn:
            self._drawn[top] = self._draw(top, is_tagged)
        return self._drawn[top]

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return the pictures that say something, below the top of the content."""
        return ()

    @property
    def order(self) -> tuple[int, ...]:
        """Return the numbers of the marks in the order of drawing; nothing where they stand in it."""
        return ()

    @property
    def marks_above(self) -> int:
        """Count the marked contents that are drawn above the texts of all cells."""
        return 0

    @property
    def has_layers(self) -> bool:
        """Tell whether there is more to draw than texts and what goes with them."""
        return False

    def beside(self, top: float) -> tuple[bytes, bytes]:  # noqa: ARG002
        """Return what is drawn below and above the texts of all cells of the row."""
        return b"", b""

    def _draw(self, top: float, is_tagged: bool) -> DrawnCell:
        prefix = begins_with = self.pieces[0].run.prefix if self.pieces else b""
        drawn = []
        badges = iter([*self.badges, None])
        badge = next(badges)
        for number, piece in enumerate(self.pieces):
            while badge is not None and badge.piece <= number:
                drawn.append(_draw_badge(badge, top))
                badge = next(badges)
            if piece.run.prefix != prefix:
                prefix = piece.run.prefix
                drawn.append(prefix)
            drawn.append(draw_piece(piece, top, is_tagged=is_tagged))
        drawn += [_draw_badge(each, top) for each in (badge, *badges) if each is not None]
        return DrawnCell(begins_with, b"\n".join(drawn), prefix)


def _draw_badge(badge: SetBadge, top: float) -> bytes:
    """Draw a background between two texts; it is none itself."""
    _, (span, x1, x2), y = badge
    assert span.badge is not None
    return b"ET\n%s\nBT" % span.badge.drawn(x1, top + y, x2 - x1)


def draw_piece(piece: Piece, top: float, *, is_tagged: bool) -> bytes:
    """Draw a text between BT and ET, in the colour and font that are set."""
    run, x, y, line = piece
    # Kerning by nothing is what WeasyPrint writes where rounding left a trace of it.
    shown = line.operators.replace(b">0<", b"").replace(b">0]", b">]")
    drawn = b"1 0 0 -1 %.4f %.4f Tm%s" % (x, top + y, shown) if shown else b""
    if not run.strokes:
        return b"%s%s%s" % (_BEGIN_SPAN, drawn, _END_SPAN) if is_tagged else drawn
    # Lines are drawn between texts, and marks go around both.
    parts = [stroke.drawn(x, top + y, line.width) for stroke in run.strokes if stroke.is_below_text]
    parts.append(b"BT\n%s\nET" % drawn)
    parts += [stroke.drawn(x, top + y, line.width) for stroke in run.strokes if not stroke.is_below_text]
    both = b"\n".join(parts)
    return b"ET\n%s\nBT" % (b"%s%s%s" % (_BEGIN_SPAN, both, _END_SPAN) if is_tagged else both)
