"""SVG pictures are counted before they are drawn, and refused when their size does not explain the work."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from reports.engine.document.resources import TemplateResources
from reports.engine.weasy.native_libraries import load_native_libraries
from reports.errors import UnreadableFileError

load_native_libraries()

MUCH = 2_000
RECT = '<rect width="1" height="1"/>'


def _svg(inner: str, before: str = "") -> bytes:
    xmlns = 'xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    return f'{before}<svg {xmlns} viewBox="0 0 9 9" width="9" height="9">{inner}</svg>'.encode()


def _read(body: bytes) -> int:
    uri = "data:image/svg+xml;base64," + base64.b64encode(body).decode()
    return len(TemplateResources([Path("/nowhere")]).fetch(uri).read())


def _levels(first: str, level: str, reference: str, last: str, *, levels: int = 5, copies: int = 10) -> str:
    """Write definitions of which each refers ``copies`` times to the one before; ``last`` refers to the last one."""
    steps = [first.replace("ID", "i0")]
    for number in range(1, levels + 1):
        each = reference.replace("ID", f"i{number - 1}") * copies
        steps.append(level.replace("ID", f"i{number}").replace("EACH", each))
    return f"<defs>{''.join(steps)}</defs>{last.replace('ID', f'i{levels}')}"


USE = '<use href="#ID"/>'
FILLED = '<rect width="9" height="9" fill="url(#ID)"/>'
PATTERN = '<pattern id="ID" width="1" height="1">EACH</pattern>'
GRADIENT = '<linearGradient id="ID" {}><stop offset="0"/><stop offset="1" stop-color="red"/></linearGradient>'


def _picture(inner: str, levels: int = 1, copies: int = 1) -> str:
    """Return an element that shows a picture; by levels, a picture of that picture, so many times."""
    for _ in range(levels):
        # Not as base64 where references are written for each ID, which it may contain.
        coded = ";base64," + base64.b64encode(_svg(inner)).decode() if levels > 1 else "," + quote(_svg(inner))
        uri = "data:image/svg+xml" + coded
        inner = f'<image id="p" width="9" height="9" href="{uri}"/>' + '<use href="#p"/>' * (copies - 1)
    return inner


EXPANDING = {
    "uses of a picture": _levels(
        '<g id="ID">' + _picture(RECT * 60) + "</g>", '<g id="ID">EACH</g>', USE, USE, levels=3
    ),
    "pictures of pictures": _picture(RECT * 5, levels=5, copies=10),
    "uses of a picture by xlink": _levels(
        '<g id="ID">' + _picture(RECT * 60).replace("href", "xlink:href").replace("data:", "\n DaTa:") + "</g>",
        '<g id="ID">EACH</g>',
        USE,
        USE,
        levels=3,
    ),
    "patterns of a picture": _levels(PATTERN.replace("EACH", _picture(RECT * 60)), PATTERN, FILLED, FILLED, levels=4),
    "markers of a picture": f'<marker id="m">{_picture(RECT * 50)}</marker><path marker-mid="url(#m)" '
    f'd="M0 0{"L1 1" * MUCH}"/>',
    "use of use": _levels('<g id="ID">' + RECT + "</g>", '<g id="ID">EACH</g>', USE, USE),
    "xlink": _levels(
        '<g id="ID">' + RECT + "</g>", '<g id="ID">EACH</g>', USE.replace("href", "xlink:href"), USE, levels=6
    ),
    "symbols": _levels(
        '<symbol id="ID">' + RECT + "</symbol>", '<symbol id="ID">EACH</symbol>', USE, USE, levels=20, copies=2
    ),
    "href by style": _levels('<g id="ID">' + RECT + "</g>", '<g id="ID">EACH</g>', '<use style="href: #ID"/>', USE),
    "patterns": _levels(PATTERN.replace("EACH", RECT), PATTERN, FILLED, FILLED),
    "patterns by style": _levels(
        PATTERN.replace("EACH", RECT), PATTERN, "<rect width='9' height='9' style='fill: url(\"#ID\")'/>", FILLED
    ),
    "escaped reference": _levels(
        PATTERN.replace("EACH", RECT), PATTERN, "<rect width='9' height='9' style='fill:url(\\23 ID)'/>", FILLED
    ),
    "masks": _levels(
        '<mask id="ID">' + RECT + "</mask>", '<mask id="ID">EACH</mask>', FILLED.replace("fill", "mask"), FILLED
    ).replace('fill="', 'mask="'),
    "clip paths": _levels(
        '<clipPath id="ID">' + RECT + "</clipPath>",
        '<clipPath id="ID">EACH</clipPath>',
        FILLED.replace("fill", "clip-path"),
        FILLED.replace("fill", "clip-path"),
    ),
    "markers": f'<marker id="m">{RECT * 50}</marker><path marker-mid="url(#m)" d="M0 0{"L1 1" * MUCH}"/>',
    "inherited markers": f'<marker id="m">{RECT * 50}</marker><g marker="url(#m)"><path d="M0 0{"L1 1" * MUCH}"/></g>',
    "inherited paths": f'<g d="M0 0{"L1 1" * MUCH}">{"<path/>" * MUCH}</g>',
    "filters": f'<filter id="f">{"<feOffset/>" * MUCH}</filter><g filter="url(#f)">{RECT * 200}</g>',
    "filtered again": f'<filter id="f">{"<feOffset/>" * 300}</filter>'
    + '<rect width="1" height="1" filter="url(#f)"/>' * 500,
    "gradient stops": f'<linearGradient id="g">{"<stop/>" * MUCH}</linearGradient>'
    + '<rect fill="url(#g)" width="1" height="1"/>' * 100,
    "style rules": f"<style>{'rect{fill:red}' * MUCH}</style>{RECT * MUCH}",
    "selectors that look around": f"<style>{'rect ~ rect {fill:red}' * 500}</style>{RECT * MUCH}",
    "selectors of many steps": f"<style>{'g ' * 30} rect {{fill:red}}</style>{'<g>' * 40}{RECT}{'</g>' * 40}",
    "text": f"<text>{'abc ' * 20_000}</text>",
    "text in pieces": f"<text>{'<tspan/>abcdefgh' * 10_000}</text>",
    "long transformation": f'<rect width="1" height="1" transform="{"a" * 40_000}"/>',
    "long paint": f'<rect width="1" height="1" fill="{"url(" * 10_000}"/>',
    "a path of millions of characters": f'<path d="M1 1 l{" 2 3" * 500_000}"/>',
}


@pytest.mark.parametrize("inner", EXPANDING.values(), ids=EXPANDING.keys())
def test_a_picture_whose_size_does_not_explain_its_work_is_refused(inner: str) -> None:
    with pytest.raises(UnreadableFileError, match="far more work to draw"):
        _read(_svg(inner))


DEEP = {
    "elements": "<g>" * 200 + RECT + "</g>" * 200,
    "ten thousands of elements": "<g>" * 50_000 + "</g>" * 50_000,
    "references": _levels('<g id="ID"/>', '<g id="ID">EACH</g>', USE, USE, levels=200, copies=1),
}


@pytest.mark.parametrize("inner", DEEP.values(), ids=DEEP.keys())
def test_a_picture_nested_too_deeply_is_refused(inner: str) -> None:
    with pytest.raises(UnreadableFileError, match="stand in or refer to one another"):
        _read(_svg(inner))


def test_pictures_in_pictures_are_as_deep_as_references() -> None:
    deepest = "<g>" * 60 + _picture("<g>" * 60 + RECT + "</g>" * 60) + "</g>" * 60

    with pytest.raises(UnreadableFileError, match="stand in or refer to one another"):
        _read(_svg(deepest))


CYCLES = {
    "one": '<g id="a"><use href="#a"/></g>',
    "two": '<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>',
    "pattern": '<pattern id="a"><rect fill="url(#a)"/></pattern><rect fill="url(#a)"/>',
}


@pytest.mark.parametrize("inner", CYCLES.values(), ids=CYCLES.keys())
def test_a_picture_that_refers_to_itself_is_refused(inner: str) -> None:
    with pytest.raises(UnreadableFileError, match="refers to itself"):
        _read(_svg(inner))


@pytest.mark.parametrize("spread", ["repeat", "reflect"])
def test_a_gradient_that_repeats_without_end_is_refused(spread: str) -> None:
    gradient = GRADIENT.format(f'x2="1e-9" spreadMethod="{spread}"').replace("ID", "g")

    with pytest.raises(UnreadableFileError, match="spreadMethod"):
        _read(_svg(gradient + FILLED.replace("ID", "g")))


def test_entities_are_refused_before_they_are_expanded() -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    document_type = f'<!DOCTYPE svg [<!ENTITY e0 "x">{levels}]>'

    with pytest.raises(UnreadableFileError, match="declares entities"):
        _read(_svg("<text>&e9;</text>", document_type))


PLAIN = {
    "pictures in a picture": _svg(_picture(RECT * 50, levels=3, copies=3)),
    "a photo in a picture": _svg('<image href="data:image/png;base64,iVBORw0KGgoAAAANSUhEUg"/>' * 50),
    "a document type without entities": _svg(RECT, '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">'),
    "a chart of 20,000 points": _svg('<circle r="1" cx="3" cy="4"/>' * 20_000),
    "a class for each colour": _svg(
        "<style>" + "".join(f".st{n}{{fill:#abcdef;stroke:#000000}}" for n in range(200)) + "</style>"
        + "".join(f'<path class="st{n % 200}" d="M0 0L1 1"/>' for n in range(5_000))
    ),
    "icons used again": _svg(f'<defs><g id="a">{RECT * 20}</g></defs>' + '<use href="#a"/>' * 200),
    "one gradient for all": _svg(
        GRADIENT.format("").replace("ID", "g") + f'<g fill="url(#g)">{RECT * 500}</g>'
    ),
    "a traced path": _svg(f'<path d="M1 1 {"c1.5 2.5 3.5 4.5 5.5 6.5" * 10_000}"/>'),
    "labels": _svg('<text x="1" y="2">January</text>' * 500),
    "a picture": _svg(f'<image href="data:image/png;base64,{"A" * 2_000_000}"/>'),
    "groups of an editor": _svg("<g>" * 30 + RECT + "</g>" * 30),
}  # fmt: skip


@pytest.mark.parametrize("body", PLAIN.values(), ids=PLAIN.keys())
def test_a_picture_as_editors_write_it_is_read(body: bytes) -> None:
    assert _read(body) == len(body)


@pytest.mark.parametrize("encoding", ["UTF-7", "x-unknown", "utf-32"])
def test_an_encoding_that_cannot_be_read_is_a_fault_of_the_picture(encoding: str) -> None:
    with pytest.raises(UnreadableFileError):
        _read(_svg(RECT, f'<?xml version="1.0" encoding="{encoding}"?>'))
