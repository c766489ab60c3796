"""Gather table reports whose cells have more in them than one text, with how many rows WeasyPrint may lay out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from tests.unit.engine.longtable.ledgers import LONG, Line, lines, report, with_every
from tests.unit.engine.longtable.oracle import TableReport


class RichReport(NamedTuple):
    """A report with rich cells; ``laid_out`` is how many of its rows WeasyPrint may lay out.

    Blocks in cells are no elements of the structure that the fast path writes, and boxes within a link are: with these,
    its structure is not the ``same``.
    """

    report: TableReport
    laid_out: int
    same_structure: bool


_FIXED = "table { table-layout: fixed } th:nth-child(1) { width: 34mm } th:nth-child(3) { width: 30mm }"
_LEDGER = (
    "<tr><td><b>{{ line.id }}</b> <i>{{ line.number }}</i></td>"
    "<td>{{ line.customer }}<br><small>since {{ 1900 + line.number }}</small></td>"
    '<td><span class="amount">{{ line.amount }}</span> <small>EUR</small></td></tr>'
)
_LEDGER_STYLE = "small { font-size: 5pt; color: #666 } .amount { font-weight: 600 } td:last-child { text-align: right }"


def _rich(
    row: str,
    style: str = "",
    data: Sequence[Line] | None = None,
    *,
    laid_out: int = 6,
    same_structure: bool = True,
) -> RichReport:
    return RichReport(report(_LEDGER_STYLE + style, row, data=data), laid_out, same_structure)


def _texts(texts: dict[int, str]) -> list[Line]:
    """Return rows with another text as customer and as id, for the first number that divides theirs."""

    def text_of(line: Line, name: str) -> str:
        return str(next((text for nth, text in texts.items() if line["number"] % nth == 0), line[name]))

    return [{**line, "customer": text_of(line, "customer"), "id": text_of(line, "id")} for line in lines()]


_MANY = """<tr class="{{ ["", "sum"][line.number % 29 == 28] }}"><td>{{ line.id }}</td>
{%- for text in line.texts %}<td class="{{ text.style }}">{{ text.text }}</td>{% endfor %}</tr>"""
_MANY_HEAD = f"<thead><tr><th>No</th>{'<th>Part</th>' * 5}</tr></thead>"
_MANY_STYLE = """
td { text-align: right } .neg { color: #a00 } .none { background: #eee }
.high { font-weight: 600; vertical-align: top } .low { font-size: 5pt; vertical-align: bottom }
.sum td { padding-top: 1.4mm; font-weight: 600 } tbody tr:nth-child(even) { background: #eef }
"""


def _many() -> list[Line]:
    """Return rows whose cells are of many classes, and have gaps, in hundreds of combinations."""
    styles = ("", "neg", "none", "high", "low", "neg high", "none low")
    made = []
    for line in lines(300):
        number = line["number"]
        texts = [
            {
                "style": styles[number * factor // 3 % len(styles)],
                "text": ""
                if number * factor % 7 == 0
                else f"{number * factor % 9973 - 2000:,}" + " of all" * (number % 11 == 0),
            }
            for factor in (7919, 104_729, 1_299_709, 611_953, 15_013)
        ]
        made.append({**line, "texts": texts})
    return made


def _of_many_classes(style: str = "", *, laid_out: int) -> RichReport:
    return RichReport(report(_MANY_STYLE + style, _MANY, head=_MANY_HEAD, data=_many()), laid_out, same_structure=True)


RICH_CELLS: dict[str, RichReport] = {
    "several texts on several lines": _rich(_LEDGER),
    "several texts with collapsed borders": _rich(
        _LEDGER,
        "table { border-collapse: collapse } th, td { border: .3mm solid #888 }"
        "tbody tr:nth-child(even) { background: #eef } td:nth-child(2) { border-left: 1mm solid #a00 }",
    ),
    "several texts in the middle of a cell": _rich(
        '<tr><td>{{ line.id }} <b>{{ line.number }}</b><br> <i>{{ line.amount }}</i> of </td><td class="long">'
        "{{ line.customer }}</td><td><b>{{ line.amount }}</b> €<br><br><u>{{ line.number }}</u> x</td></tr>",
        _FIXED + "td:nth-child(1) { text-align: center } td { padding: .3mm 1mm 1.1mm; border: .1mm solid }",
        with_every(7, lambda _: {"customer": LONG}),
    ),
    "vertical alignment of several texts": _rich(
        '<tr class="{{ ["top", "middle", "base", "bottom"][line.number % 4] }}"><td>{{ line.id }}<br><b>x</b></td>'
        "<td>{{ line.customer }}</td><td><big>{{ line.number }}</big> <small>{{ line.amount }}<sub>2</sub></small></td>"
        "</tr>".replace("big", "strong"),
        _FIXED
        + """.top td { vertical-align: top } .middle td { vertical-align: middle } .bottom td { vertical-align: bottom }
        .base td { vertical-align: baseline } strong { font-size: 12pt } td { border: .1mm solid #999 }
        td:nth-child(2) { padding-bottom: 2mm }""",
        with_every(5, lambda line: {"customer": ["", LONG][line["number"] % 2]}),
        laid_out=10,
    ),
    "raised and lowered texts": _rich(
        "<tr><td>{{ line.id }}<sup>{{ line.number }}</sup></td><td>H<sub>{{ line.number }}</sub>O "
        '<span class="up">{{ line.customer }}</span></td><td><span class="top">{{ line.number }}</span>'
        "<em>{{ line.amount }}</em></td></tr>",
        ".up { vertical-align: 2px } .top { vertical-align: top; font-size: 4pt } td { vertical-align: baseline }",
    ),
    "blocks in cells": _rich(
        "<tr><td>{{ line.id }}<small>since <b>{{ line.number }}</b></small></td><td><div>{{ line.customer }}</div>"
        "<p>{{ line.amount }} <i>x</i></p></td><td>{{ line.amount }} <small> {{ line.number }} </small> €</td></tr>",
        "small { display: block } p { margin: 1mm 0 0; padding-left: 3mm; text-align: center }",
        same_structure=False,
    ),
    "a line of several that wraps": _rich(
        "<tr><td>{{ line.id }} <b>{{ line.number }}</b></td><td>{{ line.customer }}<br><small>since {{ line.number }}"
        '</small></td><td><span class="block">{{ line.amount }}</span><b>{{ line.customer }}</b></td></tr>',
        _FIXED + "td { vertical-align: bottom } .block { display: block }",
        with_every(3, lambda line: {"customer": f"{line['customer']} {LONG[: line['number']]}"}),
        laid_out=12,
    ),
    "a line of several texts that does not fit": _rich(
        "<tr><td>{{ line.id }}</td><td><b>{{ line.customer }}</b> of <i>{{ line.id }}</i></td>"
        "<td>{{ line.amount }}</td></tr>",
        _FIXED,
        with_every(20, lambda line: {"customer": LONG[: 40 + line["number"] // 4]}),
        laid_out=14,
    ),
    "several texts that never wrap": _rich(
        '<tr><td>{{ line.id }} <b>x</b></td><td class="never"><b>{{ line.customer }}</b> <i>{{ line.id }}</i> x</td>'
        "<td>{{ line.amount }}</td></tr>",
        _FIXED + ".never { white-space: nowrap }",
        with_every(20, lambda line: {"customer": LONG[: 40 + line["number"] // 4]}),
    ),
    "empty texts among others": _rich(
        "<tr><td><b>{{ line.id }}</b> {{ line.customer }}</td><td>{{ line.customer }}<br><i>{{ line.id }}</i></td>"
        "<td><small>{{ line.id }}</small> <b>{{ line.customer }}</b> </td></tr>",
        "td { border: .1mm solid; empty-cells: hide } td:nth-child(2) { vertical-align: baseline }",
        [
            {
                **line,
                "id": "" if line["number"] % 3 == 0 else line["id"],
                "customer": "" if line["number"] % 5 == 0 else line["customer"],
            }
            for line in lines()
        ],
        laid_out=20,
    ),
    "white space around texts": _rich(
        "<tr>\n <td>\n <b> {{ line.id }} </b>\n <i>{{ line.number }}</i>\n </td>\n"
        "<td>{{ line.customer }} <br> {{ line.id }} <b> </b> <u>x </u></td><td><b>{{ line.amount }} </b><br></td></tr>",
        "td:nth-child(2) { text-align: center }",
        _texts({4: " x  y", 6: "z\t", 15: "\n q \u00a0 r \n"}),
        laid_out=20,
    ),
    "markup, scripts and missing glyphs in texts": _rich(
        "<tr><td><b>{{ line.id }}</b> x</td><td>{{ line.customer }} <i>of</i></td>"
        "<td>{{ line.amount }} <b>€</b></td></tr>",
        data=_texts(
            {
                13: "a < b & c > d",
                17: "&amp; &lt;b&gt;",
                19: "שלום 12",
                23: "مرحبا",
                29: "漢字",
                30: "𓏐𓏊",
                31: "Ελληνικά Ж",
                37: "a\u0301",
            }
        ),
        laid_out=40,
    ),
    "nested texts": _rich(
        "<tr><td><b>A <i>{{ line.id }} <u>{{ line.number }}<small>!</small></u></i> z</b></td>"
        '<td><span style="text-transform: uppercase">{{ line.customer }}<em> or </em></span>not</td>'
        "<td><strong><em>{{ line.amount }}</em></strong></td></tr>",
        laid_out=6,
    ),
    "padding around texts": _rich(
        '<tr><td>{{ line.id }}<span class="pad">{{ line.number }}</span>x</td>'
        '<td><b class="pad">{{ line.customer }}</b></td>'
        '<td><span class="pad">{{ line.amount }} <i class="pad">€</i></span></td></tr>',
        ".pad { padding: .4mm 1mm .2mm 2mm; margin: 0 .3mm 0 .7mm }",
    ),
    "lines under, over and through texts": _rich(
        "<tr><td><u>{{ line.id }}</u> {{ line.number }} <s>{{ line.amount }}</s></td><td><u>{{ line.customer }} <s>and"
        '</s> <small>x</small></u></td><td><span class="over">{{ line.amount }}</span></td></tr>',
        "s { color: #a00 } .over { text-decoration: overline underline #0a0 } td:last-child { text-align: right }",
    ),
    "badges": _rich(
        '<tr><td>{{ line.id }} <span class="tag">{{ line.number }}</span></td><td><b '
        'class="tag {{ ["", "round"][line.number % 2] }}">{{ line.customer }}</b> <i class="box">a'
        '<span class="tag">{{ line.id }}</span></i></td>'
        '<td><a class="tag" href="/{{ line.id }}">{{ line.amount }}</a><br><span class="box"></span>x</td></tr>',
        """.tag { background: #fd6; padding: .2mm 1mm; margin-right: .5mm } .round { border-radius: 1mm; color: #a00 }
        .box { border: .2mm solid #0a0; padding: 0 .6mm } td { vertical-align: middle }
        td:nth-child(2) { text-align: center } .box .tag { background: #cdf; border-bottom: .4mm dashed #00a }""",
        same_structure=False,
    ),
    "signs without a text": _rich(
        '<tr><td>{{ line.id }}</td><td><i class="{{ ["good", "bad"][line.number % 2] }}"></i></td>'
        "<td>{{ line.amount }}</td></tr>",
        ".good { border: 1mm solid #0a0; border-radius: 1mm } .bad { background: #a00; padding: 0 1mm }",
        laid_out=8,
    ),
    "links to values": _rich(
        '<tr><td><a href="https://example.org/{{ line.number }}?q={{ line.customer }}">{{ line.id }}</a></td>'
        "<td>of <a href=\"https://example.org/\">{{ line.customer }} or so</a>, <a href='/{{ line.id }}'>x"
        '</a></td><td><a href="{{ line.link }}"> {{ line.amount }}</a><br>{{ line.number }}</td></tr>',
        "td:nth-child(2) { text-align: center } td { vertical-align: middle }",
        [
            {
                **line,
                "link": ["https://a.example/ü?x=%20 1", "relative/path", "mailto:a@b.example", " //c.example/#x "][
                    line["number"] % 4
                ],
            }
            for line in lines()
        ],
    ),
    "texts within links": _rich(
        '<tr><td><a href="https://example.org/{{ line.number }}"><em>{{ line.id }}</em></a></td>'
        '<td><b><a href="/{{ line.id }}">'
        "{{ line.customer }}<br><i>{{ line.number }}</i> &amp; more</a></b></td><td>{{ line.amount }}</td></tr>",
        "td:nth-child(2) { text-align: right } em { margin: 0 1mm; padding: .3mm .5mm }",
        same_structure=False,
    ),
    "links that some rows lack": _rich(
        '<tr><td><a href="{{ line.link }}">{{ line.id }}</a></td>'
        "<td>{{ line.customer }}</td><td>{{ line.amount }}</td></tr>",
        data=[
            {**line, "link": "" if line["number"] % 10 == 0 else f"https://a.example/{line['number']}"}
            for line in lines()
        ],
        same_structure=False,
    ),
    "links with a look by their target": _rich(
        '<tr><td><a href="{{ line.link }}">{{ line.id }}</a></td>'
        "<td>{{ line.customer }}</td><td>{{ line.amount }}</td></tr>",
        'a[href^="https:"] { color: #a00 }',
        [{**line, "link": f"http{'s' * (line['number'] % 2)}://a.example/"} for line in lines()],
        laid_out=160,
    ),
    "a look for what is empty": _rich(
        "<tr><td>{{ line.id }}</td><td>{{ line.customer }}</td><td><b>{{ line.amount }}</b></td></tr>",
        "td:empty::after { content: '-' } td:empty { background: #fee } td:empty + td, b:empty { color: #a00 }",
        [
            *with_every(4, lambda line: {"customer": ""}, 100),
            *with_every(3, lambda line: {"amount": "", "id": " "}, 60),
        ],
        laid_out=60,
    ),
    "an outline of several texts": _rich(
        "<tr><td><b>{{ line.id }}</b> of {{ line.number }}</td><td>{{ line.customer }}</td>"
        "<td>{{ line.amount }}</td></tr>",
        "td:first-child { bookmark-level: 2; bookmark-label: content() }",
    ),
    "other scripts and fonts": _rich(
        "<tr><td>{{ line.id }}</td><td>No. {{ line.customer }}</td>"
        "<td><b>{{ line.amount }}</b> {{ line.id }}</td></tr>",
        "td { hyphens: auto } td:nth-child(2) { vertical-align: middle }",
        _texts(
            {
                7: "東京都 山田 12",
                5: "สวัสดีครับ",
                11: "مرحبا 12 ab",
                13: "☐ ✅ 😀",
                4: "Łódź 한국어 " * 6,
                9: "Ã©â€™ \ufffd",
                3: "",
            }
        ),
    ),
    "justified and indented texts, and such as the style adds": _rich(
        "<tr><td>{{ line.id }}</td><td>{{ line.customer }}</td><td>{{ line.amount }}</td></tr>",
        "td { text-align: justify; text-indent: 2mm } td:first-child::before { content: '\u2192 '; color: #a00 }",
        _texts({3: "several words that take more lines than one " * 3, 5: "", 7: "no\u00adhyphen"}),
    ),
    "first rows whose lines end between two texts": _rich(
        "<tr><td>{{ line.id }}</td><td><b>{{ line.customer }}</b> {{ line.amount }}</td><td>12</td></tr>",
        "table { table-layout: fixed } th:nth-child(2) { width: 30mm }",
        data=[{**line, "customer": "Words that nearly fill it" if line["number"] < 100 else "Ann"} for line in lines()],
        laid_out=30,
    ),
    "cells of many classes": _of_many_classes(laid_out=50),
    "cells of many classes with collapsed borders": _of_many_classes(
        "table { border-collapse: collapse } th, td { border: .2mm solid #888 }", laid_out=60
    ),
    "cells of many classes with borders of their own that collapse": _of_many_classes(
        "table { border-collapse: collapse } th, td { border: .2mm solid #888 } .neg { border-right: .6mm solid #a00 }",
        laid_out=310,
    ),
    "cells of many classes that hide when they are empty": _of_many_classes(
        "table { border-spacing: .4mm } td { border: .2mm solid #888; empty-cells: hide; border-radius: .5mm }",
        laid_out=50,
    ),
    "cells of many classes that are empty or not": _of_many_classes("td:empty { background: #ffd }", laid_out=60),
    "cells of many classes that look at the row above": _of_many_classes("tr.sum + tr td { color: #00a }", laid_out=50),
    "cells of many classes that look at the cell before": _of_many_classes(".neg + td { color: #0a0 }", laid_out=310),
}
"""Reports whose rows the fast path sets without WeasyPrint, but for examples and what is hard, by what is special."""
