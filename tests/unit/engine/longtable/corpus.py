"""Gather table reports, each with something by which a fast path could go wrong."""

from __future__ import annotations

from tests.unit.engine.longtable.ledgers import (
    AFTER,
    BEFORE,
    HEAD,
    LONG,
    ROW,
    grouped,
    lines,
    report,
    table,
    with_every,
    with_texts,
)
from tests.unit.engine.longtable.oracle import TableReport

_GROUP_ROW = """<tr class="{{ line.kind }}">
{%- if line.kind == "line" %}<td>{{ line.id }}</td><td>{{ line.customer }}</td><td>{{ line.amount }}</td>
{%- elif line.kind == "group" %}<th colspan="3" scope="rowgroup">{{ line.label }}</th>
{%- else %}<th colspan="2">{{ line.label }}</th><td>{{ line.amount }}</td>{% endif %}</tr>"""
_GROUP_STYLE = """
td:last-child { text-align: right }
.group { break-after: avoid } .group th { background: #dde6ed; color: #012a4a; padding-top: 2mm }
.subtotal { break-before: avoid; font-weight: 600 } .subtotal th { background: none; color: inherit }
.total { break-before: avoid; font-size: 9pt; font-weight: 600 }
"""
_COLLAPSED = "table { border-collapse: collapse } th, td { border: .3mm solid #888 }"
_FIXED = "table { table-layout: fixed } th:nth-child(1) { width: 18mm } th:nth-child(3) { width: 30mm }"

ON_FAST_PATH: dict[str, TableReport] = {
    "plain": report(),
    "collapsed borders": report(_COLLAPSED),
    "collapsed borders of many kinds": report(
        _COLLAPSED
        + """
        table { border: .8mm solid #012a4a } thead th { border-bottom: 1mm solid #a00 }
        td:nth-child(2) { border-left: .4mm dashed #00a; border-right: 1.1mm solid #0a0 }
        tr.strong td { border-bottom: .9mm solid #a0a; border-top: .5mm solid #000 }""",
        ROW.replace("<tr>", '<tr class="{{ "strong" if line.number % 5 == 0 }}">'),
    ),
    "collapsed borders that are dashed or double": report(
        _COLLAPSED + "thead th { border-bottom: 1mm double #a00 } td { border-bottom: .5mm dashed #000 }"
    ),
    "dashed lines between columns": report(_COLLAPSED + "td { border-right: .2mm dashed #a00 }"),
    "dotted lines between columns that double ones cross": report(
        _COLLAPSED + "td { border-right: .4mm dotted #a00; border-bottom: 1.2mm double #0a0 }"
    ),
    "dashed lines between columns that dashed ones cross": report(
        _COLLAPSED + "td { border-right: .4mm dashed #a00; border-bottom: .6mm dashed #0a0 }",
        data=with_texts({2: "شركة المثال"}),
        lang="ar",
        direction="rtl",
    ),
    "grooves that cross ridges": report(
        _COLLAPSED + "td { border-right: .5mm ridge #a00; border-bottom: 1mm groove #0a0 }"
    ),
    "dotted lines that cross weaker ones": report(_COLLAPSED + "td { border-bottom: 1mm dotted #000 }"),
    "translucent lines that cross weaker ones": report(_COLLAPSED + "td { border-bottom: 1mm solid #0000ff60 }"),
    "collapsed borders without a head": report(_COLLAPSED + "table { border: 1mm solid #a00 }", head=""),
    "no borders inside of collapsed ones": report(
        "table { border-collapse: collapse } td { border-left: none; border-right: none; border-bottom: none }"
    ),
    "separate borders and spacing": report(
        "table { border-spacing: 1mm .7mm } td { border: .2mm solid #777; border-left: .9mm solid #0a5 }"
    ),
    "zebra": report("tbody tr:nth-child(even) td { background: #eef } tbody tr:nth-child(3n) { color: #a00 }"),
    "zebra of rows with space between": report(
        "table { border-spacing: 0 .4mm } tbody tr:nth-child(odd) { background: #fe9 }"
        "td:first-child { background: #cef }"
    ),
    "alignment": report(
        "td:nth-child(1) { text-align: center } td:nth-child(2) { text-align: justify }"
        "td:nth-child(3) { text-align: right }" + _FIXED,
        data=with_texts({6: LONG}),
    ),
    "vertical alignment": report(
        _FIXED
        + """
        td { border: .1mm solid #999; padding: 1.2mm 1mm .4mm } td:nth-child(1) { vertical-align: top; font-size: 9pt }
        td:nth-child(2) { vertical-align: middle } td:nth-child(3) { vertical-align: bottom; font-size: 11pt }
        .base td { vertical-align: baseline; background: #efe }""",
        ROW.replace("<tr>", '<tr class="{{ "base" if line.number % 2 }}">'),
        data=with_texts({5: LONG, 7: LONG[:60]}),
    ),
    "wrapping cells": report(
        _FIXED, data=with_texts({3: LONG, 7: LONG[:70], 5: f"{LONG}; {LONG}", 11: "Donaudampfschifffahrt" * 4})
    ),
    "wrapping cells with collapsed borders": report(
        _COLLAPSED + _FIXED + "tbody tr:nth-child(even) { background: #eef } td { vertical-align: middle }",
        data=with_texts({3: LONG, 7: LONG[:70], 5: f"{LONG}; {LONG}"}),
    ),
    "columns as wide as their contents": report(
        "table { width: auto }", data=with_texts({4: LONG[:47], 150: f"{LONG[:90]} at number 150"})
    ),
    "negative amounts": report(
        ".negative { color: red; font-weight: 600 } td.num { font-variant-numeric: tabular-nums; text-align: right }",
        ROW.replace(
            "<td>{{ line.amount }}", '<td class="num{{ " negative" if line.amount[0] == "-" }}">{{ line.amount }}'
        ),
    ),
    "row headers": report(
        "tbody th { background: #dde6ed; color: inherit; font-weight: 400 }",
        ROW.replace("<td>{{ line.id }}</td>", '<th scope="row">{{ line.id }}</th>'),
    ),
    "groups, subtotals and a total": report(_GROUP_STYLE, _GROUP_ROW, data=grouped()),
    "groups with collapsed borders": report(
        _COLLAPSED + _GROUP_STYLE + "tbody tr:nth-child(even) td { background: #eef }", _GROUP_ROW, data=grouped()
    ),
    "an outline of groups": report(
        _GROUP_STYLE
        + ".group th { bookmark-level: 2; bookmark-label: content() }"
        + ".total { bookmark-level: 1; bookmark-label: 'Sum' }",
        _GROUP_ROW,
        data=grouped(),
        after="<h2>Afterwards</h2><h3>Details</h3><p>That was all.</p>",
    ),
    "much at once": report(
        _COLLAPSED
        + _GROUP_STYLE
        + """.group th { bookmark-level: 2; bookmark-label: content() } h1 { string-set: title content() }
        h2 { string-set: title content() } .end { break-inside: avoid; padding-top: 12mm }
        @page { @top-center { content: string(title) ' · ' counter(page, lower-roman); font: 6pt Inter } }
        td:nth-child(2) { vertical-align: middle } table { table-layout: fixed }""",
        _GROUP_ROW.replace(
            "{{ line.id }}", '<a href="https://example.org/{{ line.number }}">{{ line.id }}</a> or <i>not</i>'
        ),
        data=[{**line, "customer": LONG if line["place"] % 5 == 0 else line.get("customer")} for line in grouped(125)],
        after=f'{AFTER}<table><tr><td>One</td><td>2</td></tr></table><p class="end">Berlin, the 3rd of April</p>',
    ),
    "links": report(
        "a { color: #00a; text-decoration: none }",
        ROW.replace(
            "<td>{{ line.id }}", '<td><a href="https://example.org/?l={{ line.number }}&amp;x=(1)">{{ line.id }}</a>'
        ),
        after='<p>See <a href="https://example.org/end">there</a>.</p>',
    ),
    "links among other text": report(
        "",
        ROW.replace(
            "<td>{{ line.customer }}",
            '<td>of <a href="https://example.org/{{ line.number }}">{{ line.customer }}</a> or '
            '<a href="https://example.org/">more</a>',
        ),
    ),
    "parts of cells": report(
        "i { color: #777 } .tag { background: #fd6; border-radius: 1mm; padding: 0 .6mm }"
        "small { display: block; font-size: 5pt }",
        "<tr><td><b>{{ line.id }}</b></td><td>{{ line.customer }}{% if line.number % 4 == 0 %} <i>of late</i>"
        "<small>since {{ line.number }}</small>{% endif %}</td>"
        '<td>{% if line.number % 3 == 0 %}<span class="tag">new</span> {% endif %}{{ line.amount }} <i>€</i></td></tr>',
    ),
    "a text between tags": report(
        _FIXED,
        "<tr><td>No. {{ line.id }}</td><td>{{ line.customer }}, Ltd.</td><td>{{ line.amount }} €</td></tr>",
        data=with_every(7, lambda line: {"id": "שלום 12345678", "customer": "a\u0301"}),
    ),
    "a page that begins anew after a long text": report(
        before=f"{BEFORE}<p>{LONG}.</p>" * 3 + '<div style="height: 20mm">Nearly at the end.</div>'
    ),
    "a table that does not begin on the first page": report(
        before=f'{BEFORE}<p style="break-after: page">A cover.</p>'
    ),
    "a table that begins the document": report(before="", after=""),
    "a table after a heading that goes with it": report(
        "h2 { break-after: avoid }", before=f'{BEFORE}<div style="height: 50mm">Space.</div><h2>The table</h2>'
    ),
    "much after the table": report(
        """.signatures { break-inside: avoid; margin-top: 8mm } ul { column-count: 2 }
        .signatures p { border-top: .2mm solid; padding-top: 12mm }""",
        after="<h2>Summary</h2><table><thead><tr><th>Kind</th><th>Sum</th></tr></thead><tr><td>All</td><td>1.00</td></tr>"
        f"<tr><td>None</td><td>0.00</td></tr></table><ul><li>One</li><li>Two</li></ul><p>{LONG}.</p>"
        '<div class="signatures"><p>Berlin, the 3rd of April</p><p>Zürich</p></div>',
    ),
    "two long tables": TableReport(
        f"{BEFORE}{table()}<h2>Once more</h2><p>The other one.</p>"
        + table(
            "<tr><td>{{ line.customer }}</td><td>{{ line.id }}</td></tr>",
            "<thead><tr><th>Who</th><th>No</th></tr></thead>",
        )
        + AFTER,
        {"lines": lines()},
        "table + h2 { margin-top: 6mm } tbody tr:nth-child(even) { background: #eef }",
    ),
    "a short table and a long one": TableReport(
        f"{BEFORE}<table>{{% rows data.few as line %}}{ROW}{{% endrows %}}</table><h2>All</h2>{table()}{AFTER}",
        {"lines": lines(), "few": lines(5)},
    ),
    "another first page": report(
        "@page :first { margin: 30mm 20mm 15mm; @top-left { content: none } @top-center { content: 'The first' } }"
        + _FIXED
    ),
    "left and right pages": report(
        """@page :left { margin-left: 18mm;
          @bottom-left { content: counter(page); font: 6pt Inter } @bottom-right { content: none } }
        @page :right { margin-right: 18mm; margin-left: 8mm }"""
    ),
    "left pages higher than right ones": report("@page :left { margin-bottom: 21mm }"),
    "a size of its own": report("@page { size: 150mm 90mm; margin: 9mm 11mm 14mm 13mm }"),
    "running lines from the text": report(
        """h1 { string-set: title content() } .of { string-set: of content(); display: none }
        @page { @top-center { content: string(title) ' · ' string(title, first-except); font: 6pt Inter }
          @bottom-left { content: string(of, start) ' ' counter(page, lower-roman); font: 6pt Inter; color: #a00 } }
        h2 { string-set: title content() }"""
    ),
    "running lines with decoration": report(
        """@page { border-top: .3mm solid #a00; padding-top: 2mm;
          @top-right { content: 'p. ' counter(page) '/' counter(pages); font: 600 6pt Inter;
          border-bottom: .2mm solid #00a; background: #eef; vertical-align: bottom }
          @left-middle { content: 'Confidential'; width: 6mm; font: 5pt Inter; color: #a00 } }"""
    ),
    "many scripts": report(
        _FIXED,
        data=with_texts(
            {
                13: "مرحبا بالعالم 123",
                11: "שלום עולם, 45",
                7: "Ελληνικά και Русский",
                17: "Mixed مرحبا and שלום 7",
                19: "a\u0301 e\u0308 ﬁ ﬀ ½ № ™ ∞",
                5: "Straße, Łódź & İstanbul",
            }
        ),
    ),
    "characters without a glyph": report(data=with_texts({9: "𓏐𓏊 and 𒀭", 14: "𓏐", 17: "漢字 and 😀", 19: "한국어"})),
    "from right to left": report(
        "td:nth-child(3) { text-align: end }",
        before="<h1>دفتر</h1><p>كل القيود</p>",
        data=with_texts(
            {2: "شركة المثال", 3: "חברה בע״מ 12", 5: "مؤسسة النور للتجارة والصناعة والخدمات العامة والمقاولات المتحدة"}
        ),
        lang="ar",
        direction="rtl",
    ),
    "from right to left with collapsed borders": report(
        _COLLAPSED + "td:first-child { border-right: 1mm solid #a00 } tr:nth-child(3n) td { background: #efe }",
        data=with_texts({2: "شركة المثال"}),
        lang="ar",
        direction="rtl",
    ),
    "empty cells": report(
        "td { border: .2mm solid #999 } td:nth-child(2) { background: #eef }",
        data=[
            *with_every(3, lambda line: {"customer": ""}, 100),
            *with_every(4, lambda line: {"customer": " \n ", "amount": ""}, 60),
        ],
    ),
    "hidden empty cells": report(
        "td { border: .2mm solid #999; empty-cells: hide; background: #fee }",
        data=with_every(3, lambda line: {"customer": "", "amount": ""}),
    ),
    "empty rows": report(data=with_every(4, lambda line: {"id": "", "customer": "", "amount": ""})),
    "white space and entities": report(
        _FIXED,
        data=with_texts(
            {
                3: "  a   b\n\tc ",
                5: "no\u00a0break\u00a0at\u00a0all\u00a0in\u00a0this\u00a0long\u00a0text\u00a0of\u00a0many\u00a0words",
                7: "soft\u00adhyphen" * 6,
                4: "a < b && c > d \"quoted\" 'too'",
                11: "zero\u200bwidth" * 7,
                13: "&amp; &lt;b&gt; &#65;",
            }
        ),
    ),
    "white space that is kept": report(
        "td:nth-child(2) { white-space: pre-wrap } td:nth-child(1) { white-space: nowrap }",
        data=with_texts({3: "  a   b\nc", 5: "one\ntwo\nthree", 7: "trailing  "}),
    ),
    "hyphenation": report(
        _FIXED + "td { hyphens: auto; text-align: justify }", data=with_texts({2: LONG, 3: LONG.upper()})
    ),
    "letters set apart": report("td { letter-spacing: .2mm; text-transform: uppercase } th { word-spacing: 2mm }"),
    "lines through and under the text": report(
        ".gone { text-decoration: line-through #a00 } td:nth-child(1) { text-decoration: underline }",
        ROW.replace("<tr>", '<tr class="{{ "gone" if line.number % 6 == 0 }}">'),
    ),
    "control characters": report(data=with_texts({4: "a\x00b\x02c\x03d\x0be\x7ff\ufffe"})),
    "a head of two rows": report(
        "th { border: .2mm solid #fff; text-align: center }",
        head='<thead><tr><th rowspan="2">No</th><th colspan="2">Of whom, and how much</th></tr>'
        "<tr><th>Customer</th><th>Amount</th></tr></thead>",
    ),
    "a head of two rows with collapsed borders": report(
        _COLLAPSED + "thead tr:first-child th { border-bottom: .8mm solid #a00 }",
        head='<thead><tr><th colspan="3">Ledger</th></tr><tr><th>No</th><th>Customer</th><th>Amount</th></tr></thead>',
    ),
    "no head": report(head=""),
    "a caption": report(head=f"<caption>The ledger</caption>{HEAD}"),
    "a caption without a head": report(head="<caption>The ledger</caption>"),
    "columns with widths": report(
        "table { table-layout: fixed }",
        head=f'<colgroup><col style="width: 20%"><col><col style="width: 25mm"></colgroup>{HEAD}',
    ),
    "rows of a given height": report("tbody tr { height: 9mm } td { vertical-align: middle }"),
    "rows of many sizes": report(
        ".big td { font-size: 12pt; padding: 2mm } .small td { font-size: 5pt; line-height: 1 }",
        ROW.replace("<tr>", '<tr class="{{ ["big", "", "small", ""][line.number % 4] }}">'),
    ),
    "neighbours that matter": report(
        _FIXED
        + """tr.mark + tr td { border-top: .6mm solid #0a0 } tr:not(.mark) + tr.mark { color: #a00 }
        tbody tr:first-child td { font-weight: 600 } tbody tr:last-child td { background: #ccc }""",
        ROW.replace("<tr>", '<tr class="{{ "mark" if line.number % 7 == 0 }}">'),
    ),
    "columns as wide as their contents among certain neighbours": report(
        "tbody tr:first-child td, tr.mark + tr { font-weight: 600; font-size: 8pt }",
        ROW.replace("<tr>", '<tr class="{{ "mark" if line.number % 7 == 0 }}">'),
    ),
    "a row higher than a page": report(
        _FIXED.replace("30mm", "70mm"), data=with_texts({80: f"{LONG}, and {LONG}; " * 6})
    ),
    "translucent colours": report(
        "tbody tr:nth-child(even) { background: #0000ff20 } td:nth-child(3) { color: rgb(255 0 0 / 60%) }"
    ),
    "indented and with margins": report(
        "table { margin: 4mm 10mm; width: 90mm } .wrap { padding: 3mm 5mm }",
        before=f'{BEFORE}<div class="wrap">',
        after="</div><p>End.</p>",
    ),
    "text of several sections": report(
        before="<main><section><h1>Ledger</h1><p>In a section.</p>",
        after="<p>Still in it.</p></section></main><footer>End.</footer>",
    ),
}
"""Reports whose long tables the fast path has to take, by what is special about them."""
