"""The sums that are printed are those of the electronic invoice."""

from __future__ import annotations

import re
from decimal import Decimal
from html import unescape
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from reports.engine.templating.formats import Formats
from tests.examples import examples
from tests.unit.engine.einvoice.invoices import SELLER, code, data, einvoice, xml
from tests.unit.engine.rendering import context

SUMS = re.compile(r'<td class="num[^"]*">([^<]*)</td>')
CENTS = st.integers(0, 10**7).map(lambda cents: f"{Decimal(cents) / 100:.2f}")
RATES = st.sampled_from([{"tax_rate": 19}, {"tax_rate": 7}, {"tax_rate": 0}, {"tax_category": "exempt"}])
PARTS = st.lists(
    st.one_of(
        st.fixed_dictionaries({"amount": CENTS}),
        st.fixed_dictionaries({"percent": st.integers(0, 100), "label": st.just("Label")}),
    ),
    max_size=2,
)
LINES = st.lists(
    st.builds(
        lambda quantity, price, rate, discounts, charges: {
            **{"name": "x", "quantity": quantity, "price": price, "discounts": discounts, "charges": charges},
            **rate,
        },
        st.integers(-50, 500).map(lambda tenths: f"{Decimal(tenths) / 10}"),
        CENTS,
        RATES,
        PARTS,
        PARTS,
    ),
    min_size=1,
    max_size=6,
)
# Without an account, whose code takes most of the time.
UNPAID = {"seller": {key: value for key, value in SELLER.items() if key != "iban"}, "payment": {"means": "10"}}
WHOLE = st.builds(
    lambda lines, discounts, charges, prepaid, step: data(
        *lines,
        **{"discounts": discounts, "charges": charges, "prepaid": prepaid, "tax_reason": "§ 4 UStG"},
        **UNPAID,
        **({"round_due_to": step} if step else {}),
    ),
    LINES,
    PARTS,
    PARTS,
    st.lists(st.fixed_dictionaries({"amount": CENTS}), max_size=2),
    st.sampled_from([None, "0.05", "1"]),
)


def at_random(seed: int) -> dict[str, Any]:
    """Return an invoice much faster than WHOLE does."""
    random = Random(seed)

    def amount() -> str:
        return f"{Decimal(random.randint(0, 10 ** random.randint(1, 7))) / 100:.2f}"

    def parts() -> list[dict[str, Any]]:
        kinds = ({"amount": amount()}, {"percent": random.randint(0, 100), "label": "Label"})
        return [random.choice(kinds) for _ in range(random.choice((0, 0, 1, 2)))]

    lines = [
        {
            **{"name": "x", "quantity": f"{Decimal(random.randint(-50, 500)) / 10}", "price": amount()},
            **{"discounts": parts(), "charges": parts()},
            **random.choice(({"tax_rate": 19}, {"tax_rate": 7}, {"tax_rate": 0}, {"tax_category": "exempt"})),
        }
        for _ in range(random.randint(1, 6))
    ]
    step = random.choice((None, "0.05", "1"))
    return data(
        *lines,
        **{"discounts": parts(), "charges": parts(), "tax_reason": "§ 4 UStG", **UNPAID},
        prepaid=[{"amount": amount()} for _ in range(random.randint(0, 2))],
        **({"round_due_to": step} if step else {}),
    )


def sums_of(fields: Any) -> dict[str, Decimal]:
    return {
        name: Decimal(fields.get(name) or 0) for name in ("BT-106", "BT-109", "BT-110", "BT-112", "BT-114", "BT-115")
    }


@settings(max_examples=examples(1000))
@given(st.integers(0, 2**32).map(at_random))
def test_the_sums_of_the_page_are_those_of_the_electronic_invoice(given: dict[str, Any]) -> None:
    [printed] = code().view(given, context())["totals"]
    fields = einvoice(given).fields

    sign = -1 if fields["BT-3"] == "381" else 1
    assert sums_of(fields) == {
        "BT-106": sign * printed.lines_total,
        "BT-109": sign * printed.net,
        "BT-110": sign * sum(tax.amount for tax in printed.taxes),
        "BT-112": sign * printed.gross,
        "BT-114": sign * printed.rounding,
        "BT-115": sign * printed.due,
    }
    # What the rules on sums ask for (BR-CO-10 to BR-CO-16).
    lines = sum(Decimal(line.get("BT-131", 0)) for line in fields["BG-25"])
    allowances, charges = (sum(Decimal(p.get("amount", 0)) for p in fields.get(g, ())) for g in ("BG-20", "BG-21"))
    assert lines == sums_of(fields)["BT-106"]
    assert lines - allowances + charges == sums_of(fields)["BT-109"]
    assert sum(Decimal(tax["BT-116"]) for tax in fields["BG-23"]) == sums_of(fields)["BT-109"]


@settings(max_examples=examples(60))
@given(WHOLE)
def test_the_sums_on_the_page_are_written_from_those_of_the_electronic_invoice(given: dict[str, Any]) -> None:
    html = code().html(code().view(given, context()), context())
    fields = einvoice(given).fields
    sign = -1 if fields["BT-3"] == "381" else 1

    rows = [unescape(each) for each in SUMS.findall(html.partition('class="sums"')[2])]

    def written(number: str) -> str:
        return Formats.of("en").money(sign * Decimal(fields[number]) + 0, "EUR")

    assert rows[-1] == written("BT-115")
    assert {written("BT-109"), written("BT-112")} - {written("BT-115")} <= set(rows)
    for tax in fields["BG-23"]:
        assert Formats.of("en").money(sign * Decimal(tax["BT-117"]) + 0, "EUR") in rows


@settings(max_examples=8)
@given(WHOLE.filter(lambda given: "round_due_to" not in given))
def test_whatever_is_charged_keeps_the_rules(given: dict[str, Any]) -> None:
    root = etree.fromstring(xml({**given, "lines": [{**each, "tax_reason": "§ 4"} for each in given["lines"]]}))

    [due] = (each.text for each in root.iter("{*}DuePayableAmount"))
    assert due == einvoice(given).fields["BT-115"]
