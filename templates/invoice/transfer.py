"""Make the EPC QR code that fills in a SEPA transfer (EPC069-12)."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

import segno

_LARGEST_AMOUNT = Decimal("999999999.99")
_LARGEST_VERSION = 13
_MAX_NAME, _MAX_REFERENCE = 70, 140


@dataclass(frozen=True, slots=True)
class TransferCode:
    """A QR code as data, so that a template prints no raw markup; ``size`` in modules, ``path`` is SVG."""

    size: int
    path: str


def is_iban(text: str) -> bool:
    """Tell whether the check digits of an IBAN are right (ISO 13616: modulo 97)."""
    compact = _compact(text)
    if not (15 <= len(compact) <= 34 and compact.isascii() and compact.isalnum() and compact[2:4].isdigit()):
        return False
    return int("".join(str(int(sign, 36)) for sign in compact[4:] + compact[:4])) % 97 == 1


def spaced_iban(text: str) -> str:
    """Write an IBAN in groups of four."""
    compact = _compact(text)
    return " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))


def transfer_code(*, name: str, iban: str, bic: str, amount: Decimal, reference: str) -> TransferCode | None:
    """Return the code; None for an amount that no transfer can carry."""
    if not Decimal("0.01") <= amount <= _LARGEST_AMOUNT:
        return None
    fields = ("BCD", "002", "1", "SCT", _compact(bic), _line(name, _MAX_NAME), _compact(iban))
    payload = "\n".join((*fields, f"EUR{amount:.2f}", "", "", _line(reference, _MAX_REFERENCE)))
    code = segno.make_qr(payload.encode("utf-8", "replace").decode(), error="m", boost_error=False, encoding="utf-8")
    if not isinstance(code.version, int) or code.version > _LARGEST_VERSION:
        return None
    rows = [list(row) for row in code.matrix]
    return TransferCode(len(rows), "".join(_row_path(y, row) for y, row in enumerate(rows)))


def _row_path(y: int, row: list[int]) -> str:
    """Draw the dark modules of a row, neighbours in one rectangle, so that no hairline shows between them."""
    path, x = "", 0
    while x < len(row):
        width = 0
        while x + width < len(row) and row[x + width]:
            width += 1
        if width:
            path += f"M{x} {y}h{width}v1h-{width}z"
        x += max(width, 1)
    return path


def _compact(text: str) -> str:
    return "".join(text.split()).upper()


def _line(text: str, length: int) -> str:
    """Fit a text into one line of the payload, which line ends would break apart."""
    return " ".join(text.split())[:length]
