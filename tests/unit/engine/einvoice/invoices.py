"""Make electronic invoices of data, without their pages."""

from __future__ import annotations

import sys
from copy import deepcopy
from functools import cache
from typing import Any

from reports.engine.einvoice.check import checked
from reports.engine.einvoice.invoice import EInvoice
from reports.engine.templating.template_code import TemplateCode, load_template_code
from tests.unit.engine.rendering import TEMPLATES, context

SELLER = {
    "name": "Nord GmbH",
    "street": "Speicherstraße 14",
    "postcode": "20457",
    "city": "Hamburg",
    "country_code": "DE",
    "phone": "+49 40 555 0142",
    "email": "bill@example.org",
    "vat_id": "DE 314 159 265",
    "iban": "DE89 3704 0044 0532 0130 00",
}
BUYER = {
    "name": "Café Rot",
    "street": "Allee 85",
    "postcode": "10435",
    "city": "Berlin",
    "country_code": "DE",
    "email": "buy@example.org",
}
INVOICE = {
    "number": "2026-1",
    "date": "2026-03-31",
    "due": "2026-04-14",
    "delivery_date": "2026-03-30",
    "contact": "Jonas Petersen",
    "buyer_reference": "04011000-12345-34",
}
LINE = {"name": "Coffee", "quantity": 3, "unit": "kg", "price": "21.90", "tax_rate": 7}


def data(*lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Return an invoice that keeps all rules."""
    whole = {"currency": "EUR", "seller": SELLER, "buyer": BUYER, "invoice": INVOICE, "lines": [*lines] or [LINE]}
    return deepcopy({**whole, **more})


@cache
def code() -> TemplateCode:
    """Return the template's code."""
    return load_template_code(TEMPLATES / "invoice")


def einvoice(given: dict[str, Any]) -> EInvoice:
    """Return an invoice in the terms of EN 16931."""
    assert code().einvoice is not None
    found: EInvoice = code().einvoice(given, context())  # type: ignore[misc]
    return found


def xml(given: dict[str, Any], form: str = "facturx-en16931") -> bytes:
    """Return the XML of an invoice, checked."""
    return checked(form, einvoice(given))


def module(name: str) -> Any:
    """Return a module of the template."""
    return sys.modules[f"{code().view.__module__.rpartition('.')[0]}.{name}"]
