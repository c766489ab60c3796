"""Make files beside the PDF: pictures of its pages, its text, and its rows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any, BinaryIO

import pypdfium2
import xlsxwriter
from PIL import Image

from reports.csv_rows import Rows, as_csv, as_text, names_of
from reports.errors import TooLargeError
from reports.render_contract import OutputFile, RenderedFile

MOST_PICTURES = 50
MOST_BYTES = 100 * 2**20
"""Bytes that all these files of a report may have together."""

MOST_CELLS = 1_000_000
"""Cells of a workbook, which is held in memory."""

_QUALITY = 85
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class OutputFiles:
    """The files that a report has besides its PDF; ``warnings`` say what of them was left out."""

    def __init__(self, outputs: Sequence[OutputFile]) -> None:
        self._outputs = outputs
        self._room = MOST_BYTES
        self.warnings: list[dict[str, object]] = []

    def made(self, pdf: BinaryIO, rows: Rows | None) -> list[RenderedFile]:
        """Return them all. Raises TooLargeError."""
        files: list[RenderedFile] = []
        document = pypdfium2.PdfDocument(pdf)
        try:
            for each in self._outputs:
                for file in self._of(each, document, rows):
                    self._room -= len(file.body)
                    if self._room < 0:
                        raise TooLargeError(
                            f"The files beside the PDF have more than {MOST_BYTES:,} bytes. Ask for fewer pages, or "
                            "smaller pictures.",
                            max_bytes=MOST_BYTES,
                        )
                    files.append(file)
        finally:
            document.close()
        return files

    def _of(self, wanted: OutputFile, document: pypdfium2.PdfDocument, rows: Rows | None) -> Iterator[RenderedFile]:
        if wanted.format == "text":
            yield RenderedFile("report.txt", "text/plain", _text(document).encode())
        elif wanted.format == "csv":
            yield RenderedFile("data.csv", "text/csv", as_csv(rows or ()))
        elif wanted.format == "xlsx":
            yield RenderedFile("data.xlsx", _XLSX, _xlsx(rows or ()))
        else:
            yield from self._pictures(wanted, document)

    def _pictures(self, wanted: OutputFile, document: pypdfium2.PdfDocument) -> Iterator[RenderedFile]:
        last = min(wanted.last, len(document))
        drawn = range(wanted.first, min(last, wanted.first + MOST_PICTURES - 1) + 1)
        if len(drawn) < last - wanted.first + 1 or wanted.first > last:
            message = f"There are pictures of {len(drawn)} pages alone: a report has {MOST_PICTURES} at the most"
            self.warnings.append({"code": "pages_left_out", "message": f"{message}, and {len(document)} pages."})
        for number in drawn:
            page = document[number - 1]
            picture = page.render(scale=wanted.width / page.get_width()).to_pil().convert("RGB")
            body = BytesIO()
            _save(picture, body, wanted.format)
            name = f"page-{number:03}.{wanted.format}"
            yield RenderedFile(name, f"image/{wanted.format}", body.getvalue(), picture.width, picture.height)
            page.close()


def _save(picture: Image.Image, body: BytesIO, kind: str) -> None:
    if kind == "webp":
        picture.save(body, "WEBP", quality=_QUALITY, method=4)
    else:
        picture.save(body, "PNG")


def _text(document: pypdfium2.PdfDocument) -> str:
    """Return the text of all pages, with a form feed between two."""
    return "\f".join(_of_page(document[number]) for number in range(len(document)))


def _of_page(page: pypdfium2.PdfPage) -> str:
    textpage = page.get_textpage()
    text: str = textpage.get_text_bounded().replace("\r\n", "\n")
    textpage.close()
    page.close()
    return text


def _xlsx(rows: Rows) -> bytes:
    """Write rows as a workbook. A text stays one, whatever it begins with: no cell becomes a formula or a link."""
    body = BytesIO()
    # In memory, for the sandbox lets no times of files be set, as the other way does.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    workbook = xlsxwriter.Workbook(body, options)
    workbook.set_properties({"created": datetime(2000, 1, 1, tzinfo=UTC)})
    sheet = workbook.add_worksheet()
    names = names_of(rows)
    if len(names) * sum(1 for _ in rows) > MOST_CELLS:
        raise TooLargeError(
            f"The data have more than {MOST_CELLS:,} cells, the most that a workbook beside a report has. Ask for csv.",
            max_cells=MOST_CELLS,
        )
    sheet.write_row(0, 0, names, workbook.add_format({"bold": True}))
    for number, row in enumerate(rows, 1):
        for column, name in enumerate(names):
            _write(sheet, number, column, row.get(name))
    workbook.close()
    return body.getvalue()


def _write(sheet: Any, row: int, column: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(row, column, value)
    elif isinstance(value, int | float) and abs(value) < 10**15:
        sheet.write_number(row, column, value)
    else:
        text = value.isoformat() if isinstance(value, date) else as_text(value)
        sheet.write_string(row, column, text[:32_767])
