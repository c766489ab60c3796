"""A picture whose size is none is the caller's to mend, and no fault of the template that it is placed in."""

from __future__ import annotations

import base64

import pytest

from reports.errors import ResourceBlockedError, UnreadableFileError
from tests.unit.engine.rendering import show


def placed(svg: str) -> None:
    show(f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}")


def svg(attributes: str, content: str = "") -> str:
    return f'<svg xmlns="http://www.w3.org/2000/svg" {attributes}>{content}<rect width="9" height="9"/></svg>'


@pytest.mark.parametrize(
    "attributes",
    [
        *(
            'viewBox="0 0 a 50"',
            'viewBox="0 0 50"',
            'viewBox="0"',
            'viewBox="0 0 1e999 1"',
            'viewBox="nan nan 1 1" height="nan"',
        ),
        *('width="nan" height="9"', 'width="1e999" height="9"', 'width="-5" height="9"', 'width="9" height="1e300"'),
        'width="9" viewBox="0 0 1e-300 1e300"',
    ],
)
def test_a_size_that_is_none_is_refused(attributes: str) -> None:
    with pytest.raises(UnreadableFileError, match="viewBox"):
        placed(svg(attributes))


def test_a_size_from_a_style_counts_too() -> None:
    with pytest.raises(UnreadableFileError, match="viewBox"):
        placed(svg('width="9" height="9"', "<style>svg { width: 1e999 }</style>"))


def test_a_style_sheet_from_elsewhere_is_still_refused_for_what_it_is() -> None:
    with pytest.raises(ResourceBlockedError):
        placed(svg('width="9" height="9"', "<style>@import 'http://127.0.0.1:9/a.css';</style>"))


@pytest.mark.parametrize(
    "attributes",
    ["", 'width="50%"', 'viewBox="0 0 40 30"', 'viewBox="0,0,40,30" height="2cm"', 'width="5em" height="1in"'],
)
def test_a_size_in_any_usual_form_is_taken(attributes: str) -> None:
    placed(svg(attributes))
