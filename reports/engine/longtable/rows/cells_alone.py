"""Have WeasyPrint lay out single cells, where its own way with text is the only one to be sure of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports.engine.longtable.layout.parts import Figure
from reports.engine.longtable.layout.row_painter import CellContents, RowPainter
from reports.engine.longtable.rows.lines import collapsed
from reports.engine.longtable.rows.set_cells import CellLayout, DrawnCell, SetCell, SetLink
from reports.engine.longtable.text.font_additions import FontSavepoint
from reports.engine.weasy.canvas import MARK
from reports.engine.weasy.lone_cells import LoneCell, content_baseline

_SPACES = (" ", "\t", "\n", "\r", "\f")


@dataclass(slots=True)
class CellAlone(SetCell):
    """A cell that WeasyPrint has laid out alone, with all that is in it as it drew that."""

    own_marks: int = 0
    own_said: tuple[tuple[int, str], ...] = ()
    own_baseline: float | None = None
    contents: CellContents | None = None

    @property
    def marks(self) -> int:
        """Count the marked contents."""
        return self.own_marks

    @property
    def said(self) -> tuple[tuple[int, str], ...]:
        """Return the texts that are drawn in another order than they are read in, by the numbers of their marks."""
        return self.own_said

    @property
    def baseline(self) -> float | None:
        """Return how far below the top of the content the baseline is, in px."""
        return self.own_baseline

    def drawn(self, top: float, *, is_tagged: bool) -> DrawnCell:  # noqa: ARG002
        """Draw the cell with its content beginning at ``top``."""
        assert self.contents is not None
        return DrawnCell(b"", b"ET\n%s\nBT" % _moved(self.contents.drawn, top), b"")

    @property
    def figures(self) -> tuple[Figure, ...]:
        """Return the pictures that say something, below the top of the content."""
        assert self.contents is not None
        return self.contents.figures

    @property
    def order(self) -> tuple[int, ...]:
        """Return the numbers of the marks in the order of drawing; nothing where they stand in it."""
        assert self.contents is not None
        return self.contents.order

    @property
    def marks_above(self) -> int:
        """Count the marked contents that are drawn above the texts of all cells."""
        assert self.contents is not None
        return self.contents.above.count(MARK)

    @property
    def has_layers(self) -> bool:
        """Tell whether there is more to draw than texts and what goes with them."""
        return True

    def beside(self, top: float) -> tuple[bytes, bytes]:
        """Return what is drawn below and above the texts of all cells."""
        assert self.contents is not None
        below, above = self.contents.below, self.contents.above
        return _moved(below, top) if below else b"", _moved(above, top) if above else b""


def _moved(drawn: bytes, top: float) -> bytes:
    return b"q 1 0 0 1 0 %.4f cm\n%s\nQ" % (top, drawn)


class CellsAlone:
    """Have WeasyPrint lay out cells of one form and pattern, each alone."""

    def __init__(self, cell: LoneCell, painter: RowPainter) -> None:
        self._cell = cell
        self._painter = painter

    def set(self, layout: CellLayout, texts: Sequence[str], lengths: Sequence[str]) -> SetCell | None:
        """Lay out a cell with these texts and lengths; None when some of its characters are in no font."""
        box = self.laid_out(texts, lengths)
        savepoint = FontSavepoint(self._painter.canvas)
        made = self._painter.contents(box)
        if savepoint.roll_back_missing():
            return None
        links = [SetLink(link.target, link.area, link.texts, link.words) for link in made.links]
        baseline = content_baseline(box)
        return CellAlone(
            *(layout, box.height, [], links, []),
            own_marks=made.marks,
            own_said=made.said,
            own_baseline=baseline,
            contents=made,
        )

    def laid_out(self, texts: Sequence[str], lengths: Sequence[str] = ()) -> Any:
        """Lay out a cell with these texts and lengths."""
        return self._cell.laid_out([collapsed(text) + " " * text.endswith(_SPACES) for text in texts], lengths)
