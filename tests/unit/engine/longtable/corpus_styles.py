"""Gather table reports whose rows differ in inline styles: heat maps, bars, marks."""

from __future__ import annotations

from typing import Any

from tests.unit.engine.longtable.ledgers import Line, lines, report, with_every
from tests.unit.engine.longtable.oracle import TableReport

_BAR = ".bar { background: #38c; height: 2mm } .bar i { display: block; height: 2mm; background: #fa3; max-width: 60% }"
_COLLAPSED = "table { border-collapse: collapse } td { border: .3mm solid }"


def _styled(row: str, style: str = "", **options: Any) -> TableReport:
    return report(style, row, data=_lines(), **options)


def _lines() -> list[Line]:
    """Return rows with a colour, a length and a share of their own."""
    return [
        {
            **line,
            "colour": f"#{line['number'] * 104_729 % 0xFFFFFF:06x}",
            "length": line["number"] * 7919 % 9000 / 100,
            "share": (line["number"] * 31 % 90 + 10) / 100,
        }
        for line in lines()
    ]


INLINE_STYLES: dict[str, TableReport] = {
    "a heat map": _styled(
        '<tr><td style="background: {{ line.colour }}">{{ line.id }}</td>'
        '<td style="background-color: rgba(200, 30, 40, {{ line.share }})">{{ line.customer }}</td>'
        '<td style="color:{{ line.colour }}; background:hsl({{ line.number }}, 40%, 80%)">{{ line.amount }}</td></tr>'
    ),
    "a heat map with collapsed borders": _styled(
        '<tr><td style="background: {{ line.colour }}">{{ line.id }}</td><td>{{ line.customer }}</td>'
        '<td style="background-color:rgba(200,30,40,{{ line.share }})">{{ line.amount }}</td></tr>',
        _COLLAPSED,
    ),
    "rows with colours of their own": _styled(
        '<tr style="background:{{ line.colour }}"><td>{{ line.id }}</td><td>{{ line.customer }}</td>'
        '<td><u style="color: rgba(9,8,90,{{ line.share }})">{{ line.amount }}</u></td></tr>',
        "td { border-bottom: 1px solid; border-radius: 1mm } table { border-spacing: .5mm }",
    ),
    "marks with colours of their own": _styled(
        '<tr><td>{{ line.id }}</td><td><b class="mark" style="background: {{ line.colour }}; border-color: '
        '{{ line.colour }}">{{ line.customer }}</b></td><td>{{ line.amount }}</td></tr>',
        ".mark { border: 1px solid; padding: 0 1mm; border-radius: 1mm }",
    ),
    "bars": _styled(
        '<tr><td>{{ line.id }}</td><td><div class="bar" style="width: {{ line.length }}px"></div></td>'
        "<td>{{ line.amount }}</td></tr>",
        _BAR,
    ),
    "bars of a share, among texts": _styled(
        '<tr><td>{{ line.id }}</td><td><div class="bar"><i style="width: {{ line.length }}%; background: '
        '{{ line.colour }}"></i></div>{{ line.customer }}</td><td>{{ line.amount }} <span class="small" '
        'style="width:{{ line.length }}%"></span></td></tr>',
        _BAR
        + "table { table-layout: fixed } .small { display: inline-block; height: 1mm; background: #a00; "
        + "min-width: 3mm; overflow: hidden; border-radius: .5mm }",
    ),
    "bars with texts in them, and columns as wide as it takes": _styled(
        '<tr><td>{{ line.id }}</td><td><div class="bar" style="width: {{ line.length * 2 }}px; padding-left: '
        '{{ line.number % 9 }}px">{{ line.length }} % of it</div></td>'
        '<td style="width: {{ line.length }}px">{{ line.amount }}</td></tr>',
        ".bar { background: #cde } table { width: auto }",
    ),
    "rows that are counted, among others of all colours": _styled(
        '<tr><td style="background: {{ line.colour }}">{{ line.id }}</td><td style="color: {{ line.colour }}">'
        '{{ line.customer }}</td><td style="border-color: {{ line.colour }}">{{ line.amount }}</td></tr>',
        "tbody tr:nth-child(5) td { background: #fe0 !important; border: 1mm inset; font-weight: bold }"
        "td { border: .3mm dashed } tbody tr:nth-child(5) + tr td { font-size: 9pt }",
    ),
    "a length that the style sheet has, and outweighs others with": report(
        ".fixed { width: 20mm !important; background: #cce }",
        '<tr><td>{{ line.id }}</td><td><div class="fixed" style="width: {{ 20 + line.number % 3 * 10 }}mm">'
        "{{ line.customer }}</div></td><td>{{ line.amount }}</td></tr>",
        data=with_every(1, lambda line: {"number": line["number"] - 1}),
    ),
    "styles that others outweigh": _styled(
        '<tr><td style="background: {{ line.colour }}; color: red">{{ line.id }}</td><td><div class="fixed" '
        'style="width: {{ line.length }}px">{{ line.customer }}</div></td><td>{{ line.amount }}</td></tr>',
        "td { background: #eee !important } .fixed { width: 20mm !important; background: #cce }",
    ),
}
"""Reports of which WeasyPrint lays out no more than some rows, whatever colours and lengths there are."""

IN_SHADES = (
    '<tr><td style="{{ line.style }}">{{ line.id }}</td><td>{{ line.customer }}</td><td>{{ line.amount }}</td></tr>'
)
"""A row whose border has shades of a colour where its style says so."""


def in_shades(rows: int, plain: int) -> TableReport:
    """Return a report whose rows have an inline background, and from some row on a border in shades of a colour."""

    def style(number: int) -> str:
        colour = f"#{number % 5 + 4}0{number % 3 + 3}0{number % 2 + 6}0"
        return f"background: {colour}" if number <= plain else f"border: 1mm inset; border-color: {colour}"

    data = [{**line, "style": style(line["number"])} for line in lines(rows)]
    return report("@page { size: A5 }", IN_SHADES, data=data)


LEFT_AS_THEY_ARE: dict[str, TableReport] = {
    "selectors that read styles": _styled(
        '<tr><td style="background: {{ line.colour }}">{{ line.id }}</td><td>{{ line.customer }}</td>'
        "<td>{{ line.amount }}</td></tr>",
        'td[style*="1"] { font-weight: bold }',
    ),
    "borders that have the colour of the text and collapse": _styled(
        '<tr><td style="color: {{ line.colour }}">{{ line.id }}</td><td>{{ line.customer }}</td>'
        "<td>{{ line.amount }}</td></tr>",
        _COLLAPSED,
    ),
}
"""Reports whose styles decide on more than one colour or length, so that each row is laid out."""
