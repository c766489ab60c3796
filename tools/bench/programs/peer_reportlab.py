"""Print the ledger with ReportLab: ``{rows, out}``. Runs in the environment of requirements/bench.txt."""
# mypy: disable-error-code="import-not-found,import-untyped,misc,unused-ignore"

from __future__ import annotations

from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor, white
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer

from tools.bench.programs import Stopwatch, arguments, report
from tools.bench.rows import HEADINGS, KEYS, WIDTHS_MM, Ledger

_FONTS = Path(__file__).resolve().parents[3] / "fonts"
_STYLE = [
    ("FONT", (0, 0), (-1, -1), "Inter", 8, 10.4),
    ("BACKGROUND", (0, 0), (-1, 0), HexColor("#012a4a")),
    ("TEXTCOLOR", (0, 0), (-1, 0), white),
    ("ALIGN", (4, 0), (-1, -1), "RIGHT"),
    ("LINEBELOW", (0, 1), (-1, -1), 0.25 * mm, HexColor("#cccccc")),
    ("ROWBACKGROUNDS", (0, 1), (-1, -1), [white, HexColor("#f1f5f8")]),
    ("LEFTPADDING", (0, 0), (-1, -1), 1.5 * mm),
    ("RIGHTPADDING", (0, 0), (-1, -1), 1.5 * mm),
    ("TOPPADDING", (0, 0), (-1, -1), 1 * mm),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 1 * mm),
]


class _CountingCanvas(Canvas):
    """Print "Page X of Y", by keeping every page until their number is known, as ReportLab's users do."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._kept: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802, ReportLab's name
        self._kept.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        for number, page in enumerate(self._kept, start=1):
            self.__dict__.update(page)
            self.setFont("Inter", 8)
            self.drawString(15 * mm, A4[1] - 14 * mm, "ACME Corp, sales report")
            self.drawRightString(A4[0] - 15 * mm, A4[1] - 14 * mm, "2026-01-31")
            self.drawRightString(A4[0] - 15 * mm, 12 * mm, f"Page {number} of {len(self._kept)}")
            super().showPage()
        super().save()


def main() -> None:
    """Build the document."""
    wanted = arguments()
    out = Path(wanted["out"])
    pdfmetrics.registerFont(TTFont("Inter", str(_FONTS / "Inter-Regular.ttf")))
    with Stopwatch() as watch:
        cells = [HEADINGS, *([line[key] for key in KEYS] for line in Ledger(wanted["rows"]))]
        table = LongTable(cells, colWidths=[width * mm for width in WIDTHS_MM], repeatRows=1, style=_STYLE)
        margins = {"leftMargin": 15 * mm, "rightMargin": 15 * mm, "topMargin": 22 * mm, "bottomMargin": 20 * mm}
        document = SimpleDocTemplate(str(out), pagesize=A4, pageCompression=1, **margins)
        heading = Paragraph("Sales report", ParagraphStyle("heading", fontName="Inter", fontSize=20, leading=26))
        document.build([heading, Spacer(1, 8 * mm), table], canvasmaker=_CountingCanvas)
    report(cpu=watch.cpu, wall=watch.wall, pages=document.page, bytes=out.stat().st_size)


if __name__ == "__main__":
    main()
