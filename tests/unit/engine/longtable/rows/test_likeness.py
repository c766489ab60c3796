"""Two drawings are alike when one sees the same on paper, and the same belongs to each of the marks."""

from __future__ import annotations

import pytest

from reports.engine.longtable.rows.likeness import are_alike

_SPAN = b"/Span <</MCID \x00>> BDC %s EMC"
_TEXT = b"BT /a1.0 gs 0 0 1 rg /f1 9 Tf 1 0 0 -1 10 20.00004 Tm[<00010002>12<0003>] TJ ET"
_LINE = b"q /A1.0 gs 1 0 0 RG 0.5 w 10 22 m 30 22 l S Q"
_AREA = b"q 0 1 0 rg 5 5 20 10 re f Q"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_TEXT, _TEXT.replace(b"20.00004", b"20")),
        (_TEXT, _TEXT.replace(b"<00010002>12<0003>", b"<0001>0<0002>12<0003>")),
        (_TEXT, b"/f1 9 Tf 0 0 1 rg /a1.0 gs " + _TEXT.replace(b"/a1.0 gs 0 0 1 rg /f1 9 Tf ", b"")),
        (_SPAN % _TEXT, b"BT " + b"/P <</MCID \x00>> BDC" + _TEXT[2:-2] + b"EMC ET"),
        (_LINE, b"0 0 1 rg " + _LINE),
        (_AREA, b"q 0 1 0 rg 1 0 0 1 5 5 cm 0 0 20 10 re f Q"),
        (_TEXT, _TEXT + b" BT /f2 3 Tf ET"),
    ],
)
def test_drawings_that_show_the_same_are_alike(one: bytes, other: bytes) -> None:
    assert are_alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (_TEXT, b""),
        (_TEXT, _TEXT.replace(b"20.00004", b"20.01")),
        (_TEXT, _TEXT.replace(b"0003", b"0004")),
        (_TEXT, _TEXT.replace(b">12<", b">15<")),
        (_TEXT, _TEXT.replace(b"/f1", b"/f2")),
        (_TEXT, _TEXT.replace(b"9 Tf", b"8 Tf")),
        (_TEXT, _TEXT.replace(b"0 0 1 rg", b"0 0 .9 rg")),
        (_TEXT, _TEXT.replace(b"/a1.0", b"/a0.5")),
        (_TEXT + b" " + _LINE, _LINE + b" " + _TEXT),
        (_LINE, _LINE.replace(b"0.5 w", b"0.6 w")),
        (_LINE, _LINE.replace(b"1 0 0 RG", b"1 0 1 RG")),
        (_LINE, _LINE.replace(b"30 22 l", b"30 23 l")),
        (_AREA, _AREA.replace(b"re f", b"re W n")),
        (_SPAN % _TEXT, b"/Artifact BMC " + _TEXT + b" EMC"),
        (b"\n".join([_SPAN % _TEXT] * 2), _SPAN % b"\n".join([_TEXT] * 2)),
    ],
)
def test_drawings_that_differ_in_anything_one_sees_or_hears_are_not_alike(one: bytes, other: bytes) -> None:
    assert not are_alike(one, other)
