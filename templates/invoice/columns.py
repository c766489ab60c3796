"""Choose the columns of an invoice, so that no number breaks and the names get what is left."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from reports.engine.templating.formats import Formats, places_of
from reports.engine.templating.text_width import text_width

from .bill import Bill

_MM_PER_EM = 8.5 * 25.4 / 72
_SMALL_MM_PER_EM = 7.5 * 25.4 / 72
_PADDING = 3.6  # mm
_LEAST = {"quantity_text": 14.0, "price_text": 20.0, "net_text": 24.0, "tax_text": 13.0}
_UNIT = (14.0, 30.0)
_PAGE = 165.0 - _PADDING
_POSITION = 7.0
_POSITION_PADDING = 2.0
_NARROWEST_NAME = 30.0
_LINE, _SMALL_LINE = 4.3, 3.4  # mm
_TALL = 40.0  # mm


def columns_of(bill: Bill, formats: Formats) -> dict[str, Any]:
    """Return the widths of columns in mm, and finish the lines: amounts as texts, and which may be cut by a page."""
    one_currency = len(bill.accounts) == 1
    for line in bill.lines:
        net, currency = line["net"], line["currency"]
        # The currency is in the column's heading if it is the same in all lines.
        line["net_text"] = formats.number(net, places_of(currency)) if one_currency else formats.money(net, currency)
    taxed = bool(bill.treatments)
    widths = {key: _width((line[key] for line in bill.lines), least) for key, least in _LEAST.items()}
    if not taxed:
        del widths["tax_text"]
    words = (word for line in bill.lines for word in line["unit"].split())
    widths["unit"] = min(_width(words, _UNIT[0]), _UNIT[1])
    last = text_width(str(len(bill.lines)), tabular=True) * _MM_PER_EM
    widths["position"] = round(max(_POSITION, last + _POSITION_PADDING), 1)
    room = max(_NARROWEST_NAME, _PAGE - sum(widths.values()))
    for line in bill.lines:
        line["is_tall"] = _height(line, room) > _TALL
    return {**widths, "is_taxed": taxed, "is_mixed": len({line["treatment"] for line in bill.lines}) > 1}


def _width(texts: Iterable[str], least: float) -> float:
    widest = max((text_width(text, tabular=True) for text in texts), default=0)
    return round(max(least, widest * _MM_PER_EM + _PADDING), 1)


def _height(line: dict[str, Any], room: float) -> float:
    """Estimate the height of a line in mm."""
    small = " · ".join(filter(None, (line["sku"], line["note"])))
    return sum(
        height * sum(1 + text_width(part) * size // room for part in text.split("\n"))
        for text, size, height in ((line["name"], _MM_PER_EM, _LINE), (small, _SMALL_MM_PER_EM, _SMALL_LINE))
    )
