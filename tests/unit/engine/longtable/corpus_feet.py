"""Gather table reports with something in the head or foot of a table, or with several groups of rows."""

from __future__ import annotations

from typing import Any

from tests.unit.engine.longtable.ledgers import (
    AFTER,
    BEFORE,
    HEAD,
    LONG,
    ROW,
    ROWS,
    grouped,
    lines,
    report,
    table,
    with_texts,
)
from tests.unit.engine.longtable.oracle import TableReport

DOT = (
    "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 1 1'%3E"
    "%3Crect width='1' height='1'/%3E%3C/svg%3E"
)
_COLLAPSED = "table { border-collapse: collapse } th, td { border: .3mm solid #888 }"
_STRONG = "tfoot td { border-top: .9mm solid #012a4a; border-bottom: .5mm solid #a00; font-weight: 600 }"
_FIXED = "table { table-layout: fixed } th:nth-child(1) { width: 18mm } th:nth-child(3) { width: 30mm }"
_ZEBRA = "tbody tr:nth-child(even) { background: #eef }"
_SIDES = "@page :left { margin-left: 18mm } @page :right { margin-right: 18mm; margin-left: 8mm }"
_HEAD_OF_TWO_ROWS = (
    '<thead><tr><th colspan="3">Ledger</th></tr><tr><th>No</th><th>Customer</th><th>Amount</th></tr></thead>'
)

FOOT = "<tfoot><tr><td>Carried</td><td></td><td>1.00</td></tr></tfoot>"
TWO_ROWS = (
    '<tfoot><tr><th colspan="2" scope="row">In all</th><td>1.00</td></tr>'
    '<tr><td colspan="3">continued <i>if</i> there is more</td></tr></tfoot>'
)
TALL = f"<tfoot><tr><td>Note</td><td>{LONG}; {LONG}</td><td>1.00</td></tr></tfoot>"
LINKED = (
    '<tfoot><tr><td><a href="https://example.org/help">Help</a></td>'
    '<td>or <a href="https://example.org/terms">the terms</a></td><td>1.00</td></tr></tfoot>'
)


def footed(style: str = "", foot: str = FOOT, row: str = ROW, *, head: str = HEAD, **options: Any) -> TableReport:
    """Return a report whose table has a foot, which HTML also lets stand before the rows."""
    return report(style, row, head=head + foot, **options)


def _marked(name: str, condition: str) -> str:
    """Return rows of which some have a class."""
    return ROW.replace("<tr>", f"""<tr class="{{{{ '{name}' if {condition} }}}}">""")


def _in_groups(style: str, before: str, after: str) -> TableReport:
    """Return a report with groups of rows before and after the long one."""
    rows = f"<tbody>{{% rows data.lines as line %}}{ROW}{{% endrows %}}</tbody>"
    body = f"{BEFORE}<table>{HEAD}{before}{rows}{after}</table>{AFTER}"
    return TableReport(body, {"lines": lines()}, style)


WITH_FEET: dict[str, TableReport] = {
    "space below a foot": footed("table { padding-bottom: 2.4mm }"),
    "a thick border below a foot": footed(_COLLAPSED + "table { border-bottom: 4mm solid #a00 }"),
    "space below a foot where the table begins the document": footed("table { padding-bottom: 3mm }", before=""),
    "a foot": footed(_STRONG),
    "a foot of two rows": footed(_STRONG, TWO_ROWS),
    "a foot below the rows in the document": _in_groups(_STRONG, "", FOOT),
    "a foot of wrapped text": footed(_FIXED + "tfoot td { vertical-align: middle; hyphens: auto }", TALL),
    "a foot with space between its rows": footed(
        "table { border-spacing: 1mm .7mm } td { border: .2mm solid #777 } tfoot { background: #fe9 }"
        "tfoot td:first-child { background: #cef; border-radius: 1mm }",
        TWO_ROWS,
    ),
    "a foot with a background, and zebra": footed(
        _ZEBRA + "tfoot { background: #dde6ed } tfoot th { background: none; color: #a00 }", TWO_ROWS
    ),
    "a foot without a head": footed(_STRONG, head=""),
    "a foot with links": footed("a { color: #00a }", LINKED),
    "a head and a foot with links": footed(
        "a { color: #0a0 }" + _SIDES,
        LINKED,
        ROW.replace("{{ line.id }}", '<a href="https://example.org/{{ line.number }}">{{ line.id }}</a>'),
        head='<thead><tr><th>No</th><th>Of <a href="https://example.org/who">whom</a>, and'
        ' <a href="https://example.org/why">why</a></th><th>Amount</th></tr></thead>',
    ),
    "a foot in the outline": footed("tfoot td:first-child { bookmark-level: 2; bookmark-label: content() }"),
    "a foot in columns as wide as their contents": footed(
        "table { width: auto }", TALL, data=with_texts({150: f"{LONG[:90]} at number 150"})
    ),
    "a foot with collapsed borders": footed(_COLLAPSED),
    "a foot of two rows with collapsed borders": footed(
        _COLLAPSED + _ZEBRA + "table { border: .8mm solid #012a4a } tfoot th { border-right: .7mm solid #0a0 }",
        TWO_ROWS,
    ),
    "a foot with stronger borders that collapse": footed(
        _COLLAPSED
        + _STRONG
        + "td:nth-child(2) { border-left: .1mm dotted #00a; border-right: 1.1mm solid #0a0 }"
        + "tr.strong td { border-bottom: .6mm solid #a0a; border-top: .5mm solid #000 }",
        row=_marked("strong", "line.number % 5 == 0"),
    ),
    "a foot without a head, with collapsed borders": footed(_COLLAPSED + _STRONG, head=""),
    "a foot below a head of two rows, with collapsed borders": footed(
        _COLLAPSED + _STRONG, TWO_ROWS, head=_HEAD_OF_TWO_ROWS
    ),
    "a foot below groups": footed(
        _STRONG + ".group { break-after: avoid } .group th { background: #dde6ed; color: #012a4a }",
        row="<tr class={{ line.kind }}>{% if line.kind == 'line' %}<td>{{ line.id }}</td><td>{{ line.customer }}</td>"
        "<td>{{ line.amount }}</td>{% else %}<th colspan=3>{{ line.label }}</th>{% endif %}</tr>",
        data=grouped(),
    ),
    "a foot below a row higher than a page": footed(
        _FIXED.replace("30mm", "70mm"), data=with_texts({80: f"{LONG}, and {LONG}; " * 6})
    ),
    "a foot below a row higher than a page, with collapsed borders": footed(
        _COLLAPSED + _STRONG + _FIXED.replace("30mm", "70mm"),
        TWO_ROWS,
        head=_HEAD_OF_TWO_ROWS,
        data=with_texts({80: f"{LONG}, and {LONG}; " * 6}),
    ),
    "a foot that makes way for a row": footed(
        _FIXED.replace("30mm", "70mm") + "tr.high { height: 74mm }",
        TWO_ROWS,
        row=_marked("high", "line.number == 75"),
    ),
    "a foot on left and right pages": footed(_STRONG + _SIDES, LINKED),
    "a foot on left pages higher than right ones": footed(_COLLAPSED + "@page :left { margin-bottom: 21mm }"),
    "a foot from right to left": footed(
        _COLLAPSED + "tfoot td:first-child { border-right: 1mm solid #a00 }",
        "<tfoot><tr><td>المجموع</td><td></td><td>1.00</td></tr></tfoot>",
        lang="ar",
        direction="rtl",
    ),
    "a foot, and much after the table": footed(
        ".end { break-inside: avoid; padding-top: 12mm }",
        TWO_ROWS,
        after=f'{AFTER}<table><tr><td>One</td><td>2</td></tr></table><p>{LONG}.</p><p class="end">Berlin</p>',
    ),
    "two long tables with feet": TableReport(
        f"{BEFORE}{table(head=HEAD + FOOT)}<h2>Once more</h2><p>The other one.</p>"
        + table(
            "<tr><td>{{ line.customer }}</td><td>{{ line.id }}</td></tr>",
            "<tfoot><tr><td>Who</td><td>No</td></tr></tfoot>",
        )
        + AFTER,
        {"lines": lines()},
        _ZEBRA + "table + h2 { margin-top: 6mm }",
    ),
    "a foot that stands once, at the end": footed(
        _STRONG + "tfoot { display: table-row-group; background: #fee }", TWO_ROWS
    ),
    "a foot that stands once, with collapsed borders": _in_groups(
        _COLLAPSED + _STRONG + "tfoot { display: table-row-group }", "", FOOT
    ),
    "several groups of rows": _in_groups(
        _ZEBRA + "tbody:first-of-type { background: #efe }",
        "<tbody><tr><td>0</td><td>Brought</td><td>0.00</td></tr></tbody>",
        "<tbody><tr><td>1</td><td>Carried</td><td>1.00</td></tr><tr><td>2</td><td>Sum</td><td>1.00</td></tr></tbody>",
    ),
    "several groups of rows and a foot, with collapsed borders": _in_groups(
        _COLLAPSED + _STRONG + "tbody:first-of-type td { border: 1mm solid #0a0 }",
        "<tbody><tr><td>0</td><td>Brought</td><td>0.00</td></tr></tbody>",
        f"<tbody><tr><td>1</td><td>Carried</td><td>1.00</td></tr></tbody>{FOOT}",
    ),
    "a foot with a picture": footed(foot=FOOT.replace("Carried", f'<img alt="dot" style="width: 2mm" src="{DOT}">')),
}
"""Reports whose long tables the fast path has to take, by what is special about them."""

LEFT_TO_WEASYPRINT: dict[str, tuple[TableReport, str]] = {
    "a head with a link into the document": (
        report(head=HEAD.replace("No", '<a href="#top">No</a>'), before='<h1 id="top">Ledger</h1>'),
        "in the head of the table, rows have links into the document, or attachments",
    ),
    "a foot with the page's number": (
        footed("tfoot td:first-child::after { content: ' on page ' counter(page) }"),
        "the document refers to page numbers in its text",
    ),
    "a foot that is no <tfoot>": (
        _in_groups(
            ".foot { display: table-footer-group }", "", '<tbody class="foot"><tr><td>Carried</td></tr></tbody>'
        ),
        "the footer of the table is no <tfoot>",
    ),
    "a foot that the first row of a page has no room for": (
        footed("tr.high { height: 74mm }", TWO_ROWS, _marked("high", "line.number < 4")),
        "the footer of the table is not on all pages",
    ),
    "a foot whose border the last row decides on": (
        footed(_COLLAPSED + "tr.sum td { border: 1mm solid #a00 }", row=_marked("sum", f"line.number == {ROWS}")),
        "the last row of the table decides on the border above its footer",
    ),
}
"""Reports that WeasyPrint lays out as a whole, and the reason."""
