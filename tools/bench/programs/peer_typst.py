"""Print the ledger with Typst: ``{rows, out}``. Runs in the environment of requirements/bench.txt."""

from __future__ import annotations

import json
from pathlib import Path

import pypdfium2
import typst  # type: ignore[import-not-found,unused-ignore]

from tools.bench.programs import Stopwatch, arguments, report
from tools.bench.rows import HEADINGS, KEYS, WIDTHS_MM, Ledger

_FONTS = Path(__file__).resolve().parents[3] / "fonts"
_SOURCE = """
#set page(
  paper: "a4", margin: (top: 22mm, x: 15mm, bottom: 20mm),
  header: text(fill: rgb("#555"))[ACME Corp, sales report #h(1fr) 2026-01-31],
  footer: context align(right, text(fill: rgb("#555"))[Page #counter(page).display("1 of 1", both: true)]),
)
#set text(font: "Inter", size: 8pt, fill: rgb("#222"))
#text(size: 20pt, fill: rgb("#012a4a"))[Sales report]

#text(size: 12pt)[Invoices]
#table(
  columns: (COLUMNS), inset: (x: 1.5mm, y: 1.9mm), stroke: (bottom: .25mm + rgb("#ccc")),
  align: (x, y) => if x > 3 { right } else { left },
  fill: (x, y) => if y == 0 { rgb("#012a4a") } else if calc.even(y) { rgb("#f1f5f8") },
  table.header(HEADINGS),
  ..json("lines.json").flatten()
)
"""


def main() -> None:
    """Write the lines as JSON, and compile."""
    wanted = arguments()
    out = Path(wanted["out"])
    source = out.with_name("ledger.typ")
    columns = ", ".join(f"{width}mm" for width in WIDTHS_MM)
    headings = ", ".join(f"text(fill: white)[*{heading}*]" for heading in HEADINGS)
    with Stopwatch() as watch:
        cells = [[line[key] for key in KEYS] for line in Ledger(wanted["rows"])]
        source.with_name("lines.json").write_text(json.dumps(cells), "utf-8")
        source.write_text(_SOURCE.replace("COLUMNS", columns).replace("HEADINGS", headings), "utf-8")
        typst.compile(str(source), output=str(out), font_paths=[str(_FONTS)])
    report(cpu=watch.cpu, wall=watch.wall, pages=len(pypdfium2.PdfDocument(out)), bytes=out.stat().st_size)


if __name__ == "__main__":
    main()
