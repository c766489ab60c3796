"""Write what small reports hold, for engines that read no template: ``{document, out}``.

The file has a list of variants. Each has ``html`` with its ``style``, and ``blocks`` in their order on the page, as
``[kind, content]``: ``heading`` and ``text`` hold a text, ``table`` rows of texts, ``code`` the path of a QR code.
"""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from reports.engine.templating.template_code import load_template_code
from tools.bench.programs import arguments, report
from tools.bench.programs.engine import context
from tools.bench.programs.small_reports import data_of, folder_of

_TEXTS = frozenset({"p", "address", "dt", "dd", "li", "h1", "h2", "h3", "th", "td", "title"})
_HEADINGS = frozenset({"h1", "h2", "h3"})
_CELLS = frozenset({"th", "td"})


def main() -> None:
    """Write the file."""
    wanted = arguments()
    folder = folder_of(wanted["document"])
    code = load_template_code(folder)
    style = (folder / "style.css").read_text("utf-8")
    variants = []
    for data in data_of(wanted["document"]):
        html = code.html(code.view(data, context()), context())
        variants.append({"html": html, "style": style, "base": folder.as_uri() + "/", "blocks": blocks_of(html)})
    Path(wanted["out"]).write_text(json.dumps(variants), "utf-8")
    report(variants=len(variants))


def blocks_of(html: str) -> list[list[Any]]:
    """Return the blocks of a document."""
    reader = _Reader()
    reader.feed(html)
    return reader.blocks


class _Reader(HTMLParser):
    """Gather headings, texts, tables and codes."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[list[Any]] = []
        self._open: list[str] = []
        self._text: list[str] = []
        self._rows: list[list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "table":
            self._rows = []
            self.blocks.append(["table", self._rows])
        elif tag == "tr" and self._rows is not None:
            self._rows.append([])
        elif tag in _TEXTS:
            self._open.append(tag)
            self._text = []
        elif tag == "br":
            self._text.append("\n")
        elif tag == "path" and given.get("d"):
            self.blocks.append(["code", given["d"]])

    def handle_data(self, data: str) -> None:
        self._text.append(" ".join(data.split()) + " " if data.strip() else "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "table":
            self._rows = None
        if tag not in _TEXTS or not self._open:
            return
        self._open.pop()
        text, self._text = "".join(self._text).strip(), []
        if tag in _CELLS and self._rows:
            self._rows[-1].append(text)
        elif text and tag != "title":
            self.blocks.append(["heading" if tag in _HEADINGS else "text", text])


if __name__ == "__main__":
    main()
