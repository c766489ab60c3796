"""The invoice's arithmetic, and what it refuses."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.templating.template_code import load_template_code
from reports.errors import InvalidDataError
from templates.invoice.transfer import is_iban, spaced_iban, transfer_code
from templates.invoice.view import view
from tests.unit.engine.rendering import TEMPLATES, context, page_texts, render, sample, schema

IBAN = "DE89370400440532013000"


def invoice(*lines: dict[str, Any], currency: str = "EUR", **more: Any) -> dict[str, Any]:
    """Make a small invoice that fits the schema."""
    data = {
        "currency": currency,
        "seller": {"name": "Nordlicht", "iban": IBAN},
        "buyer": {"lines": ["Café Morgenrot"]},
        "invoice": {"number": "7", "date": "2026-03-31"},
        "lines": [{"name": "Thing", **line} for line in lines],
        **more,
    }
    jsonschema.Draft202012Validator(schema("invoice")).validate(data)
    return data


def test_tax_is_rounded_once_per_rate_and_currency() -> None:
    data = invoice(
        {"quantity": 1, "price": "0.125", "tax_rate": 19},
        {"quantity": 3, "price": 0.1, "tax_rate": "19.0"},
        {"quantity": 2, "price": 10, "tax_rate": 7},
        {"quantity": 1, "price": 100, "currency": "USD"},
        {"quantity": 3, "price": "33.4", "tax_rate": 10, "currency": "JPY"},
    )

    euros, dollars, yen = view(data, context())["totals"]

    assert [(tax.rate, tax.base, tax.amount) for tax in euros.taxes] == [
        (7, Decimal("20.00"), Decimal("1.40")),
        (19, Decimal("0.43"), Decimal("0.08")),
    ]
    assert (euros.net, euros.gross) == (Decimal("20.43"), Decimal("21.91"))
    assert (dollars.currency, dollars.gross) == ("USD", Decimal("100.00"))
    assert (yen.net, yen.gross) == (Decimal(100), Decimal(110))


def test_each_currency_has_its_own_sums_on_paper() -> None:
    data = invoice({"quantity": 1, "price": 10, "tax_rate": 7}, {"quantity": 1, "price": 5, "currency": "USD"})

    (text,) = page_texts(render("invoice", data).pdf)

    assert "€10.70" in text
    assert "VAT 7% on €10.00 €0.70" in text
    assert text.count("$5.00") >= 3


def test_sums_of_the_caller_are_not_taken() -> None:
    data = invoice({"quantity": 1, "price": 10})

    with pytest.raises(jsonschema.ValidationError):
        invoice({"quantity": 1, "price": 10}, totals={"gross": 1})
    with pytest.raises(jsonschema.ValidationError):
        invoice({"quantity": 1, "price": 10, "net": 1})
    assert view(data, context())["totals"][0].gross == 10


def test_a_negative_total_is_a_credit_note_without_a_transfer() -> None:
    data = invoice({"quantity": -2, "price": "2.40", "tax_rate": 19})

    (text,) = page_texts(render("invoice", data).pdf)

    assert "Credit note 7" in text
    assert "−€5.71" in text
    assert "IBAN DE89" in text  # in the imprint only
    assert "Pay to" not in text


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"seller": {"name": "N", "iban": "DE89370400440532013001"}}, "/seller/iban"),
        ({"invoice": {"number": "7", "date": "2026-02-30"}}, "/invoice/date"),
        ({"invoice": {"number": "7", "date": "2026-02-01", "due": "2026-13-01"}}, "/invoice/due"),
        ({"currency": "XQZ"}, "/currency"),
        ({"lines": [{"name": "T", "quantity": 1, "price": 1, "currency": "EUX"}]}, "/lines/0/currency"),
    ],
)
def test_what_a_schema_cannot_see_is_refused_with_its_place(change: dict[str, Any], pointer: str) -> None:
    data = {**invoice({"quantity": 1, "price": 10}), **change}

    with pytest.raises(InvalidDataError) as caught:
        view(data, context())

    assert [violation.pointer for violation in caught.value.violations] == [pointer]


def test_euros_to_an_iban_have_a_code_and_other_currencies_none() -> None:
    euros = view(invoice({"quantity": 1, "price": 10}), context())
    dollars = view(invoice({"quantity": 1, "price": 10}, currency="USD"), context())

    assert euros["code"] is not None
    assert dollars["code"] is None


@pytest.mark.parametrize("amount", ["0.00", "-1.00", "1000000000.00"])
def test_an_amount_that_no_transfer_carries_has_no_code(amount: str) -> None:
    assert transfer_code(name="N", iban=IBAN, bic="", amount=Decimal(amount), reference="R") is None


def test_a_code_is_drawn_within_its_square() -> None:
    code = transfer_code(name="N" * 200, iban=IBAN, bic="", amount=Decimal("0.01"), reference="line\nend " * 60)

    assert code is not None
    assert code.size <= 69
    assert code.path.startswith("M0 0h7v1h-7z")


@pytest.mark.parametrize(
    "text", [IBAN, "DE89 3704 0044 0532 0130 00", "gb82 west 1234 5698 7654 32", "NO9386011117947"]
)
def test_an_iban_is_known_by_its_check_digits(text: str) -> None:
    assert is_iban(text)


@pytest.mark.parametrize(
    "text", ["", "DE", "DE89370400440532013009", "DEX9370400440532013000", "ＤＥ89370400440532013000"]
)
def test_what_is_no_iban_is_known_too(text: str) -> None:
    assert not is_iban(text)


def test_an_iban_is_printed_in_fours() -> None:
    assert spaced_iban("no9386011117947") == "NO93 8601 1117 947"


@given(
    st.lists(
        st.tuples(
            st.decimals("-9999", "9999", places=3), st.decimals("-9999", "9999", places=2), st.sampled_from([0, 7, 19])
        ),
        min_size=1,
        max_size=30,
    )
)
def test_totals_are_the_sum_of_what_is_printed(lines: list[tuple[Decimal, Decimal, int]]) -> None:
    given_lines = [{"quantity": str(q), "price": str(p), "tax_rate": rate} for q, p, rate in lines]

    prepared = view(invoice(*given_lines), context())

    (euros,) = prepared["totals"]
    assert euros.net == sum(line["net"] for line in prepared["lines"])
    assert euros.gross == euros.net + sum(tax.amount for tax in euros.taxes)
    assert sum(tax.base for tax in euros.taxes) == euros.net


def test_an_invoice_from_right_to_left_keeps_what_stands_in_its_margins() -> None:
    first, second = page_texts(render("invoice", sample("invoice"), "ar").pdf)

    assert "IBAN DE89 3704 0044 0532 0130 00" in first  # in the imprint
    assert ("3,124.14" in first, "3,124.14" in second) == (True, True)  # carried, and brought, forward
    assert "+49 40 555 0142" in first
    assert "2026-0418 / C-20817" in second


def html_of(data: dict[str, Any], locale: str = "en") -> str:
    code = load_template_code(TEMPLATES / "invoice")
    return code.html(code.view(data, context(locale)), context(locale))


@pytest.mark.parametrize(("count", "least"), [(1, 7.0), (99, 7.0), (1_000, 9.0)])
def test_the_numbers_of_lines_have_the_room_that_they_need(count: int, least: float) -> None:
    html = html_of(invoice(*[{"quantity": 1, "price": 1}] * count))

    width = float(html.partition('<colgroup><col style="width: ')[2].partition("mm")[0])
    assert width == least if least == 7.0 else least < width < least + 2.5


def test_an_invoice_over_nothing_asks_for_no_payment() -> None:
    data = invoice({"quantity": 1, "price": 49}, {"quantity": -1, "price": 49}, payment={"terms": "Nothing to pay."})
    data["invoice"]["due"] = "2026-04-14"

    html = html_of(data)

    assert "Nothing to pay." in html
    assert "Pay to" not in html
    assert "Due" not in html


def test_a_reverse_charge_is_named_with_its_reason_in_place_of_a_rate() -> None:
    data = invoice(
        {"quantity": 1, "price": 1000}, tax_category="reverse_charge", tax_reason="Art. 196 Directive 2006/112/EC"
    )
    data["buyer"]["vat_id"] = "FR12345678901"

    html = html_of(data, "de")

    assert "Steuerschuldnerschaft des Leistungsempfängers: 1.000,00\u00a0€" in html
    assert "Steuerschuldnerschaft des Leistungsempfängers: Art. 196 Directive 2006/112/EC" in html
    assert "Ihre USt-IdNr.</dt><dd>FR12345678901" in html
    assert "USt. 0" not in html


def test_without_tax_there_is_no_word_about_it() -> None:
    html = html_of(invoice({"quantity": 4, "price": 30}))

    assert "VAT" not in html
    assert "Amount, EUR" in html


def test_a_rate_of_zero_is_printed_for_a_seller_with_a_tax_number_alone() -> None:
    line = {"quantity": 4, "price": 30, "tax_rate": 0}
    seller = {"name": "Nordlicht", "vat_id": "DE123456789"}

    assert "VAT" not in html_of(invoice(line))
    assert "VAT 0% on" in html_of(invoice(line, seller=seller))
    assert "VAT 0% on" in html_of(invoice(line, {**line, "tax_rate": 19}))


@pytest.mark.parametrize(
    ("locale", "line", "title"),
    [
        ("en", {"tax_rate": 20}, "Invoice 7"),
        ("en-AU", {"tax_rate": 10}, "Tax invoice 7"),
        ("en-AU", {}, "Invoice 7"),
        ("en-SG", {"tax_category": "exempt"}, "Invoice 7"),
        ("en-AU", {"quantity": -1, "tax_rate": 10}, "Adjustment note 7"),
        ("he", {"tax_rate": 18}, "\u05d7\u05e9\u05d1\u05d5\u05e0\u05d9\u05ea \u05de\u05e1"),
        ("de", {"quantity": -1, "tax_rate": 19}, "Rechnungskorrektur 7"),
        ("es-AR", {"quantity": -1}, "Nota de cr\u00e9dito 7"),
    ],
)
def test_an_invoice_is_called_what_the_law_calls_it(locale: str, line: dict[str, Any], title: str) -> None:
    data = invoice({"quantity": 1, "price": 10, **line}, seller={"name": "N", "vat_id": "1"})

    assert title in html_of(data, locale)


def test_the_difference_to_coins_is_printed_and_a_credit_is_not_due() -> None:
    html = html_of(invoice({"quantity": 1, "price": "1.03"}, round_due_to="0.05", currency="CHF"), "de-CH")
    assert "Rundung</th>" in html
    assert "Gesamt</th>" in html
    credit = invoice({"quantity": -1, "price": 1}, invoice={"number": "7", "date": "2026-01-02", "due": "2026-01-09"})
    assert "9.1.2026" not in html_of(credit, "de-CH")
    assert "09.01.2026" not in html_of(credit, "de-CH")
    assert "Rundung" not in html_of(credit, "de-CH")


@pytest.mark.parametrize("locale", ["en", "ar"])
def test_a_label_of_the_caller_is_escaped_once(locale: str) -> None:
    line = {
        "quantity": 1,
        "price": 10,
        "discounts": [{"amount": 1, "label": "A & <b>"}, {"percent": 1, "label": "C & D"}],
    }

    html = html_of(
        invoice(line, discounts=[{"percent": 5, "label": "E & F"}], prepaid=[{"amount": 1, "label": "G & H"}]), locale
    )

    assert [html.count(each) for each in ("A &amp; &lt;b&gt;", "C &amp; D", "E &amp; F", "G &amp; H")] == [1, 1, 1, 1]
    assert "&amp;amp;" not in html
    assert "&lt;bdi" not in html


def test_a_tall_line_begins_on_the_first_page_and_its_line_breaks_are_kept() -> None:
    data = invoice(
        {
            "quantity": 1,
            "price": 1,
            "name": "Long " * 60,
            "note": "What was done.\n" * 60,
            "unit": "subscription month",
        },
        {"quantity": 1, "price": 1},
        notes=["first line\nsecond line"],
    )

    first, *_, last = page_texts(render("invoice", data).pdf)

    assert first.count("What was done.") > 20
    assert "subscription\n" in first
    assert "first line\nsecond line" in last


def test_the_tax_is_printed_in_the_currency_of_the_tax_office_as_well() -> None:
    line = {"name": "Coffee", "quantity": 1, "price": 100, "tax_rate": 19}
    data = {**invoice(line, currency="CHF"), "tax_currency": {"currency": "EUR", "rate": "0.9312"}}

    html = html_of(data, "de")

    assert "1 CHF = 0,9312 EUR" in html
    assert "17,69" in html
