"""Gather table reports whose rows decide on pages: on where these begin, and on what their running lines say."""

from __future__ import annotations

from tests.unit.engine.longtable.ledgers import HEAD, LONG, ROW, lines, report, with_every
from tests.unit.engine.longtable.oracle import TableReport

_BALANCE = """
@page {
  @top-right { content: "Brought forward " string(balance, first-except) " / " string(balance, first); font: 6pt Inter }
  @bottom-left { content: "Carried forward " string(balance, last); font: 6pt Inter }
}
"""
_OF_LAST_CELL = "td:last-child { string-set: balance content() }"
_NEW = ".new { break-before: page } .new td { background: #eef }"
_COLLAPSED = "table { border-collapse: collapse } th, td { border: .3mm solid #888 }"
_GROUPS = """<tr{% if line.number % 11 == 5 %} class="new"><th colspan="3" scope="rowgroup">Group {{ line.id }}</th>
{%- else %}><td>{{ line.id }}</td><td>{{ line.customer }}</td><td>{{ line.amount }}</td>{% endif %}</tr>"""


def _new_page_every(rows: int) -> str:
    return ROW.replace("<tr>", f'<tr{{% if line.number % {rows} == 0 %}} class="new"{{% endif %}}>')


WITH_STRINGS: dict[str, TableReport] = {
    "balance carried forward": report(_BALANCE + _OF_LAST_CELL),
    "a balance that some rows lack": report(_BALANCE + _OF_LAST_CELL, data=with_every(3, lambda _: {"amount": ""})),
    "a balance with space around it": report(
        _BALANCE + _OF_LAST_CELL,
        "<tr><td>{{ line.id }}</td>\n<td>{{ line.customer }}</td><td>\n {{ line.amount }}  <b>EUR</b>\n</td></tr>",
    ),
    "a balance within a cell": report(
        _BALANCE + "b { string-set: balance content() }",
        "<tr><td>{{ line.id }}</td><td>{{ line.customer }}</td>"
        "<td>{% if line.number % 7 == 0 %}<b>{{ line.amount }}</b> of {% endif %}{{ line.id }}</td></tr>",
    ),
    "several strings, and what a page starts with": report(
        _BALANCE.replace("first)", "start)")
        + _OF_LAST_CELL.replace("content()", "content(), other content()")
        + "td:first-child { string-set: balance 'of ' content() }"
    ),
    "strings from attributes": report(
        _BALANCE + "td { string-set: balance attr(data-balance) }",
        ROW.replace("<td>", '<td data-balance="{{ line.number }}">', 1),
    ),
    "strings of rows": report(_BALANCE + "tbody tr { string-set: balance content() }"),
    "strings of the head and of rows": report(
        _BALANCE + "th { string-set: balance content() } td:first-child { string-set: balance content() }"
    ),
    "strings of groups": report(_BALANCE + "th[scope] { string-set: balance content() }", _GROUPS),
    "strings of rows that are higher than a page": report(
        _BALANCE + _OF_LAST_CELL, data=with_every(40, lambda _: {"customer": LONG * 12})
    ),
}

WITH_BREAKS: dict[str, TableReport] = {
    "a page for each group": report(
        ".new { break-before: page } .new th { string-set: at content() } @page { @top-right { content: string(at) } }",
        _GROUPS,
    ),
    "a page for every twenty rows": report(_NEW, _new_page_every(20)),
    "a page for every two rows": report(_NEW, _new_page_every(2)),
    "a page for each row": report("tbody tr { break-before: page }"),
    "a page break far down": report(_NEW, _new_page_every(95)),
    "page breaks after rows": report(".new { break-after: page; font-weight: bold }", _new_page_every(13)),
    "page breaks in inline styles": report(
        row=ROW.replace("<tr>", """<tr{% if line.number % 20 == 0 %} style="break-before: page"{% endif %}>""")
    ),
    "page breaks among borders that collapse": report(
        _NEW + _COLLAPSED + ".new td { border-top: .8mm solid #a00 }", _new_page_every(13)
    ),
    "page breaks without a head": report(_NEW + _COLLAPSED, _new_page_every(13), head=""),
    "page breaks above a foot": report(
        _NEW, _new_page_every(13), head=f"{HEAD}<tfoot><tr><td colspan=3>Foot</td></tr></tfoot>"
    ),
    "page breaks and margins that are mirrored": report(
        _NEW + "@page :left { margin: 12mm 5mm 10mm 15mm } @page :right { margin: 12mm 15mm 10mm 5mm }",
        _new_page_every(13),
    ),
    "first rows that look different": report(
        "tbody tr:nth-child(2) td { padding: 4mm 1mm } tbody tr:nth-child(-n+5) { background: #fe9 }"
        "tbody tr:nth-child(3n+7) { color: #a00 } tbody tr:first-child + tr + tr { font-size: 5pt }"
    ),
    "a row of its own look far down": report("tbody tr:nth-child(90) td { padding: 4mm 1mm; background: #fe9 }"),
    "a row that is higher than a page soon after the beginning": report(
        _COLLAPSED + "h1 { height: 60mm } th { border-bottom: .8mm solid #a00 }",
        data=[{**line, "customer": LONG * 12} if line["number"] in (3, 90) else line for line in lines()],
    ),
    "footnotes on the first page": report(
        "span { float: footnote }", before="<h1>Ledger</h1><p>All entries<span>But those of last year.</span>.</p>"
    ),
    "a first page with room for two rows": report("h1 { height: 85mm }"),
    "rows that must not be parted from the third one on": report(
        ".kept { break-before: avoid } .space { height: 45mm }",
        ROW.replace("<tr>", '<tr{% if line.number % 12 != 3 %} class="kept"{% endif %}>'),
        before='<h1>Ledger</h1><div class="space"></div>',
    ),
    "columns as wide as it takes, on several pages": report(_NEW + "table { width: auto }", _new_page_every(13)),
}
