"""Gather table reports that WeasyPrint has to lay out as a whole, each with the reason."""

from __future__ import annotations

from tests.unit.engine.longtable.corpus_pictures import WITHOUT_WORDS
from tests.unit.engine.longtable.ledgers import HEAD, ROW, report
from tests.unit.engine.longtable.oracle import TableReport

ON_PLAIN_PATH: dict[str, tuple[TableReport, str]] = {
    "cells that span rows": (
        report(
            row='<tr>{% if line.number % 2 %}<td rowspan="2">{{ line.id }}</td>{% endif %}<td>{{ line.customer }}</td>'
            "<td>{{ line.amount }}</td></tr>"
        ),
        "cells span rows",
    ),
    "pictures without words": (WITHOUT_WORDS, "rows have pictures without a text that stands for them"),
    "a table in a cell": (
        report(row=ROW.replace("<td>{{ line.id }}", "<td><table><tr><td>{{ line.id }}</td></tr></table>")),
        "rows have tables in them",
    ),
    "breaks to left pages": (
        report(row=ROW.replace("<tr>", """<tr{% if line.number % 60 == 0 %} style="break-before: left"{% endif %}>""")),
        "rows force breaks to left or right pages, or of columns",
    ),
    "a float": (
        report(
            "td:nth-child(2) span { float: right }",
            ROW.replace("{{ line.customer }}", "<span>x</span>{{ line.customer }}"),
        ),
        "rows have floating or positioned parts",
    ),
    "a counter": (
        report("tbody tr { counter-increment: row } td:first-child::before { content: counter(row) }"),
        "rows count something",
    ),
    "anchors": (
        report(row=ROW.replace("<td>{{ line.id }}", '<td id="l{{ line.number }}">{{ line.id }}')),
        "rows have anchors, form fields or footnotes",
    ),
    "links into the document": (
        report(
            row=ROW.replace("<td>{{ line.id }}", '<td><a href="#top">{{ line.id }}</a>'),
            before='<h1 id="top">Ledger</h1>',
        ),
        "rows have links into the document, or attachments",
    ),
    "what a page without a head starts with": (
        report("@page { @top-right { content: string(at, start) } } td { string-set: at content() }", head=""),
        "running lines may show what a page without a head starts with",
    ),
    "rows one cannot see": (
        report(
            ".hidden { display: none }", ROW.replace("<tr>", """<tr class="{{ 'hidden' if line.number % 5 == 0 }}">""")
        ),
        "some rows are not displayed",
    ),
    "a box with a border around": (
        report(".box { border: .3mm solid #a00 }", before='<div class="box">', after="</div>"),
        "a box around the rows has a border or a background",
    ),
    "columns that are wider on the first page": (
        report("@page :first { margin: 12mm 3mm }"),
        "its columns are not the same on all pages",
    ),
    "several rows to a line": (report(row=ROW + ROW), "a line of the table is not one row"),
    "a gradient": (
        report("tbody tr { background: linear-gradient(to right, #fff, #ccf) }"),
        "rows have gradients, transparent parts or pictures as backgrounds",
    ),
    "rows two above": (
        report(
            ".mark + tr + tr td { color: #a00 }",
            ROW.replace("<tr>", """<tr class="{{ 'mark' if line.number % 5 == 0 }}">"""),
        ),
        "its style looks at rows further up than the one above",
    ),
    "columns with a background": (
        report(".tinted { background: #fcc }", head=f'<col><col class="tinted"><col>{HEAD}'),
        "columns have a background",
    ),
    "siblings far away": (report("tbody tr ~ tr td { color: #a00 }"), "its style has selectors with :has() or ~"),
}
"""Reports that WeasyPrint lays out as a whole, and the reason."""
