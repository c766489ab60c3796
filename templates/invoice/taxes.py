"""Find out which taxes each part of an invoice bears."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

Read = Callable[[Any, str], Decimal]
"""What reads a number, given also the pointer to its place."""

_KEYS = ("tax_rate", "taxes", "tax_category")


class TaxError(ValueError):
    """A contradiction in what is said about taxes."""


@dataclass(frozen=True, slots=True, order=True)
class Rate:
    """A tax by its rate in percent, which is negative for one that the buyer withholds; "" is the usual tax's name."""

    rate: Decimal
    name: str = ""


@dataclass(frozen=True, slots=True)
class Treatment:
    """The taxes on an amount. With none, ``category`` may say why; ``reason`` does not tell treatments apart."""

    rates: tuple[Rate, ...] = ()
    category: str = ""
    reason: str = field(default="", compare=False)

    @property
    def charged(self) -> Decimal:
        """Return the sum of the rates that are added, in percent."""
        return sum((tax.rate for tax in self.rates if tax.rate > 0), Decimal(0))

    @property
    def says_something(self) -> bool:
        """Tell whether there is anything to print about it."""
        return bool(self.rates or self.category)


def treatment_of(part: Mapping[str, Any], read: Read, place: str) -> Treatment | None:
    """Return what a part of the data says about its tax; None when it says nothing. Raises TaxError."""
    given = [key for key in _KEYS if key in part]
    if not given:
        return None
    if "tax_rate" in part and len(given) > 1:
        raise TaxError(f"has both `tax_rate` and `{given[1]}`: give only one of them")
    rates = [Rate(read(part["tax_rate"], f"{place}/tax_rate").normalize())] if "tax_rate" in part else []
    if any(tax.rate < 0 for tax in rates):
        raise TaxError("has a negative `tax_rate`: give a tax that the buyer withholds in `taxes`, with its name")
    for index, tax in enumerate(part.get("taxes", ())):
        rates.append(Rate(read(tax["rate"], f"{place}/taxes/{index}/rate").normalize(), tax.get("name", "")))
    if len(set(rates)) < len(rates):
        raise TaxError("has the same tax twice: give each a name of its own")
    if any(abs(tax.rate) > 100 for tax in rates):
        raise TaxError("has a rate of more than 100 percent")
    category = part.get("tax_category", "")
    if category and any(tax.rate > 0 for tax in rates):
        raise TaxError(f"is of the category {category!r}, which charges no tax, and has a rate: give only one of them")
    return Treatment(tuple(rates), category, part.get("tax_reason", ""))
