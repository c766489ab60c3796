"""Whatever a request or a picture holds, it is printed or refused, and is never a template's fault."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.fuzzing.fuzzing import check, damaged, examples
from tools.fuzz.mutation import mutated_json, mutated_xml
from tools.fuzz.tables import requests


@examples(30)
@given(damaged("request", mutated_json, times=8))
def test_any_request(body: bytes) -> None:
    check("request", body)


@examples(40)
@given(requests())
def test_any_table(body: bytes) -> None:
    check("table", body)


@examples(3)
@given(requests(most_rows=4, has_long=True))
def test_any_table_laid_out(body: bytes) -> None:
    check("page", body)


@examples(30)
@given(damaged("photo") | st.binary(max_size=60))
def test_any_photo(body: bytes) -> None:
    check("photo", body)


@examples(20)
@given(damaged("picture"))
def test_any_picture_on_a_page(body: bytes) -> None:
    check("picture", body)


@examples(25)
@given(damaged("svg", mutated_xml) | damaged("svg"))
def test_any_svg_picture_on_a_page(body: bytes) -> None:
    check("svg", body)
