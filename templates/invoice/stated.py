"""Show the sums that a copied invoice states, and say where its lines make others."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from reports.engine.notes import note

from .copied import slack_in
from .totals import Item, Tax, Totals

_MOST = 5


def stated_totals(stated: Mapping[str, Any], computed: Totals) -> Totals:
    """Return the sums as they are stated; that others come of the lines is a warning."""
    found = [*stated["differences"], *_differences(stated, computed)]
    if found:
        more = f" (and {len(found) - _MOST} more)" if len(found) > _MOST else ""
        message = f"The electronic invoice does not add up: {'; '.join(found[:_MOST])}{more}. It is shown as it is."
        note("einvoice_does_not_add_up", message)
    paid = stated["BT-113"]
    return Totals(
        computed.currency,
        stated["BT-106"],
        computed.adjustments,
        stated["BT-109"],
        [Tax(each["rate"], each["base"], each["amount"], category=each["category"]) for each in stated["taxes"]],
        stated["BT-112"],
        [],
        [Item("prepaid", "", -paid)] if paid else [],
        rounding=stated["BT-114"],
        due=stated["BT-115"],
    )


def _differences(stated: Mapping[str, Any], computed: Totals) -> Iterator[str]:
    taxes = sum((tax["amount"] for tax in stated["taxes"]), Decimal(0))
    expected = {
        "BT-106": computed.lines_total,
        "BT-109": computed.net,
        "BT-112": stated["BT-109"] + taxes,
        "BT-115": stated["BT-112"] - stated["BT-113"] + stated["BT-114"],
    }
    for number, amount in expected.items():
        if stated[number] != amount:
            yield f"{number} is {stated[number]:f}, and its parts make {amount:f}"
    by_kind = {(tax.category, tax.rate): tax for tax in computed.taxes}
    for tax in stated["taxes"]:
        other = by_kind.pop((tax["category"], tax["rate"]), None)
        what = f"{tax['category'] or 'tax'} at {tax['rate']:f} %"
        if other is None:
            yield f"no line has the {what} of its breakdown (BG-23)"
        elif tax["base"] != other.base or abs(tax["amount"] - other.amount) >= slack_in(computed.currency):
            yield (
                f"{what} is {tax['amount']:f} on {tax['base']:f}, and the lines make {other.amount:f} on {other.base:f}"
            )
    yield from (f"its breakdown (BG-23) lacks {kind or 'tax'} at {rate:f} %" for kind, rate in by_kind)
