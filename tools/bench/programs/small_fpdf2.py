"""Print small reports with fpdf2, once for each line on standard input: ``{content}``, of ``small_content``.

Runs in the environment of requirements/bench.txt. The texts and tables are those of the report, in a plainer layout.
fpdf2 shapes no text here and writes no tags.
"""
# mypy: disable-error-code="import-not-found,import-untyped,misc,unused-ignore"

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fpdf import FPDF

from tools.bench.programs import answer_rounds, arguments

_FONTS = Path(__file__).resolve().parents[3] / "fonts"
_RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)")
_MODULE_MM = 0.5
_BELOW = {"new_x": "LMARGIN", "new_y": "NEXT"}


class _Report(FPDF):
    """A report with the number of its page on each."""

    def footer(self) -> None:
        self.set_y(-15)
        self.set_font("Inter", "", 8)
        self.cell(0, 5, f"Page {self.page_no()} of {{nb}}", align="R")


def main() -> None:
    """Print once for each line."""
    logging.disable(logging.WARNING)
    variants = json.loads(Path(arguments()["content"]).read_text("utf-8"))
    answer_rounds(lambda number: {"bytes": len(printed(variants[number % len(variants)]["blocks"]))})


def printed(blocks: list[list[Any]]) -> bytes:
    """Return the PDF of a report."""
    pdf = _Report(format="A4")
    pdf.add_font("Inter", "", _FONTS / "Inter-Regular.ttf")
    pdf.add_font("Inter", "B", _FONTS / "Inter-SemiBold.ttf")
    pdf.set_margins(20, 25)
    pdf.set_auto_page_break(True, 25)
    pdf.add_page()
    for kind, content in blocks:
        _BLOCKS[kind](pdf, content)
    return bytes(pdf.output())


def _heading(pdf: FPDF, content: str) -> None:
    pdf.set_font("Inter", "B", 18)
    pdf.multi_cell(0, 10, content, **_BELOW)


def _text(pdf: FPDF, content: str) -> None:
    pdf.set_font("Inter", "", 10)
    pdf.multi_cell(0, 5, content, **_BELOW)


def _table(pdf: FPDF, content: list[list[str]]) -> None:
    pdf.set_font("Inter", "", 10)
    width = max(map(len, content))
    with pdf.table(col_widths=(4, *[1] * (width - 1)), repeat_headings=1) as table:
        for row in content:
            table.row([*row, *[""] * (width - len(row))])


def _code(pdf: FPDF, content: str) -> None:
    x, y = pdf.get_x(), pdf.get_y()
    for each in _RECTANGLE.findall(content):
        left, top, width, height = (int(number) * _MODULE_MM for number in each)
        pdf.rect(x + left, y + top, width, height, style="F")
    pdf.set_y(y + 25)


_BLOCKS: dict[str, Callable[[FPDF, Any], None]] = {"heading": _heading, "text": _text, "table": _table, "code": _code}

if __name__ == "__main__":
    main()
