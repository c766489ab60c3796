"""The sums that are printed are those of the electronic invoice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from tests.unit.engine.einvoice.invoices import code, data, einvoice, xml
from tests.unit.engine.rendering import context

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
WHOLE = st.builds(
    lambda lines, discounts, charges, prepaid, step: data(
        *lines,
        **{"discounts": discounts, "charges": charges, "prepaid": prepaid, "tax_reason": "§ 4 UStG"},
        **({"round_due_to": step} if step else {}),
    ),
    LINES,
    PARTS,
    PARTS,
    st.lists(st.fixed_dictionaries({"amount": CENTS}), max_size=2),
    st.sampled_from([None, "0.05", "1"]),
)


def sums_of(fields: Any) -> dict[str, Decimal]:
    return {
        name: Decimal(fields.get(name) or 0) for name in ("BT-106", "BT-109", "BT-110", "BT-112", "BT-114", "BT-115")
    }


@settings(max_examples=300)
@given(WHOLE)
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


@settings(max_examples=8)
@given(WHOLE.filter(lambda given: "round_due_to" not in given))
def test_whatever_is_charged_keeps_the_rules(given: dict[str, Any]) -> None:
    root = etree.fromstring(xml({**given, "lines": [{**each, "tax_reason": "§ 4"} for each in given["lines"]]}))

    [due] = (each.text for each in root.iter("{*}DuePayableAmount"))
    assert due == einvoice(given).fields["BT-115"]
