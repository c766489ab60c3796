"""Inputs to begin with: those that are shipped, and one of each form that a reader knows."""

from __future__ import annotations

import csv
import io
import json
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from PIL import Image

from reports.bootstrap import TEMPLATES

_ROWS_KEPT = 12
_HEIC_FILES = Path(__file__).with_name("pictures")
_WORKBOOK = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_QUOTE = {'"': "&quot;"}
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def seeds_of(target: str) -> Iterator[bytes]:
    """Yield inputs of a target that are in order."""
    yield from _SEEDS.get(target, tuple)()


def _sample(template: str) -> dict[str, Any]:
    sample: dict[str, Any] = json.loads((TEMPLATES / template / "sample.json").read_text("utf-8"))
    return sample


def _rows() -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = _sample("table")["rows"]
    return rows[:_ROWS_KEPT]


def _csv() -> Iterator[bytes]:
    for delimiter, encoding in ((",", "utf-8"), (";", "utf-8-sig"), ("\t", "utf-16"), ("|", "cp1252")):
        text = io.StringIO()
        writer = csv.DictWriter(text, list(_rows()[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(_rows())
        yield text.getvalue().encode(encoding, "replace")
    yield b'a,"b ""c""\nd",a\r\n1,2.5,2026-01-31\r\n\r\n-3,,"x\ny"\r\n'


def _json() -> Iterator[bytes]:
    yield json.dumps(_rows(), ensure_ascii=False, indent=1).encode("utf-8-sig")
    yield b'[{"a": 1e3, "b": [true, null], "c": {"d": "\\u00e9\\ud83d\\ude00"}}, {"a": -0.5}]'


def _json_lines() -> Iterator[bytes]:
    yield "\n".join(json.dumps(row) for row in _rows()).encode()


def _xlsx() -> Iterator[bytes]:
    yield zipped(_book('<c t="s"><v>0</v></c><c t="inlineStr"><is><t>b</t></is></c><c t="str"><v>c</v></c>'))
    yield zipped(_book('<c r="A2" t="b"><v>1</v></c><c r="B2" s="2"><v>0.5</v></c><c s="1"><v>46054.25</v></c>'))
    yield zipped(_book('<c t="e"><v>#N/A</v></c><c><f>1+1</f><v>2E0</v></c><c t="d"><v>2026-01-31</v></c>'))
    yield zipped(_full_book())


def _full_book() -> dict[str, bytes]:
    """Return a workbook with two sheets, a table that Excel knows of, formats, and hidden and merged cells."""
    formats = ('#,##0.00 "\u20ac";[Red](#,##0.00)', "00000", "mmm yyyy", "0.0E+0", "# ?/?", '[>9]0"d";0.0%', "@")
    text = '<c r="{0}{1}" t="str"><v>{2}</v></c>'
    number = '<c r="{0}{1}" s="{2}"><v>{3}</v></c>'
    rows = [
        '<row r="1">' + text.format("A", 1, "Title") + "</row>",
        '<row r="3">' + text.format("A", 3, "2025") + text.format("C", 3, "2026_x000D_") + "</row>",
        '<row r="4">' + "".join(text.format(letter, 4, letter) for letter in "ABCD") + "</row>",
        *(
            f'<row r="{row}" hidden="{row % 2}">'
            + "".join(number.format(letter, row, at + row % 3, row * 1.5) for at, letter in enumerate("ABCD", 3))
            + "</row>"
            for row in range(5, 9)
        ),
        '<row r="11">'
        + text.format("A", 11, "k")
        + text.format("B", 11, "v")
        + text.format("F", 11, "note")
        + "</row>",
        '<row r="12">' + text.format("A", 12, "x") + number.format("B", 12, 1, 46023.5) + "</row>",
    ]
    table = f'<table xmlns="{_WORKBOOK}" ref="A11:B12" headerRowCount="1" totalsRowCount="1"/>'
    parts = _book("") | {
        "xl/styles.xml": (
            f'<styleSheet xmlns="{_WORKBOOK}"><numFmts>'
            + "".join(
                f'<numFmt numFmtId="{at}" formatCode="{escape(code, _QUOTE)}"/>' for at, code in enumerate(formats, 164)
            )
            + '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="46"/>'
            + "".join(f'<xf numFmtId="{at}"/>' for at in range(164, 164 + len(formats)))
            + "</cellXfs></styleSheet>"
        ).encode(),
        "xl/worksheets/sheet1.xml": (
            f'<worksheet xmlns="{_WORKBOOK}"><cols><col min="4" max="4" hidden="1"/></cols><sheetData>{"".join(rows)}'
            '</sheetData><mergeCells><mergeCell ref="A3:B3"/><mergeCell ref="C3:D3"/><mergeCell ref="A5:A7"/>'
            "</mergeCells></worksheet>"
        ).encode(),
        "xl/tables/table1.xml": table.encode(),
    }
    relation = f'<Relationship Id="r0" Type="{_OFFICE}/table" Target="../tables/table1.xml"/>'
    relations = f'<Relationships xmlns="{_RELATIONS}">{relation}</Relationships>'
    parts["xl/worksheets/_rels/sheet1.xml.rels"] = relations.encode()
    return parts


def _book(cells: str) -> dict[str, bytes]:
    relations = {
        "_rels/.rels": (("officeDocument", "xl/workbook.xml"),),
        "xl/_rels/workbook.xml.rels": (
            ("worksheet", "worksheets/sheet1.xml"),
            ("styles", "styles.xml"),
            ("sharedStrings", "sharedStrings.xml"),
        ),
    }
    head = '<row r="1"><c t="s"><v>0</v></c><c t="s"><v>1</v></c><c t="inlineStr"><is><t>when</t></is></c></row>'
    parts = {
        name: f'<Relationships xmlns="{_RELATIONS}">'
        + "".join(
            f'<Relationship Id="r{n}" Type="{_OFFICE}/{kind}" Target="{to}"/>' for n, (kind, to) in enumerate(all_)
        )
        + "</Relationships>"
        for name, all_ in relations.items()
    }
    parts |= {
        "xl/workbook.xml": f'<workbook xmlns="{_WORKBOOK}" xmlns:r="{_OFFICE}"><workbookPr date1904="0"/><sheets>'
        '<sheet name="One" sheetId="1" r:id="r0"/></sheets></workbook>',
        "xl/styles.xml": f'<styleSheet xmlns="{_WORKBOOK}"><numFmts><numFmt numFmtId="164" formatCode="[h]:mm"/>'
        '</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{_WORKBOOK}"><si><t>a</t></si><si><r><t>b</t></r><rPh><t>x</t></rPh>'
        "</si></sst>",
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{_WORKBOOK}"><sheetData>{head}<row r="2">{cells}</row>'
        "</sheetData></worksheet>",
    }
    return {name: text.encode() for name, text in parts.items()}


def zipped(parts: dict[str, bytes]) -> bytes:
    """Write a zip file of parts, the same bytes each time."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(zipfile.ZipInfo(name), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def _requests() -> Iterator[bytes]:
    for template in ("invoice", "table", "weather"):
        data = _sample(template)
        if "rows" in data:
            data["rows"] = data["rows"][:_ROWS_KEPT]
        yield json.dumps({"template": template, "data": data, "options": {"locale": "de"}}).encode()


def _tables(rows: int) -> Iterator[bytes]:
    data = _sample("table")
    data["rows"] = (data["rows"] * rows)[:rows]
    yield json.dumps({"template": "table", "data": data}).encode()


def _pictures() -> Iterator[bytes]:
    for mode in ("L", "LA", "RGB", "RGBA", "P", "1", "I;16", "CMYK"):
        for kind in ("JPEG", "PNG", "WEBP"):
            try:
                yield _picture(Image.new(mode, (24, 16), 1 if mode in ("1", "P", "L", "I;16") else None), kind)
            except OSError:
                continue  # not every format has every mode
    photo = Image.radial_gradient("L").resize((40, 30)).convert("RGB")
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0110] = 6, "Maker", "Model"
    exif.get_ifd(0x8769).update({0x829A: (1, 200), 0x829D: (28, 10), 0x9003: "2026:04:03 09:14:00"})
    for kind in ("JPEG", "PNG", "WEBP"):
        yield _picture(photo, kind, exif=exif)
    yield _picture(photo, "JPEG", progressive=True, icc_profile=struct.pack(">I", 128) + bytes(124))
    yield _picture(photo, "PNG", save_all=True, append_images=[photo.rotate(90)], duration=50)
    yield _picture(photo, "WEBP", save_all=True, append_images=[photo.rotate(90)], duration=50)
    yield _picture(photo, "MPO", save_all=True, append_images=[photo.rotate(90)])
    for kind in ("AVIF", "TIFF", "GIF", "BMP"):
        for mode in ("L", "P", "RGB", "RGBA", "1"):
            try:
                yield _picture(photo.convert(mode), kind)
            except OSError:
                continue
    for kind, compression in (("TIFF", "tiff_lzw"), ("TIFF", "jpeg"), ("TIFF", "group4"), ("TIFF", "packbits")):
        yield _picture(photo.convert("1" if compression == "group4" else "RGB"), kind, compression=compression)
    for kind in ("AVIF", "TIFF", "GIF"):
        yield _picture(photo, kind, save_all=True, append_images=[photo.rotate(90)])
    # Written once by pillow-heif, which holds an encoder under another licence.
    for path in sorted(_HEIC_FILES.glob("*.heic")):
        yield path.read_bytes()


def _picture(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def _svg() -> Iterator[bytes]:
    head = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
    for attributes, content in (
        ('width="40" height="30"', '<rect width="9" height="9" rx="2" fill="#0af" stroke="red" stroke-width="1e0"/>'),
        (
            'viewBox="0 0 100 50" preserveAspectRatio="xMidYMid slice"',
            '<path d="M1 2L3 4C1 2 3 4 5 6a1 2 30 0 1 7 8z"/>',
        ),
        ('width="5cm" height="50%"', '<text x="1 2" dy="1em" textLength="30">ab <tspan rotate="9">c</tspan></text>'),
        (
            'width="9" height="9"',
            '<defs><g id="a"><circle r="3"/></g></defs><use href="#a" x="2"/><use xlink:href="#a"/>',
        ),
        (
            'width="9" height="9"',
            '<linearGradient id="g" gradientTransform="rotate(9)"><stop offset="0" stop-color="red"/>'
            '<stop offset="100%" stop-opacity=".5"/></linearGradient><radialGradient id="r" href="#g" fr="1"/>'
            '<pattern id="p" width="2" height="2" patternUnits="userSpaceOnUse"><rect width="1" height="1"/></pattern>'
            '<rect width="9" height="9" fill="url(#g)"/><rect width="5" height="5" fill="url(#p)" stroke="url(#r)"/>',
        ),
        (
            'width="9" height="9" style="color: blue"',
            "<style>.a &gt; rect:not(.b) { fill: currentColor; opacity: .5 }</style>"
            '<clipPath id="c"><circle r="4"/></clipPath>'
            '<mask id="m"><rect width="9" height="9" fill="#fff"/></mask><g class="a" transform="scale(2) skewX(3)">'
            '<rect width="4" height="4" clip-path="url(#c)" mask="url(#m)"/></g>',
        ),
        (
            'width="9" height="9"',
            '<marker id="k" orient="auto" markerWidth="2" markerHeight="2"><path d="M0 0h2v2z"/></marker>'
            '<polyline points="1,1 5,5 8 2" marker-end="url(#k)" marker-mid="url(#k)" stroke-dasharray="1 2 3"/>'
            '<filter id="f"><feOffset dx="1" dy="1"/></filter><ellipse rx="2" ry="3" filter="url(#f)"/>'
            '<line x1="1" y2="9" stroke="currentColor"/><polygon points="1 2 3 4"/><a href="#x"><text>z</text></a>'
            '<symbol id="s" viewBox="0 0 1 1"/>',
        ),
    ):
        yield f"{head} {attributes}>{content}</svg>".encode()


_SEEDS: dict[str, Callable[[], Iterator[bytes]]] = {
    "csv": _csv,
    "json": _json,
    "jsonl": _json_lines,
    "xlsx": _xlsx,
    "request": _requests,
    "photo": _pictures,
    "picture": _pictures,
    "svg": _svg,
    # By what they are made of, these never get as far; but all code is loaded by them before it begins.
    "table": partial(_tables, _ROWS_KEPT),
    "page": partial(_tables, 160),
}
