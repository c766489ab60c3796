"""Gather table reports whose columns have a style or a width of their own, or that have rows with fewer cells."""

from __future__ import annotations

from typing import Any

from tests.unit.engine.longtable.corpus_feet import FOOT
from tests.unit.engine.longtable.ledgers import HEAD, LONG, ROW, report, with_every, with_texts
from tests.unit.engine.longtable.oracle import TableReport

_GROUPS = '<colgroup class="left"><col><col class="middle"></colgroup><colgroup class="right"><col></colgroup>'
_COLLAPSED = "table { border-collapse: collapse } th, td { border: none; border-bottom: .2mm solid #ccc }"
_BORDERS = """.left { border: .8mm solid #a00 } .middle { border-left: .4mm solid #00a; border-bottom: 1mm solid #070 }
.right { border-right: 1mm double #060 }"""
_FIXED = "table { table-layout: fixed }"


def _columns(style: str, columns: str = _GROUPS, **options: Any) -> TableReport:
    return report(style, head=columns + HEAD, **options)


WITH_COLUMNS: dict[str, TableReport] = {
    "borders of columns and of their groups": _columns(_COLLAPSED + _BORDERS),
    "borders of columns of fixed widths": _columns(_COLLAPSED + _FIXED + _BORDERS),
    "borders of columns above a foot": _columns(_COLLAPSED + _BORDERS, _GROUPS + FOOT),
    "borders of columns from right to left": _columns(_COLLAPSED + _BORDERS, lang="ar", direction="rtl"),
    "borders of columns without a head": report(_COLLAPSED + _BORDERS, head=_GROUPS),
    "borders of a column that stands for two": _columns(
        _COLLAPSED + "col { border-left: .9mm solid #a00 }", '<col span="2"><col>'
    ),
    "borders of columns in inline styles": _columns(
        _COLLAPSED, '<col><col style="border-right: 1mm solid #0a0; width: 45%"><col>'
    ),
    "fewer columns than cells, and a border that is hidden": _columns(
        "table { border-collapse: collapse } td { border: .3mm solid #888 } col { border: hidden }", "<col>"
    ),
    "borders of columns that do not collapse": _columns("col { border: 1mm solid #a00 } table { border-spacing: 1mm }"),
    "widths of a head whose cells span columns": report(
        _FIXED + "th:nth-child(1) { width: 60mm }",
        head="<thead><tr><th colspan=2>Who</th><th>What</th></tr><tr><th>No</th><th>Name</th><th>Sum</th></tr></thead>",
    ),
    "widths that are more than there is": _columns(_FIXED + ".right { width: 300mm }"),
    "widths of the first row alone": report(
        _FIXED + "tr:first-child td:nth-child(2) { width: 55mm } td { width: 10mm }", head=""
    ),
    "widths within a box": report(
        _FIXED
        + "th { box-sizing: border-box; width: 30mm; padding: 0 3mm } table { padding: 2mm; border-spacing: 1mm }"
    ),
    "widths between bounds": report(
        "td:nth-child(2) { min-width: 60mm } td:nth-child(3) { max-width: 15mm } table { width: auto }"
    ),
    "words that are longer than their column": report(
        _FIXED + "th:nth-child(2) { width: 15mm }", data=with_texts({9: "Donaudampfschifffahrtsgesellschaft" * 2})
    ),
    "a counted row that is wider than all others": report(
        "tbody tr:nth-child(5) td { font-size: 10pt; font-weight: bold }"
    ),
    "every third row in letters that are wider": report(
        "tbody tr:nth-child(3n) td { font-size: 9pt }", data=with_texts({2: "Wide " * 4, 3: "Wider and wider " * 2})
    ),
    "rows that lack cells": report(
        row="<tr><td>{{ line.id }}</td>{% if line.number % 3 %}<td>{{ line.customer }}</td>"
        "{% if line.number % 2 %}<td><b>{{ line.amount }}</b> €</td>{% endif %}{% endif %}</tr>"
    ),
    "a row that lacks a cell and is higher than a page": report(
        row=ROW.replace("<td>{{ line.amount }}</td>", ""), data=with_every(40, lambda _: {"customer": LONG * 12})
    ),
}
