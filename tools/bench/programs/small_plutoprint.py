"""Print small reports with PlutoPrint, once for each line on standard input: ``{content}``, of ``small_content``.

Runs in the environment of requirements/bench.txt, on the very HTML and CSS of the report, as far as it knows these.
PlutoPrint writes no tags.
"""
# mypy: disable-error-code="import-not-found,import-untyped,unused-ignore"

from __future__ import annotations

import json
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path
from typing import Any

import plutoprint

from tools.bench.programs import answer_rounds, arguments

_FONTS = Path(__file__).resolve().parents[3] / "fonts"
_FACES = "".join(
    f"@font-face {{ font-family: Inter; font-weight: {weight}; src: url({(_FONTS / name).as_uri()}) }}"
    for weight, name in ((400, "Inter-Regular.ttf"), (500, "Inter-Medium.ttf"), (600, "Inter-SemiBold.ttf"))
)


def main() -> None:
    """Print once for each line."""
    variants = json.loads(Path(arguments()["content"]).read_text("utf-8"))

    def render(number: int) -> Mapping[str, Any]:
        variant = variants[number % len(variants)]
        book = plutoprint.Book(plutoprint.PAGE_SIZE_A4)
        # The imports of a style sheet have to come first; the faces are said by the document.
        html = variant["html"].replace("</head>", f"<style>{_FACES}</style></head>", 1)
        book.load_html(html, user_style=variant["style"], base_url=variant["base"])
        output = BytesIO()
        book.write_to_pdf_stream(output)
        return {"bytes": len(output.getvalue()), "pages": book.get_page_count()}

    answer_rounds(render)


if __name__ == "__main__":
    main()
