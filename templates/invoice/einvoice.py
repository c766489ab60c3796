"""Describe an invoice by the numbers of EN 16931, from the same sums as the page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from reports.engine.einvoice.invoice import Breach, EInvoice, refusal
from reports.engine.templating.formats import places_of

from .bill import Bill
from .places import PLACES
from .taxes import Treatment
from .totals import Item, Totals
from .units import unit_code

_CATEGORIES = {
    **{"zero": "Z", "exempt": "E", "reverse_charge": "AE", "intra_community": "K", "export": "G"},
    "outside_scope": "O",
}
_REASON_CODES = {"AE": "VATEX-EU-AE", "K": "VATEX-EU-IC", "G": "VATEX-EU-G", "O": "VATEX-EU-O"}
_WITH_REASON = ("E", *_REASON_CODES)
_NOTHING = Decimal(0)


def einvoice_of(data: Mapping[str, Any], bill: Bill) -> EInvoice:
    """Return an invoice in the terms of EN 16931.

    Raises EInvoiceInvalidError for what that cannot say: several currencies, taxes other than one VAT, prices with tax.
    """
    if breaches := list(_unspeakable(data, bill)):
        raise refusal(breaches)
    return EInvoice(_Speaker(data, bill).fields(), PLACES, data)


def _unspeakable(data: Mapping[str, Any], bill: Bill) -> Iterator[Breach]:
    if bill.includes_tax:
        yield Breach("BT-146", "Prices are net in an electronic invoice", "/prices_include_tax")
    for index, line in enumerate(bill.lines):
        place = f"/lines/{index}"
        if line["currency"] != data["currency"]:
            yield Breach("BT-5", "An electronic invoice has one currency", f"{place}/currency")
        yield from _unspeakable_tax(line["treatment"], place)
        if not line["treatment"].says_something:
            words = "Each Invoice line (BG-25) shall be categorized with an Invoiced item VAT category code (BT-151)"
            yield Breach("BR-CO-04", f"{words}: give a tax_rate or a tax_category", f"{place}/tax_rate")
    period = data["invoice"].get("period", {})
    if period.get("start", "") > period.get("end", "9"):
        yield Breach("BR-29", "The period (BG-14) ends before it begins", "/invoice/period/end")
    for kind in ("discounts", "charges"):
        for index, part in enumerate(data.get(kind, ())):
            if "taxes" in part:
                yield Breach("BT-95", "An electronic invoice has one tax, VAT: give tax_rate", f"/{kind}/{index}/taxes")


def _unspeakable_tax(treatment: Treatment, place: str) -> Iterator[Breach]:
    rates = treatment.rates
    if len(rates) > 1 or any(each.name or each.rate < 0 for each in rates) or (rates and treatment.category):
        yield Breach(
            "BT-151", "An electronic invoice has one tax, VAT: give a tax_rate or a category", f"{place}/taxes"
        )


class _Speaker:
    """A writer of one invoice. Amounts of a credit note (381) are those of the page with the other sign."""

    def __init__(self, data: Mapping[str, Any], bill: Bill) -> None:
        self._data = data
        self._bill = bill
        self._account = bill.accounts[data["currency"]]
        self._sums: Totals = self._account.totals()
        self._sign = -1 if self._sums.gross < 0 else 1
        self._places = places_of(data["currency"])
        self._invoice, self._seller = data["invoice"], data["seller"]
        self._payment = data.get("payment", {})

    def fields(self) -> dict[str, Any]:
        """Return the fields that there are."""
        allowances, charges = self._adjustments()
        fields = {
            **self._document(),
            **self._parties(),
            **self._paying(),
            "BG-20": allowances,
            "BG-21": charges,
            "BG-23": [*self._breakdown()],
            "BG-25": [*map(self._line, self._bill.lines)],
            **self._totals(allowances, charges),
        }
        return {key: value for key, value in fields.items() if value}

    def _document(self) -> dict[str, Any]:
        invoice, period = self._invoice, self._invoice.get("period", {})
        tender = invoice.get("tender")
        return {
            "BT-1": invoice["number"],
            "BT-2": invoice["date"],
            "BT-3": "381" if self._sign < 0 else "380",
            "BT-5": self._data["currency"],
            "BT-6": self._bill.tax_currency.currency if self._bill.tax_currency else None,
            "BT-10": invoice.get("buyer_reference"),
            "BT-11": invoice.get("project"),
            "BT-11-0": invoice.get("project") and "Project reference",
            "BT-12": invoice.get("contract"),
            "BT-13": invoice.get("order"),
            "BT-16": invoice.get("despatch"),
            "BT-17": [tender] if tender else None,
            "BT-19": invoice.get("cost_center"),
            "BG-1": [{"BT-22": note} for note in self._data.get("notes", ())],
            "BG-3": [{"BT-25": each["number"], "BT-26": each.get("date")} for each in invoice.get("preceding", ())],
            "BT-72": invoice.get("delivery_date"),
            "BT-73": period.get("start"),
            "BT-74": period.get("end"),
        }

    def _parties(self) -> dict[str, Any]:
        seller, buyer = self._seller, self._data["buyer"]
        contact = {"name": self._invoice.get("contact"), "phone": seller.get("phone"), "email": seller.get("email")}
        legal = [seller.get("register"), seller.get("managers")]
        customer = self._invoice.get("customer")
        return {
            "BG-4": {
                "name": seller["name"],
                "legal_identifier": seller.get("register_id"),
                "legal_info": ", ".join(each for each in legal if each),
                "vat_identifier": _compact(seller.get("vat_id")),
                "tax_identifier": seller.get("tax_number"),
                "contacts": [contact] if any(contact.values()) else None,
                **_address(seller, [line for line in (seller.get("street"), seller.get("city")) if line]),
                **_endpoint(seller),
            },
            "BG-7": {
                "name": buyer.get("name") or buyer["lines"][0],
                "identifiers": {None: customer} if customer else None,
                "vat_identifier": _compact(buyer.get("vat_id")),
                **_address(buyer, buyer.get("lines", ())[1:]),
                **_endpoint(buyer),
            },
            "BG-13": self._delivered_to(),
        }

    def _delivered_to(self) -> dict[str, Any] | None:
        invoice, buyer = self._invoice, self._data["buyer"]
        place = {
            "postcode": invoice.get("delivery_postcode"),
            "city": invoice.get("delivery_city"),
            "country_code": invoice.get("delivery_country"),
        }
        return {**place, "name": buyer.get("name") or buyer["lines"][0]} if any(place.values()) else None

    def _paying(self) -> dict[str, Any]:
        iban, payment = _compact(self._seller.get("iban")), self._payment
        transfer = "58" if self._data["currency"] == "EUR" else "30"
        return {
            "BT-9": self._invoice.get("due"),
            "BT-20": payment.get("terms"),
            "BT-81": payment.get("means") or ("59" if payment.get("mandate") else transfer if iban else None),
            "BT-83": payment.get("reference") or self._invoice["number"],
            "BT-84": None if payment.get("mandate") else iban,
            "BT-85": self._seller["name"] if iban and not payment.get("mandate") else None,
            "BT-86": _compact(self._seller.get("bic")) if not payment.get("mandate") else None,
            "BT-89": payment.get("mandate"),
            "BT-90": payment.get("creditor_id"),
            "BT-91": _compact(payment.get("debited_iban")),
        }

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        quantity, price = line["quantity"] * self._sign, line["price"]
        if price < 0:
            # A price must not be negative; a quantity may.
            quantity, price = -quantity, -price
        category, rate = _category(line["treatment"])
        given = self._data["lines"][line["position"] - 1]
        parts: dict[str, list[dict[str, Any]]] = {"discount": [], "charge": []}
        gross = line["net"] - sum((item.amount for item in line["items"]), _NOTHING)
        for item in line["items"]:
            parts[item.kind].append(self._part(item, item.amount, gross))
        fields = {
            "BT-126": str(line["position"]),
            "BT-129": f"{quantity + _NOTHING:f}",
            "BT-130": unit_code(given.get("unit_code"), line["unit"]),
            "BT-131": self._money(line["net"]),
            "BT-146": f"{price:f}",
            "BT-151": category,
            "BT-152": None if category == "O" else f"{rate:f}",
            "BT-153": line["name"],
            "BT-154": line["note"],
            "BT-155": line["sku"],
            "BG-27": parts["discount"],
            "BG-28": parts["charge"],
        }
        return {key: value for key, value in fields.items() if value}

    def _adjustments(self) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """Return discounts and charges on the whole, one for each rate that they are shared out to."""
        parts: dict[str, list[dict[str, Any]]] = {"discount": [], "charge": []}
        for item, shares in zip(self._account.adjustments, self._account.shares, strict=True):
            for treatment, share in shares.items():
                if share or len(shares) == 1:
                    category, rate = _category(treatment)
                    is_whole = len(shares) == 1
                    part = self._part(item, share, self._sums.lines_total if is_whole else None)
                    part["vat_category_code"] = category
                    part["vat_rate"] = None if category == "O" else f"{rate:f}"
                    parts[item.kind].append({key: value for key, value in part.items() if value})
        return parts["discount"], parts["charge"]

    def _part(self, item: Item, amount: Decimal, whole: Decimal | None) -> dict[str, Any]:
        is_discount = item.kind == "discount"
        part = {
            "amount": self._money(-amount if is_discount else amount),
            "reason": item.label or ("Discount" if is_discount else "Charge"),
            "reason_code": "95" if is_discount and not item.label else None,
        }
        if item.percent is not None and whole is not None:
            part |= {"rate": f"{item.percent:f}", "base_amount": self._money(whole)}
        return {key: value for key, value in part.items() if value}

    def _breakdown(self) -> Iterator[dict[str, Any]]:
        said: dict[str, list[str]] = {}
        for category, reason in self._bill.reasons:
            said.setdefault(_CATEGORIES[category], []).append(reason)
        for tax in self._sums.taxes:
            category = _CATEGORIES[tax.category] if tax.category else "S" if tax.rate else "Z"
            entry = {
                "BT-116": self._money(tax.base),
                "BT-117": self._money(tax.amount),
                "BT-118": category,
                "BT-119": f"{tax.rate:f}",
                "BT-120": "; ".join(said.get(category, ())) if category in _WITH_REASON else None,
                "BT-121": _REASON_CODES.get(category),
            }
            yield {key: value for key, value in entry.items() if value}

    def _totals(self, allowances: list[dict[str, Any]], charges: list[dict[str, Any]]) -> dict[str, Any]:
        sums = self._sums
        return {
            "BT-106": self._money(sums.lines_total),
            "BT-107": _sum_of(allowances),
            "BT-108": _sum_of(charges),
            "BT-109": self._money(sums.net),
            "BT-110": self._money(sum((tax.amount for tax in sums.taxes), _NOTHING)),
            "BT-111": self._tax_in_its_currency(),
            "BT-112": self._money(sums.gross),
            "BT-113": self._money(-sum((item.amount for item in sums.prepaid), _NOTHING)) if sums.prepaid else None,
            "BT-114": self._money(sums.rounding) if sums.rounding else None,
            "BT-115": self._money(sums.due),
        }

    def _tax_in_its_currency(self) -> str | None:
        kept = self._bill.tax_currency
        return None if kept is None else self._money(kept.tax_of(self._sums), places_of(kept.currency))

    def _money(self, amount: Decimal, places: int | None = None) -> str:
        # Plus nothing, so that it is not minus nothing.
        return f"{amount * self._sign + _NOTHING:.{self._places if places is None else places}f}"


def _category(treatment: Treatment) -> tuple[str, Decimal]:
    if treatment.category:
        return _CATEGORIES[treatment.category], _NOTHING
    rate = treatment.charged
    return ("S" if rate else "Z"), rate


def _sum_of(parts: list[dict[str, Any]]) -> str | None:
    return str(sum((Decimal(each["amount"]) for each in parts), _NOTHING)) if parts else None


def _address(party: Mapping[str, Any], lines: Any) -> dict[str, Any]:
    """Return an address by its parts; of one that is given by lines, these, as they are."""
    if party.get("postcode"):
        parts = [party.get("street"), party.get("addition"), None]
    else:
        parts = [*lines[:2], ", ".join(lines[2:])] if len(lines) > 2 else [*lines, None, None, None][:3]
    return {
        **{f"addr_l{number}": part for number, part in enumerate(parts, 1) if part},
        "postcode": party.get("postcode"),
        "city": party.get("city") if party.get("postcode") else None,
        "country_code": party.get("country_code"),
    }


def _endpoint(party: Mapping[str, Any]) -> dict[str, Any]:
    """Return an electronic address: the one that is given, or that for e-mail."""
    given = party.get("endpoint") or ({"scheme": "EM", "id": party["email"]} if party.get("email") else None)
    return {"einvoicing_addr": given["id"], "einvoicing_addr_schemeid": given["scheme"]} if given else {}


def _compact(text: str | None) -> str | None:
    return "".join(text.split()) if text else None
