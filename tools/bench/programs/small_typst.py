"""Print small reports with Typst, tagged, once for each line on standard input: ``{content}``, of ``small_content``.

Runs in the environment of requirements/bench.txt. The texts and tables are those of the report, in a plainer layout.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst  # type: ignore[import-not-found,unused-ignore]

from tools.bench.programs import answer_rounds, arguments

_FONTS = Path(__file__).resolve().parents[3] / "fonts"
_RECTANGLE = re.compile(r"M(\d+) (\d+)h(\d+)v(\d+)")
_SOURCE = """
#let blocks = json(bytes(sys.inputs.blocks))
#set document(title: blocks.first().at(1))
#set page(paper: "a4", margin: (x: 20mm, y: 25mm),
  footer: context align(right, text(size: 8pt)[Page #counter(page).display("1 of 1", both: true)]))
#set text(font: "Inter", size: 10pt, fill: rgb("#222"), lang: "en")
#show heading: set text(size: 18pt, fill: rgb("#1d4f73"))
#for (kind, content) in blocks {
  if kind == "heading" [= #content]
  else if kind == "table" {
    let width = calc.max(..content.map(row => row.len()))
    table(columns: (1fr,) + (auto,) * (width - 1), stroke: (bottom: .5pt + rgb("#ccc")), inset: (x: 2mm, y: 1.5mm),
      align: (x, y) => if x > 0 { right } else { left },
      table.header(..content.first().map(cell => strong(cell))),
      ..content.slice(1).map(row => row + ("",) * (width - row.len())).flatten())
  }
  else if kind == "code" { box(width: 25mm, height: 25mm, {
    for (x, y, w, h) in content {
      place(dx: x * .5mm, dy: y * .5mm, rect(width: w * .5mm, height: h * .5mm, fill: black))
    }
  }) }
  else { content.split("\\n").join(linebreak()); parbreak() }
}
"""


def main() -> None:
    """Compile once for each line."""
    content = Path(arguments()["content"])
    variants = [_inputs(variant["blocks"]) for variant in json.loads(content.read_text("utf-8"))]
    source = content.with_name("small.typ")
    source.write_text(_SOURCE, "utf-8")
    compiler = typst.Compiler(str(source), font_paths=[str(_FONTS)])

    def render(number: int) -> Mapping[str, Any]:
        inputs = {"blocks": variants[number % len(variants)]}
        return {"bytes": len(compiler.compile(format="pdf", sys_inputs=inputs))}

    answer_rounds(render)


def _inputs(blocks: list[list[Any]]) -> str:
    drawn = [
        [kind, [list(map(int, each)) for each in _RECTANGLE.findall(content)] if kind == "code" else content]
        for kind, content in blocks
    ]
    return json.dumps(drawn)


if __name__ == "__main__":
    main()
