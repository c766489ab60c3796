"""Gather table reports with small pictures in their cells."""

from __future__ import annotations

import base64
import io

from PIL import Image

from tests.unit.engine.longtable.ledgers import ROW, report
from tests.unit.engine.longtable.oracle import TableReport

_STYLE = ".icon { width: 2.5mm; height: 2.5mm; vertical-align: middle }"


def _drawn(colour: str) -> str:
    return (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 10 10' width='8' height='8'%3E"
        f"%3Ccircle cx='5' cy='5' r='4' fill='{colour}'/%3E"
        "%3Cpath d='M2 5L5 8L9 2' stroke='white' fill='none'/%3E%3C/svg%3E"
    )


def _pixels(colour: str) -> str:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(data, "PNG")
    return f"data:image/png;base64,{base64.b64encode(data.getvalue()).decode()}"


def _icon(attributes: str, *sources: str) -> str:
    """Write a picture, another one from row to row."""
    return f'<img class="icon" {attributes} src="{{{{ {list(sources)!r}[line.number % {len(sources)}] }}}}">'


_DRAWN = _icon('alt="paid or not"', _drawn("red"), _drawn("green"))
_PIXELS = _icon('alt="paid"', _pixels("red"), _pixels("green"))
_BLUE, _NAVY = _icon('alt=""', _pixels("blue")), _icon('alt=""', _drawn("navy"))
_SOME = f"{{% if line.number % 50 == 49 %}}{_PIXELS}{{% endif %}}{{{{ line.id }}}}"
WITHOUT_WORDS = report(_STYLE, ROW.replace("{{ line.id }}", _icon("", _pixels("red"))))

WITH_PICTURES: dict[str, TableReport] = {
    "pictures that say something, and decoration": report(
        _STYLE,
        ROW.replace("{{ line.id }}", f"{_DRAWN} {{{{ line.id }}}}").replace(
            "{{ line.customer }}", f"{_BLUE}{{{{ line.customer }}}} and <b>x</b>"
        ),
    ),
    "nothing but pictures": report(
        _STYLE + "td { vertical-align: bottom }",
        ROW.replace("{{ line.id }}", _PIXELS).replace("{{ line.amount }}", _NAVY),
    ),
    "pictures that few rows have": report(_STYLE, ROW.replace("{{ line.id }}", _SOME)),
    "pictures that are blocks": report(
        _STYLE + ".icon { display: block }", ROW.replace("{{ line.id }}", f"{_PIXELS}{{{{ line.id }}}}")
    ),
    "pictures that the style adds": report(f'td:first-child::before {{ content: url("{_drawn("red")}") }}'),
    "pictures among borders that collapse": report(
        _STYLE
        + "table { border-collapse: collapse } th, td { border: .3mm solid #888 }"
        + "tbody tr:nth-child(even) { background: #eef }",
        ROW.replace("{{ line.id }}", f"{_DRAWN} {{{{ line.id }}}}"),
    ),
}
