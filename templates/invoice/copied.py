"""Arrange the electronic invoice of another program as data of this template, for its visual copy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from reports.engine.notes import note
from reports.errors import InvalidDataError, Violation

from .transfer import is_iban

STATED = "stated"
"""The member of the data that says what the sums are; callers cannot give it."""

_CREDITS = ("81", "83", "261", "296", "308", "381", "396", "420", "458", "502", "503", "532")
_FREE = {
    **{"Z": "zero", "E": "exempt", "AE": "reverse_charge", "K": "intra_community", "G": "export"},
    "O": "outside_scope",
}
_UNITS = {
    **{"KGM": "kg", "GRM": "g", "TNE": "t", "LTR": "l", "MTR": "m", "MTK": "m²", "MTQ": "m³", "CMT": "cm"},
    **{"KMT": "km", "KWH": "kWh", "HUR": "h", "MIN": "min", "DAY": "d", "P1": "%", "C62": "", "H87": ""},
}
_SUMS = ("BT-106", "BT-109", "BT-112", "BT-113", "BT-114", "BT-115")
# What is found out from other numbers, or says which rules an invoice keeps.
_IMPLIED = ("BT-23", "BT-24", "BT-107", "BT-108", "BT-110", "BT-85", "BT-11-0", *_SUMS)
_OF_LINE = ("BT-126", "BT-129", "BT-130", "BT-131", "BT-146", "BT-151", "BT-152", "BT-153", "BT-154", "BT-155")
_LONGEST = 2000
_SIGNS = (("discounts", -1), ("charges", 1))


def slack_in(currency: str) -> Decimal:
    """Return what a line or a tax may differ by, since others round otherwise: Peppol's rules say so."""
    return Decimal("0.5") if currency == "HUF" else Decimal("0.02")


def copied(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the template's data. Facts without a place of their own on the page become a note, by their numbers.

    Raises InvalidDataError for amounts that are no numbers.
    """
    return _Copy(fields).data()


class _Copy:
    def __init__(self, fields: Mapping[str, Any]) -> None:
        self._left: dict[str, Any] = _without_repeats(fields)
        self._violations: list[Violation] = []
        self._differences: list[str] = []
        self._slack = slack_in(str(self._left.get("BT-5")))

    def data(self) -> dict[str, Any]:
        """Return the template's data."""
        seller, buyer = self._take("BG-4"), self._take("BG-7")
        currency = str(self._take("BT-5"))
        kind = str(self._take("BT-3") or "380")
        due = self._number(self._left.get("BT-115"), "BT-115")
        # What the page says of paying is on it only if there is something to pay.
        is_to_pay = due > 0 and kind not in _CREDITS
        lines = [self._line(each, index) for index, each in enumerate(self._take("BG-25"))]
        contact = dict((seller.pop("contacts", None) or [{}])[0])
        addresses = {"BT-34": _endpoint(seller), "BT-49": _endpoint(buyer)}
        data: dict[str, Any] = {
            "currency": currency,
            "invoice": self._invoice(contact.pop("name", None), buyer, is_to_pay),
            "seller": self._seller(seller, contact),
            "buyer": self._buyer(buyer),
            "lines": lines,
            "payment": _there({"terms": self._take("BT-20")}),
            **self._adjustments(),
            STATED: {**self._sums(), "is_credit": kind in _CREDITS, "differences": self._differences},
        }
        if is_to_pay and (data["seller"].get("iban") or data["payment"]):
            data["payment"] |= _there({"reference": self._take("BT-83")})
        self._left.update(_there(addresses))
        self._left.update(_there({"BT-3": kind if kind not in ("380", "381") else None}))
        for number, rest in (
            ("BG-4", {**seller, **{f"contact {key}": each for key, each in contact.items()}}),
            ("BG-7", buyer),
        ):
            if rest:
                self._left[number] = rest
        notes = self._notes()
        rest = "\n".join(self._leftovers())
        data["notes"] = [*notes, *([rest] if rest else [])]
        if self._violations:
            raise InvalidDataError("invoice", self._violations[:20])
        return data

    def _take(self, number: str) -> Any:
        """Return a field that the page has a place for."""
        return self._left.pop(number, None)

    def _number(self, text: Any, place: str) -> Decimal:
        try:
            number = Decimal(str(text)) if text is not None else Decimal(0)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or not -20 <= number.adjusted() <= 17 or len(number.as_tuple().digits) > 40:
            self._violations.append(Violation("/einvoice", f"has no number in {place}"))
            return Decimal(0)
        return number

    def _invoice(self, contact: str | None, buyer: dict[str, Any], is_to_pay: bool) -> dict[str, Any]:
        customers = buyer.pop("identifiers", None) or {}
        start, end = self._take("BT-73"), self._take("BT-74")
        return _there(
            {
                "number": self._take("BT-1"),
                "date": self._take("BT-2"),
                "due": self._take("BT-9") if is_to_pay else None,
                "delivery_date": None if start or end else self._take("BT-72"),
                "delivery": f"{start or '…'} – {end or '…'}" if start or end else None,
                "order": self._take("BT-13"),
                "customer": ", ".join(map(str, customers.values())),
                "contact": contact,
            }
        )

    def _seller(self, party: dict[str, Any], contact: dict[str, Any]) -> dict[str, Any]:
        account, bic = self._take("BT-84"), self._take("BT-86")
        legal = (party.pop("legal_identifier", None), party.pop("legal_info", None))
        is_known = bool(account) and is_iban(account)
        return _there(
            {
                "name": party.pop("name"),
                "tagline": party.pop("biz_name", None),
                "street": _joined(party, "addr_l1", "addr_l2", "addr_l3"),
                "city": " ".join(filter(None, (party.pop("postcode", None), party.pop("city", None)))),
                "country": party.pop("country_code", None),
                "phone": contact.pop("phone", None),
                "email": contact.pop("email", None),
                "vat_id": party.pop("vat_identifier", None),
                "tax_number": party.pop("tax_identifier", None),
                "register": ", ".join(filter(None, (_flat(each) for each in legal))),
                "iban": account if is_known else None,
                "bank": None if is_known else account,
                "bic": bic,
            }
        )

    def _buyer(self, party: dict[str, Any]) -> dict[str, Any]:
        city = " ".join(filter(None, (party.pop("postcode", None), party.pop("city", None))))
        street = [party.pop(f"addr_l{number}", None) for number in (1, 2, 3)]
        lines = [party.pop("name"), *street, city, party.pop("country_code", None)]
        return _there({"lines": [each for each in lines if each], "vat_id": party.pop("vat_identifier", None)})

    def _line(self, given: Mapping[str, Any], index: int) -> dict[str, Any]:
        left = dict(given)
        place = f"line {index + 1}"
        taken = {number: left.pop(number, None) for number in _OF_LINE}
        price = self._number(taken["BT-146"], f"BT-146 of {place}")
        base = self._number(left.get("BT-149"), f"BT-149 of {place}") or Decimal(1)
        quantity = self._number(taken["BT-129"], f"BT-129 of {place}")
        net = self._number(taken["BT-131"], f"BT-131 of {place}")
        parts = {"discounts": left.pop("BG-27", None) or (), "charges": left.pop("BG-28", None) or ()}
        adjustments = self._parts(parts, place)
        exact = quantity * price / base + sum(
            each["amount"] * sign for kind, sign in _SIGNS for each in adjustments.get(kind, ())
        )
        if abs(exact - net) > self._slack:
            self._differences.append(f"BT-131 of {place} is {net:f}, and quantity and price make {round(exact, 2):f}")
        if taken["BT-126"] == str(index + 1):
            taken["BT-126"] = None
        note = [taken["BT-154"], _flat({"BT-126": taken["BT-126"], **left})]
        return _there(
            {
                "name": taken["BT-153"] or "–",
                "sku": taken["BT-155"],
                "note": _short("\n".join(filter(None, note)), f"the notes of {place}"),
                "quantity": quantity,
                "unit": _UNITS.get(str(taken["BT-130"]), taken["BT-130"]),
                "price": price if base == 1 else round(price / base, 6),
                "net": net,
                **self._tax(taken["BT-151"], taken["BT-152"], place),
                **adjustments,
            }
        )

    def _tax(self, category: Any, rate: Any, place: str) -> dict[str, Any]:
        if category in _FREE:
            return {"tax_category": _FREE[category]}
        return {"tax_rate": self._number(rate, f"a rate of {place}")} if rate is not None else {}

    def _adjustments(self) -> dict[str, Any]:
        parts = {"discounts": self._take("BG-20") or (), "charges": self._take("BG-21") or ()}
        for number, several in zip(("BT-107", "BT-108"), parts.values(), strict=True):
            self._compare(number, [self._number(part.get("amount"), "an amount of the invoice") for part in several])
        return self._parts(parts, "the invoice")

    def _parts(self, given: Mapping[str, Sequence[Mapping[str, Any]]], place: str) -> dict[str, Any]:
        """Arrange discounts and charges; one of less than nothing is the other."""
        found: dict[str, list[dict[str, Any]]] = {"discounts": [], "charges": []}
        for kind, parts in given.items():
            other = "charges" if kind == "discounts" else "discounts"
            for part in parts:
                amount = self._number(part.get("amount"), f"an amount of {place}")
                rate = f" ({part['rate']} %)" if part.get("rate") else ""
                label = f"{part.get('reason') or part.get('reason_code') or ''}{rate}"
                tax = self._tax(part.get("vat_category_code"), part.get("vat_rate"), place)
                found[kind if amount >= 0 else other].append(_there({"amount": abs(amount), "label": label, **tax}))
        return {kind: parts for kind, parts in found.items() if parts}

    def _sums(self) -> dict[str, Any]:
        sums: dict[str, Any] = {number: self._number(self._left.get(number), number) for number in _SUMS}
        taxes: list[dict[str, Any]] = []
        for tax in self._take("BG-23") or ():
            rate, base, amount = (self._number(tax.get(number), number) for number in ("BT-119", "BT-116", "BT-117"))
            category = _FREE.get(tax.get("BT-118"), "")
            reason = "; ".join(filter(None, (_flat(tax.get("BT-120")), _flat(tax.get("BT-121")))))
            taxes.append({"rate": rate, "base": base, "amount": amount, "category": category, "reason": reason})
        self._compare("BT-110", [tax["amount"] for tax in taxes])
        return {**sums, "taxes": taxes}

    def _compare(self, number: str, parts: Sequence[Decimal]) -> None:
        """Note that a sum that is stated, but has no place on the page, is not that of its parts."""
        if (stated := self._left.get(number)) is not None:
            found, amount = self._number(stated, number), sum(parts, Decimal(0))
            if found != amount:
                self._differences.append(f"{number} is {found:f}, and its parts make {amount:f}")

    def _notes(self) -> list[str]:
        return [_flat(each.get("BT-22")) for each in self._take("BG-1") or () if each.get("BT-22")]

    def _leftovers(self) -> Iterator[str]:
        """Yield what has no place of its own, by its number, with attachments as what they are."""
        for each in self._left.pop("BG-24", None) or ():
            size = len(each.pop("BT-125", "") or "") * 3 // 4
            facts = [_short(_flat(value), "BG-24") for value in each.values()]
            yield f"BG-24: {' · '.join([*filter(None, facts), *([f'{size:,} bytes'] if size else [])])}"
        left = {number: value for number, value in self._left.items() if number not in _IMPLIED}
        for number, value in sorted(left.items(), key=lambda each: (each[0][:2] != "BT", each[0])):
            if text := _flat(value):
                yield f"{number}: {_short(text, number)}"


def _endpoint(party: dict[str, Any]) -> str:
    scheme, address = party.pop("einvoicing_addr_schemeid", None), party.pop("einvoicing_addr", None)
    return f"{address} ({scheme})" if scheme else address or ""


def _joined(party: dict[str, Any], *names: str) -> str:
    return ", ".join(filter(None, (party.pop(name, None) for name in names)))


def _flat(value: Any) -> str:
    """Write what may hold other values as one text."""
    if isinstance(value, Mapping):
        parts = ((key, _flat(each)) for key, each in value.items())
        return " · ".join(f"{key} {text}" if key else text for key, text in parts if text)
    if isinstance(value, list):
        return "; ".join(filter(None, map(_flat, value)))
    return "" if value is None else str(value).strip()


def _without_repeats(value: Any) -> Any:
    """Make one text of what is there several times, though it should be there once."""
    if isinstance(value, Mapping):
        return {key: _without_repeats(each) for key, each in value.items()}
    if isinstance(value, list):
        return "; ".join(value) if all(isinstance(each, str) for each in value) else list(map(_without_repeats, value))
    return value


def _short(text: str, place: str) -> str:
    """Return as much of a text as the page has room for, and warn if that is not all."""
    if len(text) > _LONGEST:
        note("einvoice_not_shown", f"The page shows the first {_LONGEST:,} of {len(text):,} characters of {place}.")
    return text[:_LONGEST]


def _there(facts: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in facts.items() if value not in (None, "", [])}
