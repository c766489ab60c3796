"""Invoices of the kinds that the examples of the CEN and KoSIT show keep all rules, and are read back as written."""

from __future__ import annotations

from typing import Any

import pytest

from reports.engine.einvoice import read
from reports.engine.einvoice.check import checked
from tests.unit.engine.einvoice.invoices import BUYER, INVOICE, LINE, SELLER, code, data, einvoice
from tests.unit.engine.rendering import context

_FREE = {"name": "Course", "quantity": 1, "price": "250"}
_ABROAD = {**BUYER, "country_code": "FR", "vat_id": "FR83404833048"}
_UNTAXED = {key: SELLER[key] for key in SELLER if key != "vat_id"} | {
    "tax_number": "22/815/08156",
    "register_id": "HRB 7",
}
_MONTH = {key: INVOICE[key] for key in INVOICE if key != "delivery_date"} | {
    "period": {"start": "2026-03-01", "end": "2026-03-31"}
}
_LOYALTY = [{"percent": 10, "label": "Loyalty"}]
_FREIGHT = [{"amount": 7, "label": "Freight"}]
_ARTICLES = [
    {**LINE, "name": f"Article {number}", "price": f"{number}.33", "sku": f"A-{number}"} for number in range(1, 13)
]


def _free(category: str, **more: Any) -> dict[str, Any]:
    return {**_FREE, "tax_category": category, **more}


def _invoice(**more: Any) -> dict[str, Any]:
    return {**INVOICE, **more}


EXAMPLES = {
    "one rate": data(),
    "two rates": data(LINE, {**LINE, "name": "Filter", "tax_rate": 19}),
    "three rates": data(LINE, {**LINE, "tax_rate": 19}, {**LINE, "tax_rate": 5}),
    "zero rated": data(_free("zero")),
    "a rate of nought": data({**LINE, "tax_rate": 0}),
    "exempt": data(_free("exempt", tax_reason="§ 4 Nr. 21 UStG")),
    "exempt beside taxed": data(LINE, _free("exempt", tax_reason="§ 4 Nr. 21 UStG")),
    "reverse charge": data(_free("reverse_charge"), buyer=_ABROAD),
    "within the Union": data(
        _free("intra_community"),
        buyer=_ABROAD,
        invoice=_invoice(delivery_country="FR", delivery_city="Paris", delivery_postcode="75002"),
    ),
    "exported": data(_free("export"), buyer={**BUYER, "country_code": "CH"}),
    "outside the scope": data(_free("outside_scope"), seller=_UNTAXED),
    "a discount on a line": data({**LINE, "discounts": [{"percent": 5, "label": "Volume"}]}),
    "a charge on a line": data({**LINE, "charges": [{"amount": "1.50", "label": "Packaging"}]}),
    "a discount on the whole": data(LINE, discounts=[{"amount": 5, "label": "Loyalty"}]),
    "a charge on the whole": data(LINE, charges=_FREIGHT),
    "discounts and charges over two rates": data(LINE, {**LINE, "tax_rate": 19}, discounts=_LOYALTY, charges=_FREIGHT),
    "partly paid": data(LINE, prepaid=[{"amount": "10.01"}]),
    "wholly paid": data(LINE, prepaid=[{"amount": "70.30"}]),
    "rounded": data(LINE, round_due_to="0.05", prepaid=[{"amount": "0.02"}]),
    "a credit note": data(
        {**LINE, "quantity": -3}, invoice=_invoice(preceding=[{"number": "2026-0", "date": "2026-03-01"}])
    ),
    "a corrected line": data(LINE, {**LINE, "quantity": -1}),
    "a negative price": data(LINE, {**LINE, "price": "-4"}),
    "a corrected invoice": data(LINE, invoice=_invoice(preceding=[{"number": "2026-0"}, {"number": "2025-9"}])),
    "a period": data(LINE, invoice=_MONTH),
    "direct debit": data(
        LINE, payment={"mandate": "M-17", "creditor_id": "DE98ZZZ09999999999", "debited_iban": "DE75512108001245126199"}
    ),
    "references": data(LINE, invoice=_invoice(project="P-1", contract="C-2", despatch="D-3", order="O-5")),
    "notes": data(LINE, notes=["Thank you.", "Ein zweiter Hinweis: äöü ß €"]),
    "fractions": data(
        {**LINE, "quantity": "0.375", "price": "19.995"}, {**LINE, "quantity": 1000000, "price": "0.0001"}
    ),
    "twelve lines": data(*_ARTICLES),
    "no tax number but one of the tax office": data(LINE, seller=_UNTAXED),
    "francs": data(LINE, currency="CHF"),
}


@pytest.mark.parametrize("form", ["xrechnung", "xrechnung-ubl"])
@pytest.mark.parametrize("name", EXAMPLES)
def test_an_example_keeps_all_rules_and_comes_back_as_it_was(name: str, form: str) -> None:
    given = EXAMPLES[name]
    text = checked(form, einvoice(given)).decode()  # raises for a rule that fails

    fields, left_out = read.read_einvoice(text, "invoice")
    ours = code().view(given, context())
    assert code().from_einvoice is not None
    copied = code().view(code().from_einvoice(fields), context())  # type: ignore[misc]

    assert left_out == []
    sign = -1 if ours["is_credit"] else 1
    [mine], [theirs] = ours["totals"], copied["totals"]
    for what in ("lines_total", "net", "gross", "rounding", "due", "currency"):
        wanted = getattr(mine, what)
        assert getattr(theirs, what) == (wanted if what == "currency" else sign * wanted), what
    assert [(line["name"], sign * line["net"]) for line in ours["lines"]] == [
        (line["name"], line["net"]) for line in copied["lines"]
    ]
    for what in ("number", "date", "order"):
        assert copied["invoice"].get(what) == ours["invoice"].get(what)
    assert copied["seller"]["name"] == ours["seller"]["name"]
    assert copied["buyer"]["vat_id"] == ours["buyer"]["vat_id"]
