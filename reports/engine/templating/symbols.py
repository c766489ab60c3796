"""Draw barcodes and QR codes as a path of SVG, in modules: the narrowest bars of a code are one unit wide."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from typing import Any

from reports.engine.templating.unusable_values import UnusableValueError

_FORMATS = {"code128": "Code128", "ean13": "EAN13", "itf": "ITF", "datamatrix": "DataMatrix"}
_QR = "qr"
_THINNEST = Decimal("0.25")  # mm: most scanners do not tell bars that are thinner
_FLAT = ("code128", "itf")
_BAR_HEIGHT = 1
_CODE_OF_LIBRARY = re.compile(r"^Error \d{1,4}: | \(retval.*")
_DIGITS = re.compile("[0-9]+")
_QUIET = {"code128": 10, "ean13": 11, "itf": 10, "datamatrix": 1, _QR: 4}
_MOST = {"code128": 80, "ean13": 13, "itf": 80, "datamatrix": 2_000, _QR: 2_000}


class NotEncodableError(UnusableValueError):
    """A text that a code cannot carry, or not in the room that it has."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """A code: ``path`` is SVG, ``width`` and ``height`` are in modules, and ``quiet`` has to be free around it.

    Bars of one height have the height 1, to be stretched.
    """

    kind: str
    text: str
    width: int
    height: int
    quiet: int
    path: str


def symbol(kind: str, text: object, room: float | Decimal | None = None) -> Symbol:
    """Encode a text: ``qr``, ``datamatrix``, ``code128``, ``ean13`` or ``itf``. ``room`` is its width on paper, in mm.

    Raises NotEncodableError for a text that the code cannot carry, or whose bars would be too thin for the room, and
    ValueError for an unknown kind.
    """
    if kind not in _QUIET:
        raise ValueError(f"there is no such code: write one of {', '.join(_QUIET)}")
    # Not by the value itself, as 7 and 7.0 are equal, and are other texts.
    try:
        code = _encoded(kind, str(text))
    except NotEncodableError as error:
        raise NotEncodableError(str(error), text) from None
    if room is not None and (needed := (code.width + 2 * code.quiet) * _THINNEST) > room:
        raise NotEncodableError(
            f"a text cannot be printed as {kind}: it needs {needed:.1f} mm to be read by scanners, and has "
            f"{Decimal(room):.1f} mm: shorten it",
            text,
        )
    return code


@lru_cache(maxsize=512)
def _encoded(kind: str, written: str) -> Symbol:
    if not written:
        raise _refused(kind, "it is empty")
    if len(written) > _MOST[kind]:
        raise _refused(kind, f"it has {len(written):,} characters, and may have {_MOST[kind]:,}")
    # The library would fill them up with zeros in front, and take a plus or a space for the begin of another code.
    if kind == "ean13":
        written = _with_check_digit(written)
    if kind == "itf" and (len(written) % 2 or not _DIGITS.fullmatch(written)):
        raise _refused(kind, "it has to be an even number of digits")
    rows = _qr_rows(written) if kind == _QR else _rows(kind, written)
    if kind in _FLAT:
        rows = rows[:_BAR_HEIGHT]
    path = "".join(_paths(rows))
    return Symbol(kind, written, len(rows[0]), len(rows), _QUIET[kind], path)


def _with_check_digit(text: str) -> str:
    if not _DIGITS.fullmatch(text) or len(text) not in (12, 13):
        raise _refused("ean13", "it has to be 12 digits, or 13 with the check digit")
    check = -sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(text[:12])) % 10
    if text[12:] not in ("", str(check)):
        raise _refused("ean13", "its check digit is wrong")
    return f"{text[:12]}{check}"


def _qr_rows(text: str) -> list[list[bool]]:
    # Only now, as few templates have codes.
    import segno

    try:
        code = segno.make_qr(text, error="m", boost_error=False)
    except (ValueError, UnicodeError) as error:
        raise _refused(_QR, str(error)) from None
    return [[bool(module) for module in row] for row in code.matrix]


def _rows(kind: str, text: str) -> list[list[bool]]:
    import zxingcpp

    try:
        code = zxingcpp.create_barcode(text, zxingcpp.barcode_format_from_str(_FORMATS[kind]), force_square=True)
        image: Any = memoryview(code.to_image(scale=1, add_quiet_zones=False))  # type: ignore[arg-type]
    except (ValueError, RuntimeError) as error:
        raise _refused(kind, _CODE_OF_LIBRARY.sub("", str(error))) from None
    return [[value == 0 for value in row] for row in image.tolist()]


def _refused(kind: str, reason: str) -> NotEncodableError:
    return NotEncodableError(f"a text cannot be printed as {kind}: {reason}", None)


def _paths(rows: Sequence[Sequence[bool]]) -> Iterator[str]:
    """Draw bars that are as high as they go on, so that no hairline shows within them."""
    runs = {(start, end, y) for y, row in enumerate(rows) for start, end in _runs(row)}
    for start, end, y in sorted(runs, key=lambda run: (run[2], run[0])):
        if (start, end, y - 1) in runs:
            continue
        height = 1
        while (start, end, y + height) in runs:
            height += 1
        yield f"M{start} {y}h{end - start}v{height}h-{end - start}z"


def _runs(row: Sequence[bool]) -> Iterator[tuple[int, int]]:
    start: int | None = None
    for x, is_dark in enumerate((*row, False)):
        if is_dark and start is None:
            start = x
        elif not is_dark and start is not None:
            yield start, x
            start = None
