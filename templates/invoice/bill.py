"""Read what an invoice charges: its lines, discounts, charges and payments, all in exact numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Self

from reports.engine.templating.formats import Formats, decimals_of, places_of, rounded
from reports.errors import InvalidDataError, Violation

from .copied import STATED
from .numbers import NumberReader
from .taxes import TaxError, Treatment, treatment_of
from .totals import Account, Item, TaxCurrency

_UNTAXED = Treatment()
_TOO_LARGE = Decimal(10) ** 18
_SIGNS = {"discount": -1, "charge": 1}


@dataclass(slots=True)
class Bill:
    """All that an invoice charges. ``lines`` are what the template prints; an account is for a currency.

    ``step`` is what the amount due in the invoice's currency is a multiple of, ``tax_currency`` the one in which the
    tax is said as well.
    """

    includes_tax: bool
    step: Decimal | None = None
    has_tax_number: bool = True
    tax_currency: TaxCurrency | None = None
    lines: list[dict[str, Any]] = field(default_factory=list)
    accounts: dict[str, Account] = field(default_factory=dict)

    @classmethod
    def of(cls, data: Mapping[str, Any], formats: Formats) -> Self:
        """Read an invoice. Raises InvalidDataError with all that is unclear about numbers and taxes."""
        reader = _Reader(data, formats)
        seller = data["seller"]
        has_tax_number = STATED in data or any(seller.get(key) for key in ("vat_id", "tax_number"))
        bill = cls(data.get("prices_include_tax", False), reader.step(data), has_tax_number)
        for position, line in enumerate(data["lines"], start=1):
            bill._add_line(line, position, reader)
        lines = {code: dict(account.sums) for code, account in bill.accounts.items()}
        for kind in _SIGNS:
            for index, part in enumerate(data.get(f"{kind}s", ())):
                account = bill.accounts[part.get("currency", data["currency"])]
                item = reader.item(kind, part, account.lines_total, account.currency, f"/{kind}s/{index}")
                treatment = reader.treatment(part, f"/{kind}s/{index}", None)
                account.adjust(item, treatment, lines[account.currency])
        for index, part in enumerate(data.get("prepaid", ())):
            amount = reader.amount(part, f"/prepaid/{index}", "payment")
            account = bill.accounts[part.get("currency", data["currency"])]
            paid = rounded(-amount, account.places)
            account.prepaid.append(Item("prepaid", part.get("label", ""), paid, date=part.get("date")))
        bill.tax_currency = reader.tax_currency(data, bill.accounts)
        if reader.violations:
            raise InvalidDataError("invoice", reader.violations)
        return bill

    def _add_line(self, line: Mapping[str, Any], position: int, reader: _Reader) -> None:
        place, currency = f"/lines/{position - 1}", line.get("currency", reader.currency)
        formats, places = reader.formats, places_of(currency)
        quantity = reader.number(line["quantity"], f"{place}/quantity").normalize()
        price = reader.number(line["price"], f"{place}/price")
        amount = rounded(quantity * price, places)
        items = list(reader.items(line, amount, currency, place))
        # What a copied invoice says that a line comes to.
        net = line.get("net", amount + sum((item.amount for item in items), Decimal(0)))
        if abs(net) >= _TOO_LARGE:
            reader.violations.append(Violation(place, "comes to an amount of more than 18 digits"))
        treatment = reader.treatment(line, place, reader.usual)
        step = self.step if currency == reader.currency else None
        account = self.accounts.setdefault(currency, Account(currency, self.includes_tax, step))
        account.add_line(treatment or _UNTAXED, net)
        self.lines.append(
            {
                **{key: line.get(key) for key in ("name", "sku", "note")},
                "unit": line.get("unit", ""),
                "position": position,
                "quantity": quantity,
                "price": price,
                "quantity_text": formats.number(quantity),
                "price_text": formats.number(price, max(places, decimals_of(price.normalize()))),
                "tax_text": tax_text(treatment or _UNTAXED, formats),
                "treatment": treatment or _UNTAXED,
                "items": items,
                "net": net,
                "currency": currency,
                "running": " · ".join(
                    formats.money(each.lines_total, each.currency) for each in self.accounts.values()
                ),
            }
        )

    @property
    def treatments(self) -> list[Treatment]:
        """Return all that is said about taxes: nothing where a seller without a tax number has rates of zero alone."""
        said = [each for account in self.accounts.values() for each in account.sums if each.says_something]
        is_zero = all(not each.category and not any(tax.rate for tax in each.rates) for each in said)
        return [] if is_zero and not self.has_tax_number else said

    @property
    def tax_names(self) -> set[str]:
        """Return the names of its taxes; "" is the usual tax's."""
        return {tax.name for each in self.treatments for tax in each.rates if tax.rate >= 0}

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """Return the categories without tax and why they are, each once."""
        return list(dict.fromkeys((each.category, each.reason) for each in self._reasoned()))

    def _reasoned(self) -> Iterable[Treatment]:
        said = [line["treatment"] for line in self.lines]
        return (each for each in [*said, *self.treatments] if each.reason and each.category)


def tax_text(treatment: Treatment, formats: Formats) -> str:
    """Write the rates of a line, such as ``9% + 9%``; a dash when there is none."""
    texts = [formats.percent(tax.rate) for tax in treatment.rates]
    joined = "".join(
        text if not index else f" {text}" if treatment.rates[index].rate < 0 else f" + {text}"
        for index, text in enumerate(texts)
    )
    return joined or "–"


class _Reader:
    """A reader of numbers and taxes that collects what is wrong with them."""

    def __init__(self, data: Mapping[str, Any], formats: Formats) -> None:
        self.formats = formats
        self.currency: str = data["currency"]
        self.violations: list[Violation] = []
        self._numbers = NumberReader(formats, data)
        self.usual = self.treatment(data, "", None)

    def number(self, value: Any, place: str) -> Decimal:
        """Return a number; zero when it is none, which is a violation."""
        try:
            return self._numbers.read(value)
        except ValueError as error:
            self.violations.append(Violation(place, str(error)))
            return Decimal(0)

    def amount(self, part: Mapping[str, Any], place: str, kind: str) -> Decimal:
        """Return the amount of a part, which is not negative."""
        amount = self.number(part["amount"], f"{place}/amount")
        if amount < 0:
            self.violations.append(Violation(f"{place}/amount", f"is negative: a {kind} is given as a positive amount"))
        return amount

    def step(self, data: Mapping[str, Any]) -> Decimal | None:
        """Return what the amount due is to be a multiple of."""
        if "round_due_to" not in data:
            return None
        step = self.number(data["round_due_to"], "/round_due_to")
        if step <= 0 or step != rounded(step, places_of(self.currency)):
            fault = f"is no amount that can be paid in {self.currency}: give one such as 0.05, or 1"
            self.violations.append(Violation("/round_due_to", fault))
            return None
        return step

    def tax_currency(self, data: Mapping[str, Any], accounts: Collection[str]) -> TaxCurrency | None:
        """Return the currency in which the tax is said as well, if there is another one."""
        if "tax_currency" not in data:
            return None
        given = data["tax_currency"]
        rate = self.number(given["rate"], "/tax_currency/rate")
        if rate <= 0:
            self.violations.append(Violation("/tax_currency/rate", "is no rate: give what one unit is worth"))
        if given["currency"] == self.currency or len(accounts) > 1:
            fault = (
                "is the invoice's own" if given["currency"] == self.currency else "has lines in several to be made of"
            )
            self.violations.append(Violation("/tax_currency/currency", f"{fault}: leave tax_currency out"))
        return TaxCurrency(given["currency"], rate)

    def treatment(self, part: Mapping[str, Any], place: str, otherwise: Treatment | None) -> Treatment | None:
        """Return what a part says about its tax."""
        try:
            return treatment_of(part, self.number, place) or otherwise
        except TaxError as error:
            self.violations.append(Violation(place, str(error)))
            return otherwise

    def items(self, line: Mapping[str, Any], amount: Decimal, currency: str, place: str) -> Iterator[Item]:
        """Yield the discounts and charges of a line."""
        for kind in _SIGNS:
            for index, part in enumerate(line.get(f"{kind}s", ())):
                yield self.item(kind, part, amount, currency, f"{place}/{kind}s/{index}")

    def item(self, kind: str, part: Mapping[str, Any], whole: Decimal, currency: str, place: str) -> Item:
        """Return a discount or a charge, of an amount or of percents of ``whole``."""
        percent, amount = part.get("percent"), Decimal(0)
        if ("percent" in part) == ("amount" in part):
            self.violations.append(Violation(place, "needs either `percent` or `amount`"))
        elif percent is not None:
            percent = self.number(percent, f"{place}/percent")
            amount = whole * percent / 100
            if not 0 <= percent <= 100:
                self.violations.append(Violation(f"{place}/percent", "is not between 0 and 100"))
        else:
            amount = self.amount(part, place, kind)
        exact = rounded(_SIGNS[kind] * amount, places_of(currency))
        return Item(kind, part.get("label", ""), exact, percent)
