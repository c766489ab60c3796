"""Write ledgers: reports with a long table, whose rows are all different and none of them random."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count, groupby
from typing import Any

from tests.unit.engine.longtable.oracle import TableReport

Line = dict[str, Any]

ROWS = 160
CUSTOMERS = ("Acme GmbH", "Globex Ltd", "Initech", "Übermorgen AG", "Tyrell & Sons", "Žilina s.r.o.", "Hooli <EU>")
LONG = "Replacement of the main bearing, including removal of the old one and two hours of labour on site"
HEAD = "<thead><tr><th>No</th><th>Customer</th><th>Amount</th></tr></thead>"
CELLS = "<td>{{ line.id }}</td><td>{{ line.customer }}</td><td>{{ line.amount }}</td>"
ROW = f"<tr>{CELLS}</tr>"
BEFORE = "<h1>Ledger</h1><p>All entries, by number.</p>"
AFTER = "<h2>Afterwards</h2><p>That was all.</p>"


def lines(rows: int = ROWS) -> list[Line]:
    """Return the rows of a ledger."""
    return [
        {
            "number": number,
            "id": f"L-{number:05d}",
            "customer": f"{CUSTOMERS[number % len(CUSTOMERS)]} {number * 7 % 113}",
            "amount": f"{(number * 7919 % 99_991 - 20_000) / 100:,.2f}",
        }
        for number in range(1, rows + 1)
    ]


def table(row: str = ROW, head: str = HEAD, attributes: str = "") -> str:
    """Write a long table of ``data.lines``."""
    return f"<table{attributes}>{head}<tbody>{{% rows data.lines as line %}}{row}{{% endrows %}}</tbody></table>"


def report(
    style: str = "",
    row: str = ROW,
    *,
    head: str = HEAD,
    before: str = BEFORE,
    after: str = AFTER,
    data: Sequence[Line] | None = None,
    **options: Any,
) -> TableReport:
    """Return a report with text before and after one long table."""
    body = f"{before}{table(row, head)}{after}"
    return TableReport(body, {"lines": lines() if data is None else data}, style, **options)


def with_every(nth: int, change: Callable[[Line], Line], rows: int = ROWS) -> list[Line]:
    """Return rows of which every nth is changed."""
    return [{**line, **change(line)} if line["number"] % nth == 0 else line for line in lines(rows)]


def with_texts(texts: Mapping[int, str], rows: int = ROWS) -> list[Line]:
    """Return rows some of which have another text: that for the first number that divides theirs."""

    def text_of(line: Line) -> str:
        return next((text for nth, text in texts.items() if line["number"] % nth == 0), line["customer"])

    return [{**line, "customer": text_of(line)} for line in lines(rows)]


def grouped(rows: int = ROWS, size: int = 9) -> list[Line]:
    """Return rows in groups, each with a heading before and a subtotal after it, and a total at the end."""
    numbers = count(1)

    def gathered() -> Iterator[Line]:
        for key, group in groupby(lines(rows), lambda line: line["number"] // size):
            members = list(group)
            yield {"kind": "group", "label": f"Group {key}: {CUSTOMERS[key % len(CUSTOMERS)]}"}
            yield from ({**line, "kind": "line"} for line in members)
            yield {"kind": "subtotal", "label": "Subtotal", "amount": f"{len(members) * 1000.5:,.2f}"}
        yield {"kind": "total", "label": "Total", "amount": "1,234,567.89"}

    return [{**line, "place": next(numbers)} for line in gathered()]
