"""What can be fuzzed. A target takes any bytes, and ends as an upload or a request of these bytes would."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from functools import cache, partial
from pathlib import Path
from tempfile import NamedTemporaryFile

from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.render_contract import RenderContext
from reports.shelf.templates import ProductTemplates
from reports.worker.report_maker import ReportMaker
from tools.fuzz.renderers import HTMLRenderer, PDFRenderer

HTML, PDF = HTMLRenderer(), PDFRenderer()

_CONTEXT = RenderContext("fuzz", datetime(2026, 4, 3, 9, 14, tzinfo=UTC))
_PICTURE_TEMPLATE = Path(__file__).with_name("templates")
_MOST_ROWS = 20_000


class Making(Enum):
    """How inputs are made of earlier ones."""

    BYTES = "by bytes"
    ZIP = "by bytes of what is in a zip file"
    XML = "by values and tags of an XML text"
    JSON = "by values of a JSON text"
    TABLE = "as rows and options of a table"


@dataclass(frozen=True, slots=True)
class Target:
    """Something to fuzz. ``run`` takes an input, whose file has the suffix, and returns HTML or a PDF.

    ``run`` raises what the report would end with.
    """

    suffix: str
    about: str
    run: Callable[[bytes], bytes]
    making: Making = Making.BYTES
    words: str = ""
    """A file in the folder ``words``, of what inputs are made of: chance would seldom find it."""


def _file(body: bytes, *, name: str, template: str, renderer: HTMLRenderer | PDFRenderer) -> bytes:
    made = bytearray()
    with NamedTemporaryFile(prefix="pressrun-fuzz-") as file:
        file.write(body)
        file.flush()
        _maker(TEMPLATES, renderer).from_file(
            name, Path(file.name), template, _CONTEXT, output=made.extend, max_rows=_MOST_ROWS
        )
    return bytes(made)


def _request(body: bytes, *, renderer: HTMLRenderer | PDFRenderer, templates: Path = TEMPLATES) -> bytes:
    made = bytearray()
    _maker(templates, renderer).from_request(body, _CONTEXT, output=made.extend, max_rows=_MOST_ROWS)
    return bytes(made)


def _placed(body: bytes, *, media_type: str) -> bytes:
    uri = f"data:{media_type};base64,{base64.b64encode(body).decode()}"
    request = json.dumps({"template": "picture", "data": {"image": uri}}).encode()
    return _request(request, renderer=PDF, templates=_PICTURE_TEMPLATE)


@cache
def _maker(templates: Path, renderer: HTMLRenderer | PDFRenderer) -> ReportMaker:
    return ReportMaker(ProductTemplates(Catalog(templates)), renderer)


def _rows(suffix: str) -> Callable[[bytes], bytes]:
    return partial(_file, name=f"a.{suffix}", template="table", renderer=HTML)


TARGETS = {
    "csv": Target("csv", "tables as CSV", _rows("csv"), words="csv"),
    "json": Target("json", "tables as a JSON list", _rows("json"), words="json"),
    "jsonl": Target("jsonl", "tables as JSON lines", _rows("jsonl"), words="json"),
    "xlsx": Target("xlsx", "Excel workbooks", _rows("xlsx"), Making.ZIP, "xlsx"),
    "request": Target("json", "requests for all templates", partial(_request, renderer=HTML), Making.JSON, "json"),
    "photo": Target(
        "jpg", "the template photos", partial(_file, name="a.jpg", template="photos", renderer=HTML), words="picture"
    ),
    "picture": Target(
        "jpg", "pictures of all formats on a page", partial(_placed, media_type="image/jpeg"), words="picture"
    ),
    "svg": Target("svg", "SVG pictures on a page", partial(_placed, media_type="image/svg+xml"), Making.XML, "svg"),
    "table": Target("json", "rows and options of a table", partial(_request, renderer=HTML), Making.TABLE),
    "page": Target("json", "tables laid out, long ones and short", partial(_request, renderer=PDF), Making.TABLE),
}
