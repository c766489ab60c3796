"""The visual copy of an electronic invoice shows what is in it, sums as they are, and says what it leaves out."""

from __future__ import annotations

import base64
import json
import re
from copy import deepcopy
from dataclasses import replace
from io import BytesIO
from random import Random
from typing import Any

import pikepdf
import pytest
from hypothesis import given, settings
from lxml import etree

from reports.engine.einvoice import read
from reports.engine.einvoice.invoice import PROFILES
from reports.engine.einvoice.write import as_bytes, written
from reports.engine.notes import noted
from reports.errors import InvalidDataError, InvalidOptionsError
from tests.examples import examples
from tests.unit.engine.einvoice.invoices import LINE, SELLER, code, data, einvoice
from tests.unit.engine.einvoice.test_sums import WHOLE
from tests.unit.engine.rendering import TEMPLATES, context, page_texts, printed, renderer, template

SYNTAXES = ("xrechnung", "xrechnung-ubl")


def xml(given: dict[str, Any], form: str = "xrechnung") -> str:
    return as_bytes(written(PROFILES[form], einvoice(given).fields, None)).decode()


def copy(text: str) -> tuple[Any, list[Any]]:
    """Return what the template prints of an electronic invoice, and the warnings."""
    with noted() as notes:
        fields, left_out = read.read_einvoice(text, "invoice")
        assert code().from_einvoice is not None
        return code().view(code().from_einvoice(fields), context()), [*notes, *left_out]  # type: ignore[misc]


def sums(totals: Any, sign: int = 1) -> list[Any]:
    return [
        *(sign * each for each in (totals.lines_total, totals.net, totals.gross, totals.rounding, totals.due)),
        sorted((tax.rate, sign * tax.base, sign * tax.amount) for tax in totals.taxes),
        sign * sum(item.amount for item in totals.prepaid),
    ]


@pytest.mark.parametrize("form", SYNTAXES)
def test_the_copy_of_our_own_has_the_same_sums(form: str) -> None:
    @settings(max_examples=examples(25))
    @given(WHOLE)
    def check(whole: dict[str, Any]) -> None:
        [ours] = code().view(whole, context())["totals"]

        shown, warnings = copy(xml(whole, form))

        assert shown["is_credit"] is (ours.gross < 0)
        assert sums(shown["totals"][0]) == sums(ours, -1 if ours.gross < 0 else 1)
        assert warnings == []

    check()


@pytest.mark.parametrize("form", SYNTAXES)
def test_all_that_is_said_is_on_the_page(form: str) -> None:
    given = data({**LINE, "sku": "R-1", "note": "Ground", "discounts": [{"percent": 5}]}, notes=["Thanks"])
    given["invoice"] |= {"project": "P-1", "order": "O-1", "preceding": [{"number": "2025-9"}], "cost_center": "K-7"}

    shown, warnings = copy(xml(given, form))

    assert warnings == []
    assert shown["buyer"]["lines"] == ["Café Rot", "Allee 85", "10435 Berlin", "DE"]
    assert (shown["seller"]["vat_id"], shown["seller"]["city"]) == ("DE314159265", "20457 Hamburg")
    assert (shown["invoice"]["order"], shown["invoice"]["contact"]) == ("O-1", "Jonas Petersen")
    [line] = shown["lines"]
    assert (line["name"], line["sku"], line["note"], line["unit"], line["net_text"]) == (
        *("Coffee", "R-1", "Ground", "kg"),
        "62.41",
    )
    assert [item.label for item in line["items"]] == ["Discount (5 %)"]
    assert shown["notes"][0] == "Thanks"
    for text in ("BT-10: 04011000-12345-34", "BT-11: P-1", "BT-19: K-7", "BT-49: buy@example.org (EM)", "2025-9"):
        assert text in shown["notes"][1]


@pytest.mark.parametrize(
    ("form", "old", "new", "says"),
    [
        (
            "xrechnung",
            "DuePayableAmount>70.30<",
            "DuePayableAmount>99.00<",
            "BT-115 is 99.00, and its parts make 70.30",
        ),
        (
            *("xrechnung-ubl", 'TaxInclusiveAmount currencyID="EUR">70.30<', 'TaxInclusiveAmount currencyID="EUR">71<'),
            "BT-112 is 71, and its parts make 70.30",
        ),
        (
            "xrechnung",
            "ChargeAmount>21.90<",
            "ChargeAmount>20.00<",
            "BT-131 of line 1 is 65.70, and quantity and price",
        ),
        (
            *("xrechnung", 'TaxTotalAmount currencyID="EUR">4.60<', 'TaxTotalAmount currencyID="EUR">46.00<'),
            "BT-110 is 46.00, and its parts make 4.60",
        ),
        ("xrechnung", "CalculatedAmount>4.60<", "CalculatedAmount>4.70<", "tax at 7 % is 4.70 on 65.70, and the lines"),
    ],
)
def test_sums_are_shown_as_they_are_and_a_difference_is_said(form: str, old: str, new: str, says: str) -> None:
    text = xml(data(), form)
    assert old in text

    shown, [warning] = copy(text.replace(old, new))

    assert warning["code"] == "einvoice_does_not_add_up"
    assert says in warning["message"]
    if "99.00" in new:
        assert str(shown["totals"][0].due) == "99.00"


def test_a_sum_of_discounts_that_the_page_has_no_place_for_is_compared_too() -> None:
    text = xml(data(discounts=[{"amount": 1}]), "xrechnung")
    assert "AllowanceTotalAmount>1.00<" in text

    _, [warning] = copy(text.replace("AllowanceTotalAmount>1.00<", "AllowanceTotalAmount>9.00<"))

    assert "BT-107 is 9.00, and its parts make 1.00" in warning["message"]


def test_notes_that_are_longer_than_their_place_are_said() -> None:
    text = xml(data(), "xrechnung")

    _, warnings = copy(text.replace("<ram:Name>", f"<ram:Description>{'x' * 3000}</ram:Description><ram:Name>", 1))

    assert [each["code"] for each in warnings] == ["einvoice_not_shown"]
    assert "2,000 of 3,0" in warnings[0]["message"]


@pytest.mark.parametrize("number", ["1E-2000000", f"0.{'1' * 60}"])
def test_a_number_of_very_many_digits_is_refused(number: str) -> None:
    with pytest.raises(InvalidDataError):
        copy(xml(data(), "xrechnung").replace("ChargeAmount>21.90<", f"ChargeAmount>{number}<"))


def test_a_discount_is_one_however_xml_says_so() -> None:
    text = xml(data(discounts=[{"amount": 1}], charges=[{"amount": 3}]), "xrechnung-ubl")

    shown, warnings = copy(text.replace("Indicator>false<", "Indicator>0<").replace("Indicator>true<", "Indicator>1<"))

    assert warnings == []
    assert [item.amount for item in shown["totals"][0].adjustments] == [-1, 3]


def test_a_tax_number_is_one_by_whatever_scheme() -> None:
    text = xml(data(seller={**SELLER, "tax_number": "22/333"}), "xrechnung-ubl")

    shown, warnings = copy(
        re.sub("<cbc:ID>(?!VAT)[A-Z]+</cbc:ID>(?=\\s*</cac:TaxScheme>)", "<cbc:ID>???</cbc:ID>", text)
    )

    assert warnings == []
    assert shown["seller"]["tax_number"] == "22/333"


def test_attachments_are_listed() -> None:
    body = base64.b64encode(b"x" * 300).decode()
    document = (
        "<cac:AdditionalDocumentReference><cbc:ID>A-1</cbc:ID><cbc:DocumentDescription>Timesheet</cbc:DocumentDescription>"
        f'<cac:Attachment><cbc:EmbeddedDocumentBinaryObject mimeCode="text/csv" filename="hours.csv">{body}'
        "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
    )
    text = xml(data(), "xrechnung-ubl").replace(
        "<cac:AccountingSupplierParty>", f"{document}<cac:AccountingSupplierParty>"
    )

    shown, _ = copy(text)

    [line] = (each for each in shown["notes"][-1].splitlines() if each.startswith("BG-24"))
    assert all(text in line for text in ("A-1", "Timesheet", "hours.csv", "300 bytes"))


def test_what_is_not_read_is_named() -> None:
    text = xml(data(), "xrechnung-ubl").replace("<cac:Country>", "<cbc:CityName>x</cbc:CityName><cac:Country>")
    text = text.replace(
        "<cbc:ID>2026-1</cbc:ID>", "<cbc:ID>2026-1</cbc:ID><cbc:CopyIndicator>perhaps</cbc:CopyIndicator>", 1
    )

    _, left_out = copy(text)

    assert "Invoice/CopyIndicator" in left_out


def in_pdf(name: str, body: bytes) -> str:
    made = pikepdf.new()
    made.add_blank_page()
    made.attachments[name] = pikepdf.AttachedFileSpec(
        made, body, filename=name, mime_type="text/xml", description="", creation_date="", mod_date=""
    )
    file = BytesIO()
    made.save(file)
    return f"data:application/pdf;base64,{base64.b64encode(file.getvalue()).decode()}"


def test_an_invoice_is_read_out_of_a_pdf() -> None:
    shown, _ = copy(in_pdf("factur-x.xml", xml(data()).encode()))

    assert shown["invoice"]["number"] == "2026-1"


def as_uri(body: bytes) -> str:
    return f"data:application/xml;base64,{base64.b64encode(body).decode()}"


def test_xml_of_other_encodings_is_read() -> None:
    text = xml(data()).replace("encoding='UTF-8'", "encoding='{}'")

    for encoding in ("iso-8859-1", "utf-16"):
        shown, _ = copy(as_uri(text.format(encoding).encode(encoding)))
        assert shown["buyer"]["lines"][0] == "Café Rot"
    # In a text of JSON, what it says of its encoding means nothing.
    assert copy(text.format("utf-16"))[0]["buyer"]["lines"][0] == "Café Rot"


WORDS = ("x", "-1", "1e400", "NaN", "9" * 30, "2026-13-45", "1,5", " ", "<b>", "💥")
ENTITY = '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

REFUSED = {
    "no XML": ("This is text", "is no XML"),
    "XML that is cut off": (xml(data())[:500], "is no XML"),
    "a document type": (f"{ENTITY}{xml(data()).partition('?>')[2]}", "has a document type"),
    "another document": ("<html/>", "root is <html>: needed is an invoice in CII"),
    "ZUGFeRD 1": ('<CrossIndustryDocument xmlns="urn:ferd:CrossIndustryDocument:invoice:1p0"/>', "ZUGFeRD 1, whose"),
    "no number": (xml(data(), "xrechnung-ubl").replace("<cbc:ID>2026-1</cbc:ID>", "", 1), "lacks BT-1 (number)"),
    "no seller": (xml(data()).replace(">Nord GmbH<", "><"), "lacks BG-4 (name of the seller)"),
    "a day that is none": (
        xml(data(), "xrechnung-ubl").replace(">2026-03-31<", ">2026-02-31<"),
        "is not as its standard",
    ),
    "an amount that is none": (
        xml(data()).replace(">62.41<", ">many<").replace(">65.70<", ">NaN<"),
        "no number in BT-1",
    ),
    "no base64": ("data:application/xml;base64,@@", "is no base64"),
    "a PDF without an invoice": (in_pdf("other.txt", b"x"), "is a PDF without an electronic invoice"),
    "a PDF that is broken": (
        f"data:application/pdf;base64,{base64.b64encode(b'%PDF-1.7 x').decode()}",
        "is a PDF that",
    ),
    "no lines": (
        "".join(xml(data(), "xrechnung-ubl").partition("<cac:InvoiceLine>")[:1]) + "</Invoice>",
        "has no lines (BG-25)",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_invoice_is_refused_with_the_reason(name: str) -> None:
    text, says = REFUSED[name]

    with pytest.raises(InvalidDataError) as refused:
        copy(text)

    [violation] = refused.value.violations[:1]
    assert violation.pointer == "/einvoice"
    assert says in violation.message


def test_damaged_invoices_are_read_or_refused() -> None:
    random = Random(17)
    roots = [
        etree.fromstring(xml(data(LINE, {**LINE, "discounts": [{"amount": 1}]}), form).encode()) for form in SYNTAXES
    ]

    for _ in range(60):
        root = deepcopy(random.choice(roots))
        for _ in range(random.randint(1, 4)):
            element = random.choice([each for each in root.iter() if each.getparent() is not None])
            damage = random.choice(("removed", "doubled", "emptied", *WORDS))
            if damage == "removed":
                element.getparent().remove(element)
            elif damage == "doubled":
                element.getparent().append(deepcopy(element))
            elif damage == "emptied":
                element.clear()
            else:
                element.text = damage
        try:
            copy(etree.tostring(root).decode())
        except InvalidDataError as error:
            assert {each.pointer for each in error.violations} == {"/einvoice"}


def test_a_file_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "_MOST_BYTES", 100)

    with pytest.raises(InvalidDataError, match="and may have 100"):
        copy(xml(data()))


def test_a_copy_is_rendered_with_its_warnings() -> None:
    text = xml(data(), "xrechnung-ubl").replace(">70.30<", ">70.31<")

    report = printed(renderer(), template(TEMPLATES / "invoice"), {"einvoice": text}, context())

    assert "€70.31" in page_texts(report.pdf)[0]
    assert "einvoice_does_not_add_up" in [each["code"] for each in report.warnings]
    assert f"Visual copy of electronic invoice {data()['invoice']['number']}." in page_texts(report.pdf)[0]


def test_only_a_copy_says_that_it_is_one_in_each_language_of_the_template() -> None:
    labels = json.loads((TEMPLATES / "invoice" / "labels.json").read_text())
    languages = [name for name, words in labels.items() if "invoice" in words]

    shown, _ = copy(xml(data()))

    assert shown["is_copy"]
    assert not code().view(data(), context())["is_copy"]
    said = [labels[name]["copy_of"] for name in languages]
    assert len(languages) == 14
    assert len(set(said)) == len(said)
    assert all("{number}" in words and "XML" in words for words in said)


def test_an_electronic_invoice_of_an_electronic_invoice_is_refused() -> None:
    with pytest.raises(InvalidOptionsError, match="are an electronic invoice: leave"):
        printed(
            renderer(),
            template(TEMPLATES / "invoice"),
            {"einvoice": xml(data())},
            replace(context(), einvoice="xrechnung"),
        )
