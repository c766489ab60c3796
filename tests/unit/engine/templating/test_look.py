"""The look that a tenant has given a template, on its pages."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2
import pytest

from reports.catalog.catalog import Catalog
from reports.render_contract import Look, RenderRequest
from reports.shelf.slots import COLOURS, TYPEFACES
from tests.unit.engine.rendering import TEMPLATES, context, renderer

RED = Look({"--accent": "#ff0000"}, {"en": {"due": "Payable by us"}})


def printed(name: str, look: Look | None) -> pypdfium2.PdfDocument:
    catalog = Catalog(TEMPLATES)
    parts: list[bytes] = []
    request = RenderRequest(catalog.get(name), catalog.sample(name), replace(context(), look=look))
    renderer().render(request, output=parts.append)
    return pypdfium2.PdfDocument(b"".join(parts))


def has_red(document: pypdfium2.PdfDocument) -> bool:
    picture = document[0].render(scale=2).to_pil().convert("RGB")
    return any(colour == (255, 0, 0) for _, colour in picture.getcolors(2**24) or ())


@pytest.mark.parametrize("name", ["invoice", "table", "photos", "weather"])
def test_a_colour_of_a_look_is_on_the_page(name: str) -> None:
    assert not has_red(printed(name, None))
    assert has_red(printed(name, RED))


def test_a_text_of_a_look_is_in_place_of_the_templates() -> None:
    assert "Payable by us" in printed("invoice", RED)[0].get_textpage().get_text_bounded()


def test_the_colours_that_can_be_chosen_are_those_of_the_shared_sheet() -> None:
    sheet = (TEMPLATES / "_shared" / "base.css").read_text("utf-8")

    assert all(f"--{name}:" in sheet for name in COLOURS)


def test_the_typefaces_that_can_be_chosen_are_there() -> None:
    from reports.engine.checks.css_check import families

    assert {family for pair in TYPEFACES.values() for family in pair} <= families()
