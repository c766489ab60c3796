"""A table of many pages is one table, whichever way its pages are made."""

from __future__ import annotations

from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from tests.unit.engine.accessibility.keeping import keep
from tests.unit.engine.rendering import PrintedReport, context, printed, renderer, template
from tools.pdf_ua import faults

STYLE = "@page { size: A6; margin: 8mm } table { table-layout: fixed; width: 100% } tr.whole { break-inside: avoid }"
DOCUMENT = """<!doctype html><html lang=en><head><title>t</title>
<style>@page { @top-left { content: "Top" } @bottom-right { content: counter(page) " of " counter(pages) } }</style>
</head><body><h1>t</h1><table>
<thead><tr><th scope=col><a href="https://example.org/head">Number</a></th><th scope=col>Text</th></tr></thead>
<tbody>{% rows data.lines as line %}
<tr class="{{ line.kind }}"><th scope=row>{{ line.number }}</th>
<td>{% if line.link %}<a href="{{ line.link }}">{{ line.text }}</a>{% else %}{{ line.text }}{% endif %}</td></tr>
{% endrows %}</tbody>
{% if data.foot %}<tfoot><tr><td>Foot</td><td><a href="https://example.org/foot">more</a></td></tr></tfoot>{% endif %}
</table><p>After</p></body></html>"""


def rendered(parent: Path, lines: list[dict[str, Any]], *, foot: bool = False) -> PrintedReport:
    folder = parent / "long"
    folder.mkdir()
    (folder / "template.html.j2").write_text(DOCUMENT, "utf-8")
    (folder / "style.css").write_text(STYLE, "utf-8")
    report = printed(renderer(), template(folder), {"lines": lines, "foot": foot}, context())
    assert report.layout["path"] == "long_table", report.layout
    return report


def line(number: int, text: str = "Text", link: str = "", kind: str = "whole") -> dict[str, Any]:
    return {"number": number, "text": text, "link": link, "kind": kind}


LINES = {
    "plain rows": [line(number) for number in range(240)],
    "rows with links": [line(n, link=f"https://example.org/{n}" if n % 9 == 0 else "") for n in range(240)],
    "rows from right to left": [line(n, "مكتب 12 office" if n % 5 == 0 else "Text") for n in range(240)],
    "rows of several pages": [line(n, "long " * 900, kind="") if n in (200, 201) else line(n) for n in range(240)],
}


@pytest.mark.parametrize(
    "foot", [pytest.param(False, marks=pytest.mark.slow), True], ids=["without a foot", "with a foot"]
)
@pytest.mark.parametrize("name", LINES)
def test_a_long_table_is_one_table(tmp_path: Path, name: str, foot: bool) -> None:
    report = rendered(tmp_path, LINES[name], foot=foot)

    keep(f"long table {name} {'foot' if foot else ''}", report.pdf)
    assert faults(report.pdf) == []
    with pikepdf.open(BytesIO(report.pdf)) as document:
        table = next(kid for kid in document.Root.StructTreeRoot.K[0].K if kid.S == "/Table")
        assert [str(kid.S) for kid in table.K] == ["/THead", "/TBody", *(["/TFoot"] if foot else [])]
        assert [len(kid.K) for kid in table.K] == [1, 240, *([1] if foot else [])]


def test_what_the_pages_of_a_long_table_repeat_are_artifacts_of_the_pagination(tmp_path: Path) -> None:
    report = rendered(tmp_path, LINES["plain rows"], foot=True)

    with pikepdf.open(BytesIO(report.pdf)) as document:
        middle = document.pages[len(document.pages) // 2]
        steps = pikepdf.parse_content_stream(middle)
        operands: list[Any] = [step.operands for step in steps if str(step.operator) == "BDC"]
    kinds = Counter(str(each[1].get("/Subtype")) for each in operands if each[0] == "/Artifact")
    assert kinds == {"/Header": 3, "/Footer": 3}


def test_no_object_of_a_long_table_is_nothing(tmp_path: Path) -> None:
    """Some readers take a null in an object stream for a fault."""
    report = rendered(tmp_path, LINES["plain rows"])

    with pikepdf.open(BytesIO(report.pdf)) as document:
        assert [item for item in document.objects if item is None] == []
