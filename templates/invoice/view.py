"""Compute an invoice: nothing a caller says about sums is believed, they are made here from the lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from reports.engine.templating.formats import Formats, as_decimal, decimals_of, is_known_currency, places_of, rounded
from reports.engine.templating.text_width import text_width
from reports.errors import InvalidDataError, Violation
from reports.render_contract import RenderContext

from .transfer import TransferCode, is_iban, spaced_iban, transfer_code

_TYPE_SIZE = 8.5 * 25.4 / 72  # mm
_CELL_PADDING = 3.6  # mm
_NARROWEST_COLUMN = 14.0  # mm

_DEFAULTS: Mapping[str, Mapping[str, Any]] = {
    "seller": dict.fromkeys(
        (
            *("tagline", "street", "city", "country", "phone", "email", "web", "managers", "register", "vat_id"),
            *("bank", "iban", "bic", "logo"),
        )
    ),
    "invoice": dict.fromkeys(("due", "delivery", "order", "customer", "contact")),
    "payment": dict.fromkeys(("terms", "reference")),
    "line": {"sku": None, "note": None, "unit": "", "tax_rate": 0},
}


@dataclass(frozen=True, slots=True)
class Tax:
    """The tax of one rate in one currency."""

    rate: Decimal
    base: Decimal
    amount: Decimal


@dataclass(slots=True)
class Totals:
    """Sum up the lines of one currency; tax is rounded once per rate, on the sum of its lines."""

    currency: str
    net: Decimal = Decimal(0)
    bases: dict[Decimal, Decimal] = field(default_factory=dict)

    def add(self, rate: Decimal, net: Decimal) -> None:
        """Count a line in."""
        self.net += net
        self.bases[rate] = self.bases.get(rate, Decimal(0)) + net

    @property
    def taxes(self) -> list[Tax]:
        """Return a row per rate, the lowest first."""
        places = places_of(self.currency)
        return [Tax(rate, base, rounded(base * rate / 100, places)) for rate, base in sorted(self.bases.items())]

    @property
    def gross(self) -> Decimal:
        """Return what is to be paid; negative for a credit."""
        return self.net + sum((tax.amount for tax in self.taxes), Decimal(0))


def view(data: Mapping[str, Any], context: RenderContext) -> dict[str, Any]:
    """Return what the template prints. Raises InvalidDataError for dates, currencies or an IBAN that do not exist."""
    _check(data)
    formats = Formats.of(context.locale)
    seller = {**_DEFAULTS["seller"], **data["seller"]}
    payment = {**_DEFAULTS["payment"], **data.get("payment", {})}
    invoice = {**_DEFAULTS["invoice"], **data["invoice"]}
    lines, totals = _lines(data, formats)
    for line in lines:
        line["net_text"] = _net_text(line, len(totals) == 1, formats)
    code = _code(seller, payment, invoice, totals)
    if seller["iban"]:
        seller["iban"] = spaced_iban(seller["iban"])
    return {
        "paper": data.get("paper", "A4"),
        "title": context.title,
        "seller": seller,
        "buyer": data["buyer"],
        "invoice": invoice,
        "lines": lines,
        "currencies": [sums.currency for sums in totals],
        "widths": {key: _width(line[key] for line in lines) for key in ("quantity_text", "price_text", "net_text")},
        "totals": totals,
        "is_credit": all(sums.gross < 0 for sums in totals),
        "payment": {**payment, "reference": payment["reference"] or invoice["number"]},
        "code": code,
        "notes": data.get("notes", []),
    }


def _lines(data: Mapping[str, Any], formats: Formats) -> tuple[list[dict[str, Any]], list[Totals]]:
    totals: dict[str, Totals] = {}
    lines = []
    for position, given in enumerate(data["lines"], start=1):
        line = {**_DEFAULTS["line"], **given}
        currency = line.get("currency", data["currency"])
        quantity, price = as_decimal(line["quantity"]).normalize(), as_decimal(line["price"])
        net = rounded(quantity * price, places_of(currency))
        rate = as_decimal(line["tax_rate"]).normalize()
        totals.setdefault(currency, Totals(currency)).add(rate, net)
        lines.append(
            {
                **{key: line[key] for key in ("name", "sku", "note", "unit")},
                "position": position,
                "quantity": quantity,
                "price": price,
                "quantity_text": formats.number(quantity),
                "price_text": formats.number(price, max(places_of(currency), decimals_of(price.normalize()))),
                "rate": rate,
                "net": net,
                "currency": currency,
                "running": " · ".join(formats.money(sums.net, sums.currency) for sums in totals.values()),
            }
        )
    return lines, list(totals.values())


def _net_text(line: Mapping[str, Any], one_currency: bool, formats: Formats) -> str:
    """Write an amount; the currency is in the column's heading if it is the same in all lines."""
    net, currency = line["net"], line["currency"]
    return formats.number(net, places_of(currency)) if one_currency else formats.money(net, currency)


def _width(texts: Iterable[str]) -> float:
    """Return the width in mm of a column of numbers."""
    widest = max(text_width(text, tabular=True) for text in texts)
    return round(max(_NARROWEST_COLUMN, widest * _TYPE_SIZE + _CELL_PADDING), 1)


def _code(
    seller: Mapping[str, Any], payment: Mapping[str, Any], invoice: Mapping[str, Any], totals: Sequence[Totals]
) -> TransferCode | None:
    """Return the QR code of a SEPA transfer, which only euros to an IBAN can be paid by."""
    euros = next((sums.gross for sums in totals if sums.currency == "EUR"), None)
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
        *_date_violations(data["invoice"]),
        *_currency_violations(data),
    ]
    iban = data["seller"].get("iban")
    if iban and not is_iban(iban):
        violations.append(Violation("/seller/iban", "is not an IBAN: its check digits do not match"))
    if violations:
        raise InvalidDataError("invoice", violations)


def _date_violations(invoice: Mapping[str, Any]) -> list[Violation]:
    violations = []
    for key in ("date", "due"):
        try:
            date.fromisoformat(invoice.get(key) or "2000-01-01")
        except ValueError:
            violations.append(Violation(f"/invoice/{key}", "is not a day of the calendar"))
    return violations


def _currency_violations(data: Mapping[str, Any]) -> list[Violation]:
    places = [("/currency", data["currency"])]
    places += [(f"/lines/{i}/currency", line["currency"]) for i, line in enumerate(data["lines"]) if "currency" in line]
    return [Violation(place, "is not a currency of ISO 4217") for place, code in places if not is_known_currency(code)]
