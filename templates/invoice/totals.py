"""Add up an invoice by the rules of EN 16931: tax is rounded once for each kind, on the sum of all that bears it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from reports.engine.templating.formats import places_of, rounded

from .taxes import Rate, Treatment

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Tax:
    """A tax in one currency; ``category`` says why it is none."""

    rate: Decimal
    base: Decimal
    amount: Decimal
    name: str = ""
    category: str = ""


@dataclass(frozen=True, slots=True)
class Item:
    """A discount, a charge or a payment; ``amount`` is what it adds, so mostly negative."""

    kind: str
    label: str
    amount: Decimal
    percent: Decimal | None = None
    date: str | None = None


@dataclass(frozen=True, slots=True)
class Totals:
    """The sums of one currency.

    ``taxes`` are added, the lowest rate first, after what is free of tax for a reason; ``withheld`` are taxes that the
    buyer keeps, as negative amounts. ``gross`` is negative for a credit, and ``due`` is what is left to pay of it, with
    ``rounding`` to coins in it (BT-114).
    """

    currency: str
    lines_total: Decimal
    adjustments: Sequence[Item]
    net: Decimal
    taxes: Sequence[Tax]
    gross: Decimal
    withheld: Sequence[Tax]
    prepaid: Sequence[Item]
    rounding: Decimal
    due: Decimal


@dataclass(slots=True)
class Account:
    """An account of all amounts in one currency. ``includes_tax``: whether they contain their taxes.

    The amount due is rounded to a multiple of ``step``, such as the smallest coin; not without one.
    """

    currency: str
    includes_tax: bool = False
    step: Decimal | None = None
    sums: dict[Treatment, Decimal] = field(default_factory=dict)
    adjustments: list[Item] = field(default_factory=list)
    shares: list[Mapping[Treatment, Decimal]] = field(default_factory=list)
    """What part of each adjustment bears which tax."""
    prepaid: list[Item] = field(default_factory=list)
    lines_total: Decimal = _NOTHING

    @property
    def places(self) -> int:
        """Return the decimals of the currency."""
        return places_of(self.currency)

    def add_line(self, treatment: Treatment, amount: Decimal) -> None:
        """Count a line in."""
        self.lines_total += amount
        self._add(treatment, amount)

    def adjust(self, item: Item, treatment: Treatment | None, lines: Mapping[Treatment, Decimal]) -> None:
        """Count a discount or a charge in; without a treatment of its own, in proportion to the lines."""
        self.adjustments.append(item)
        shares = {treatment: item.amount} if treatment is not None else spread(item.amount, lines, self.places)
        self.shares.append(shares)
        for each, share in shares.items():
            self._add(each, share)

    def _add(self, treatment: Treatment, amount: Decimal) -> None:
        self.sums[treatment] = self.sums.get(treatment, _NOTHING) + amount

    def totals(self) -> Totals:
        """Add up. Tax is rounded once for each rate; of amounts with tax, the net is what the rounded taxes leave."""
        bases, amounts, free = dict[Rate, Decimal](), dict[Rate, Decimal](), dict[str, Decimal]()
        net = _NOTHING
        for treatment, amount in self.sums.items():
            within = self._taxes_within(treatment, amount) if self.includes_tax else {}
            base = amount - sum(within.values(), _NOTHING)
            net += base
            if treatment.category:
                free[treatment.category] = free.get(treatment.category, _NOTHING) + base
            for rate in treatment.rates:
                bases[rate] = bases.get(rate, _NOTHING) + base
                amounts[rate] = amounts.get(rate, _NOTHING) + within.get(rate, _NOTHING)
        taxes = [self._tax(rate, base, amounts[rate]) for rate, base in sorted(bases.items())]
        added = [Tax(_NOTHING, base, _NOTHING, category=category) for category, base in free.items()]
        added += [tax for tax in taxes if tax.rate >= 0]
        withheld = [tax for tax in taxes if tax.rate < 0]
        gross = net + sum((tax.amount for tax in added), _NOTHING)
        less = [*(tax.amount for tax in withheld), *(item.amount for item in self.prepaid)]
        exact = gross + sum(less, _NOTHING)
        # Nothing is added so that nothing is due rather than minus nothing.
        due = rounded(exact / self.step, 0) * self.step + _NOTHING if self.step else exact
        return Totals(
            self.currency, self.lines_total, self.adjustments, net, added, gross, withheld, self.prepaid,
            rounding=due - exact, due=due,
        )  # fmt: skip

    def _taxes_within(self, treatment: Treatment, amount: Decimal) -> dict[Rate, Decimal]:
        whole = 100 + treatment.charged
        return {tax: rounded(amount * tax.rate / whole, self.places) for tax in treatment.rates if tax.rate > 0}

    def _tax(self, rate: Rate, base: Decimal, within: Decimal) -> Tax:
        is_within = self.includes_tax and rate.rate > 0
        return Tax(rate.rate, base, within if is_within else rounded(base * rate.rate / 100, self.places), rate.name)


@dataclass(frozen=True, slots=True)
class TaxCurrency:
    """The currency in which the seller accounts for tax; ``rate`` is how much of it one unit of the invoice's is."""

    currency: str
    rate: Decimal

    def tax_of(self, sums: Totals) -> Decimal:
        """Return all tax of an invoice in this currency."""
        tax = sum((each.amount for each in sums.taxes), _NOTHING)
        return rounded(tax * self.rate, places_of(self.currency))


def spread(amount: Decimal, weights: Mapping[Treatment, Decimal], places: int) -> dict[Treatment, Decimal]:
    """Share an amount out in proportion. Shares are rounded; the largest takes what that leaves."""
    total = sum(weights.values(), _NOTHING)
    largest = max(weights, key=lambda treatment: abs(weights[treatment]))
    shares = {each: rounded(amount * weight / total, places) for each, weight in weights.items()} if total else {}
    shares[largest] = shares.get(largest, _NOTHING) + amount - sum(shares.values(), _NOTHING)
    return shares
