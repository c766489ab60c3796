"""An author is told what is wrong in a template and how to mend it; others hear no word of the data."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.engine.renderer import WeasyPrintRenderer
from reports.errors import InvalidDataError, PermanentError, TemplateBrokenError
from tests.unit.engine.rendering import TEMPLATES, context, printed, renderer, template

SCHEMA: dict[str, Any] = {"properties": {"name": {}, "rows": {"items": {"properties": {"date": {}}}}}}
DATA: dict[str, Any] = {
    "name": "Elif",
    "key": "swordfish",
    "day": "2026-02-30",
    "rows": [{"date": "2026-01-01"}, {"date": "2026-02-31"}, {"date": "3.10.2026"}],
}
LABELS = '{"en": {"heading": "Certificate"}}'

# What is written after an empty line, the column of the fault if one can be told, the words, and the cure.
MISTAKES: dict[str, tuple[str, int | None, str, str]] = {
    "an attribute": ("{{ data.nmae }}", 9, "'dict object' has no attribute 'nmae'", "Did you mean 'name'?"),
    "in a key": ("{{ data['nmae'] }}", 10, "'dict object' has no attribute 'nmae'", "Did you mean 'name'?"),
    "optional": ("<p>{{ data.zip }}", 12, "has no attribute 'zip'", "write `| default(…)`"),
    "a name": ("<html lang={{ langg }}>", 15, "'langg' is undefined", "Did you mean 'lang'?"),
    "a function": ("{{ dya(data.date) }}", 4, "'dya' is undefined", "Did you mean 'day'?"),
    "a filter": ("{{ data.name | uper }}", 16, "No filter named 'uper'", "Did you mean 'upper'?"),
    "a function as a filter": ("{{ data.day | fill }}", 15, "No filter named 'fill'", "write `fill(…)`"),
    "a test": ("{{ data.name is strng }}", 17, "No test named 'strng'", "Did you mean 'string'?"),
    "a tag": ("{% forr x in data.rows %}{% endfor %}", 4, "unknown tag 'forr'", "Did you mean 'for'?"),
    "do": ("{% do x.append(1) %}", 4, "unknown tag 'do'", "calculate with `set`"),
    "a change": ("{{ [].append(1) }}", 7, "access to attribute 'append' of 'list' object", "calculate with `set`"),
    "open if": ("{% if data.name %}\n\n", 4, "'if' is never closed; {% endif %} is missing", ""),
    "open for in if": ("{% if 1 %}{% for x in [] %}{% endif %}", 31, "unknown tag 'endif'", ""),
    "no bracket": ("{{ day(data.day }}", 17, "unexpected '}', expected ')'", ""),
    "half a number": ("{{ 1 + .18 }}", 8, "unexpected '.'", ""),
    "a strange character": ("{{ data.name ? 1 }}", 14, "unexpected char '?'", ""),
    "a label": ("{{ labels.headnig }}", 11, "has no attribute 'headnig'", "Did you mean 'heading'?"),
    "a label to fill": ("{{ fill(labels.headnig, a=1) }}", 16, "has no attribute 'headnig'", "Did you mean 'heading'?"),
    "a label to count": ("{{ page_counter(labels.page_of) }}", 24, "has no attribute 'page_of'", "default"),
    "a long loop": ("{% for x in range(100000000) %}{% endfor %}", 13, "Range too big", "a shorter range"),
    "an import": (
        "{% from 'page.html.j2' import page_style %}{{ page_style('A4') }}",
        23,
        "'direction' is undefined",
        "`with context`",
    ),
}


@cache
def authors_renderer() -> WeasyPrintRenderer:
    return WeasyPrintRenderer(quotes_data=True)


def failure(tmp_path: Path, written: str, *, is_author: bool = False, data: Any = None) -> PermanentError:
    folder = tmp_path / "mistake"
    folder.mkdir(exist_ok=True)
    if not (tmp_path / "_shared").exists():
        (tmp_path / "_shared").symlink_to(TEMPLATES / "_shared")
    (folder / "labels.json").write_text(LABELS)
    (folder / "template.html.j2").write_text(f"\n{written}\n")
    one = replace(template(folder), schema=SCHEMA)
    # Templates are read once per process.
    printer = authors_renderer() if is_author else renderer()
    printer._codes.clear()
    with pytest.raises((TemplateBrokenError, InvalidDataError)) as caught:
        printed(printer, one, DATA if data is None else data, context())
    return caught.value


@pytest.mark.parametrize("is_author", [False, True])
@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named_with_its_place_and_its_cure_everywhere(tmp_path: Path, name: str, is_author: bool) -> None:
    written, column, words, cure = MISTAKES[name]

    error = failure(tmp_path, written, is_author=is_author)

    assert words in error.message
    assert cure in error.message
    assert error.detail.get("column") == column
    if name != "an import":
        assert error.detail["place"] == "mistake/template.html.j2, line 2"


def test_of_data_that_a_template_calculates_with_an_author_is_told_the_words(tmp_path: Path) -> None:
    written = "{% for row in data.rows %}{{ loop.index }} {{ row.date + 1 }} {{ data.name }}{% endfor %}"

    assert 'TypeError: can only concatenate str (not "int")' in failure(tmp_path, written, is_author=True).message
    assert "concatenate" not in failure(tmp_path, written).message


def test_what_is_missing_has_the_path_of_what_it_is_missing_from(tmp_path: Path) -> None:
    error = failure(tmp_path, "{% for r in data.rows %}{{ r.date }}{{ r.price }}{% endfor %}", is_author=True)

    assert error.detail["pointer"] == "/rows/0"


@pytest.mark.parametrize("name", ["header", "header.html"])
def test_a_missing_file_is_named_without_where_it_was_looked_for(tmp_path: Path, name: str) -> None:
    error = failure(tmp_path, f"{{% include '{name}' %}}")

    assert f"there is no file '{name}'" in error.message
    assert str(tmp_path) not in error.message


WAYS = (
    "{{ data[data.key] }}",
    "{{ data.name[data.key] }}",
    "{{ day(data.key) }}",
    "{{ number(data.key) }}",
    "{% include data.key %}",
    "{{ data.key | round }}",
    "{{ data.key + 1 }}",
    "{{ data.rows | map(attribute=data.key) | join }}",
    "{{ data.rows | sort(attribute=data.key) | join }}",
    "{{ ([] | attr(data.key))(1) }}",
    "{{ '%d' % data.key }}",
    "{{ data[data.key]['nmae'] }}",
)


@pytest.mark.parametrize("way", WAYS)
@given(secret=st.text("abcO' .\"/_-{}\n", min_size=3, max_size=12) | st.just("append") | st.just("O' has no 'nmae'"))
def test_a_shared_stack_hears_no_word_of_the_data(
    tmp_path_factory: pytest.TempPathFactory, way: str, secret: str
) -> None:
    secret = f"{secret}Zq7"
    error = failure(tmp_path_factory.mktemp("t"), way, data=DATA | {"key": secret})

    assert "Zq7" not in error.message
    assert "Zq7" not in str(error.detail)
