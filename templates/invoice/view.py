"""Compute an invoice: nothing a caller says about sums is believed, they are made here from the lines."""

from __future__ import annotations

import decimal
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from reports.engine.templating.formats import Formats, is_known_currency
from reports.errors import InvalidDataError, Violation
from reports.render_contract import RenderContext

from .bill import Bill
from .columns import columns_of
from .copied import STATED, copied
from .stated import stated_totals
from .totals import Totals
from .transfer import TransferCode, is_iban, spaced_iban, transfer_code

if TYPE_CHECKING:
    from reports.engine.einvoice.invoice import EInvoice

# Enough for the product of any quantity and any price, and for the sum of all lines.
_EXACT = decimal.Context(prec=200, rounding=decimal.ROUND_HALF_UP)

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "seller": dict.fromkeys(
        (
            *("tagline", "street", "city", "country", "phone", "email", "web", "managers", "register", "vat_id"),
            *("tax_number", "bank", "iban", "bic", "logo", "postcode"),
        )
    ),
    "buyer": {"vat_id": None},
    "invoice": dict.fromkeys(("due", "delivery", "delivery_date", "order", "customer", "contact")),
    "payment": dict.fromkeys(("terms", "reference")),
}


def view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    """Return what the template prints.

    Raises InvalidDataError for dates, currencies or an IBAN that do not exist, and for numbers and taxes that are
    unclear.
    """
    try:
        _check(data)
        with decimal.localcontext(_EXACT):
            return _view(data, context)
    except InvalidDataError as error:
        if STATED not in data:
            raise
        faults = [Violation("/einvoice", f"{each.message} (read as {each.pointer})") for each in error.violations]
        raise InvalidDataError("invoice", faults) from None


def einvoice(data: Mapping[str, Any], context: RenderContext) -> EInvoice:
    """Return the invoice in the terms of EN 16931, from the sums that are printed.

    Raises InvalidDataError as view() does, and EInvoiceInvalidError.
    """
    from .einvoice import einvoice_of  # only now: hardly any invoice has an electronic form

    _check(data)
    with decimal.localcontext(_EXACT):
        return einvoice_of(data, Bill.of(data, Formats.of(context.locale)))


def from_einvoice(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the data of which the visual copy of an electronic invoice is made, given by the numbers of EN 16931."""
    with decimal.localcontext(_EXACT):
        return copied(fields)


def _view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    formats = Formats.of(context.locale)
    seller = {**_DEFAULTS["seller"], **data["seller"]}
    payment = {**_DEFAULTS["payment"], **data.get("payment", {})}
    invoice = {**_DEFAULTS["invoice"], **data["invoice"]}
    if seller["postcode"]:
        seller["city"] = " ".join(filter(None, (seller["postcode"], seller["city"])))
    bill = Bill.of(data, formats)
    totals = [account.totals() for account in bill.accounts.values()]
    stated, reasons = data.get(STATED), bill.reasons
    if stated is not None:
        totals = [stated_totals(stated, totals[0])]
        reasons = [(tax["category"], tax["reason"]) for tax in stated["taxes"] if tax["category"] and tax["reason"]]
    is_credit = stated["is_credit"] if stated is not None else all(sums.gross < 0 for sums in totals)
    is_to_pay = any(sums.due > 0 for sums in totals) and not is_credit
    code = _code(seller, payment, invoice, totals)
    if seller["iban"]:
        seller["iban"] = spaced_iban(seller["iban"])
    return {
        "paper": data.get("paper", "A4"),
        "title": context.title,
        "seller": seller,
        "buyer": {**_DEFAULTS["buyer"], "lines": _address_lines(data["buyer"]), **data["buyer"]},
        "invoice": invoice,
        "lines": bill.lines,
        "includes_tax": bill.includes_tax,
        "tax_names": bill.tax_names,
        "reasons": reasons,
        "currencies": [sums.currency for sums in totals],
        "columns": columns_of(bill, formats),
        "totals": totals,
        "tax_currency": _tax_in(bill, totals[0], formats),
        "is_tax_invoice": bool(seller["vat_id"]) and any(each.rates for each in bill.treatments),
        "is_copy": stated is not None,
        "is_credit": is_credit,
        "is_to_pay": is_to_pay,
        "payment": {**payment, "reference": payment["reference"] or invoice["number"]},
        "code": code if is_to_pay else None,
        "notes": data.get("notes", []),
    }


def _tax_in(bill: Bill, sums: Totals, formats: Formats) -> dict[str, Any] | None:
    """Return the tax in the currency of the seller's tax office, and by which rate."""
    if bill.tax_currency is None:
        return None
    currency, rate = bill.tax_currency.currency, bill.tax_currency.rate
    said = f"1 {sums.currency} = {formats.number(rate)} {currency}"
    return {"currency": currency, "amount": bill.tax_currency.tax_of(sums), "rate": said}


def _address_lines(buyer: Mapping[str, Any]) -> list[str]:
    """Return the lines of an address that is given by its parts."""
    city = " ".join(filter(None, (buyer.get("postcode"), buyer.get("city"))))
    return [part for part in (buyer.get("name"), buyer.get("addition"), buyer.get("street"), city) if part]


def _code(
    seller: Mapping[str, Any], payment: Mapping[str, Any], invoice: Mapping[str, Any], totals: Sequence[Totals]
) -> TransferCode | None:
    """Return the QR code of a SEPA transfer, which only euros to an IBAN can be paid by."""
    euros = next((sums.due for sums in totals if sums.currency == "EUR"), None)
    if euros is None or not seller["iban"]:
        return None
    return transfer_code(
        name=seller["name"],
        iban=seller["iban"],
        bic=seller["bic"] or "",
        amount=euros,
        reference=payment["reference"] or invoice["number"],
    )


def _check(data: Mapping[str, Any]) -> None:
    violations = [
        *_date_violations(data),
        *_currency_violations(data),
    ]
    accounts = {
        "/seller/iban": data["seller"].get("iban"),
        "/payment/debited_iban": data.get("payment", {}).get("debited_iban"),
    }
    for place, iban in accounts.items():
        if iban and not is_iban(iban):
            violations.append(Violation(place, "is not an IBAN: its check digits do not match"))
    if violations:
        raise InvalidDataError("invoice", violations)


def _date_violations(data: Mapping[str, Any]) -> list[Violation]:
    invoice, period = data["invoice"], data["invoice"].get("period", {})
    keys = ("date", "due", "delivery_date")
    places: list[tuple[str, str | None]] = [(f"/invoice/{key}", invoice.get(key)) for key in keys]
    places += [(f"/invoice/period/{key}", period.get(key)) for key in ("start", "end")]
    places += [
        (f"/invoice/preceding/{n}/date", each.get("date")) for n, each in enumerate(invoice.get("preceding", ()))
    ]
    places += [(f"/prepaid/{index}/date", each.get("date")) for index, each in enumerate(data.get("prepaid", ()))]
    return [Violation(place, "is not a day of the calendar") for place, day in places if day and not _is_day(day)]


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _currency_violations(data: Mapping[str, Any]) -> list[Violation]:
    """Find codes that are none, and amounts in a currency that no line has."""
    codes = {line.get("currency", data["currency"]) for line in data["lines"]}
    violations = [
        Violation(place, "is not a currency of ISO 4217")
        for place, code in [("/currency", data["currency"]), *_tax_currency(data), *_currencies(data, "lines")]
        if not is_known_currency(code)
    ]
    for key in ("discounts", "charges", "prepaid"):
        for index, each in enumerate(data.get(key, ())):
            code = each.get("currency", data["currency"])
            if code not in codes:
                violations.append(Violation(f"/{key}/{index}", f"is in {code}, and no line is"))
    return violations


def _tax_currency(data: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [("/tax_currency/currency", data["tax_currency"]["currency"])] if "tax_currency" in data else []


def _currencies(data: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    parts = enumerate(data[key])
    return [(f"/{key}/{index}/currency", part["currency"]) for index, part in parts if "currency" in part]
