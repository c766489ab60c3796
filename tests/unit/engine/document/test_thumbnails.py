"""The picture of a report's first page."""

from __future__ import annotations

from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageChops

from reports.engine.document.thumbnails import first_page
from tests.unit.engine.rendering import sample_report


@pytest.mark.parametrize(("name", "width"), [("invoice", 480), ("photos", 333)])
def test_a_thumbnail_shows_the_first_page(name: str, width: int) -> None:
    pdf = sample_report(name).pdf

    thumbnail = first_page(pdf, width=width)

    picture = Image.open(BytesIO(thumbnail.body))
    picture.verify()
    picture = Image.open(BytesIO(thumbnail.body))
    page = pypdfium2.PdfDocument(pdf)[0]
    expected = page.render(scale=width / page.get_width()).to_pil()
    assert (thumbnail.content_type, picture.format) == ("image/png", "PNG")
    assert (thumbnail.width, thumbnail.height) == picture.size == expected.size
    assert picture.width == width
    assert ImageChops.difference(picture, expected.convert("RGB")).getbbox() is None
