"""Codes are read again by a scanner, and refused where one would read something else."""

from __future__ import annotations

from decimal import Decimal

import pytest
import zxingcpp
from PIL import Image, ImageDraw

from reports.engine.templating.symbols import NotEncodableError, Symbol, symbol


def scanned(code: Symbol) -> list[str]:
    """Paint a code's path, and read it."""
    high = 30 if code.height == 1 else 1
    size = code.width + 2 * code.quiet + 20, code.height * high + 2 * code.quiet + 20
    picture = Image.new("L", (size[0] * 4, size[1] * 4), 255)
    pen = ImageDraw.Draw(picture)
    for run in code.path.split("z")[:-1]:
        place, _, rest = run.removeprefix("M").partition("h")
        x, y = map(int, place.split())
        width, height = (int(part) for part in rest.partition("h")[0].split("v"))
        left, top = (x + code.quiet + 10) * 4, (y * high + code.quiet + 10) * 4
        pen.rectangle((left, top, left + width * 4 - 1, top + height * high * 4 - 1), fill=0)
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("code128", "ABC-1234 xyz"),
        ("code128", "00012345678905"),
        ("ean13", "4006381333931"),
        ("itf", "00012345678905"),
        ("datamatrix", "Größe 38\nAltona"),
        ("datamatrix", "x" * 700),
        ("qr", "https://example.com/ä?x=1"),
        ("qr", "日本"),
    ],
)
def test_a_code_says_what_it_was_made_of(kind: str, text: str) -> None:
    assert scanned(symbol(kind, text)) == [text]


def test_the_check_digit_of_an_ean_is_added() -> None:
    code = symbol("ean13", "400638133393")

    assert scanned(code) == [code.text] == ["4006381333931"]


def test_equal_numbers_that_are_written_otherwise_are_other_codes() -> None:
    assert [symbol("code128", value).text for value in (7, 7.0, Decimal("7.00"))] == ["7", "7.0", "7.00"]


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("ean13", "4006381333930"),
        ("ean13", "40063"),
        ("ean13", "40063813339x1"),
        ("ean13", "4006381333+12"),
        ("ean13", "40063813339 3"),
        ("ean13", "٤٠٠٦٣٨١٣٣٣٩٣"),
        ("itf", "123"),
        ("itf", "12a4"),
        ("code128", "Ж"),
        ("code128", ""),
        ("code128", "x" * 81),
        ("qr", "x" * 2001),
    ],
)
def test_what_a_code_cannot_carry_is_refused_without_quoting_it(kind: str, text: str) -> None:
    with pytest.raises(NotEncodableError) as refused:
        symbol(kind, text)

    assert text == "" or text not in str(refused.value)


def test_an_unknown_kind_is_named() -> None:
    with pytest.raises(ValueError, match="write one of code128"):
        symbol("aztec", "x")


@pytest.mark.parametrize(("kind", "most"), [("code128", "X" * 13), ("itf", "1" * 18), ("ean13", "400638133393")])
def test_bars_that_a_scanner_could_not_tell_apart_are_refused(kind: str, most: str) -> None:
    room = 50 if kind != "ean13" else Decimal("29.3")

    assert symbol(kind, most, room=room).text
    with pytest.raises(NotEncodableError, match="shorten it"):
        symbol(kind, most + "XX" if kind == "code128" else most, room=room - 20)
