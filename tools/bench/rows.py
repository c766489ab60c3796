"""Make the lines of the ledger that every engine prints. Standard library only: engines have environments of their own.

The lines follow from their number alone, so that any engine gets the same ones, and none has to hold them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

HEADINGS = ("Invoice", "Date", "Customer", "Product", "Qty", "Amount")
KEYS = ("number", "day", "customer", "product", "quantity", "amount")
WIDTHS_MM = (24, 20, 46, 44, 14, 30)

Kind = Literal["short", "wrapping"]
Line = dict[str, str]

_PRODUCTS = (
    "Steel bracket M8",
    "Hydraulic hose 12mm",
    "Safety valve DN50",
    "Copper pipe 22mm",
    "LED panel 60x60",
    "Bearing 6204-2RS",
    "Control unit PLC-4",
    "Gasket set EPDM",
    "Cable tray 100mm",
    "Pressure gauge 10 bar",
)
_DETAILS = (
    "with a certificate of inspection, packed one by one for transport by sea",
    "for outdoor use down to minus forty degrees, coated, without fastening material",
    "as agreed by telephone on the eleventh, to replace the parts that came back in May",
)
_NAMES = (
    "Acme",
    "Globex",
    "Initech",
    "Umbrella",
    "Stark",
    "Wayne",
    "Hooli",
    "Vehement",
    "Soylent",
    "Massive Dynamic",
    "Tyrell",
    "Cyberdyne",
    "Wonka",
    "Oscorp",
    "Nakatomi",
)
_SUFFIXES = ("GmbH", "Ltd", "Inc", "S.A.", "AG", "KG", "LLC", "Holding", "Logistics", "Trading Co.")
_CUSTOMERS = tuple(f"{name} {suffix}" for suffix in _SUFFIXES for name in _NAMES)
_DAYS = tuple((date(2024, 1, 1) + timedelta(days=number)).isoformat() for number in range(701))


@dataclass(frozen=True, slots=True)
class Ledger:
    """A list of ``count`` lines, made anew for each iteration. ``wrapping`` ones have products of three lines."""

    count: int
    kind: Kind = "short"

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[Line]:
        products: tuple[str, ...] = _PRODUCTS
        if self.kind == "wrapping":
            products = tuple(f"{product}, {detail}" for product in _PRODUCTS for detail in _DETAILS)
        for i in range(self.count):
            # Factors without common divisors with the counts: each column goes its own way, and repeats late.
            yield {
                "number": f"INV-{i + 1:07d}",
                "day": _DAYS[i * 389 % 701],
                "customer": f"{_CUSTOMERS[i * 77 % 150]} {i * 641 % 997}",
                "product": products[i * 7 % len(products)],
                "quantity": str(i * 211 % 499 + 1),
                "amount": f"{(i * 7_368_787 % 9_999_889 + 100) / 100:,.2f}",
            }
