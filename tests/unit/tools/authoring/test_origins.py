"""Words on pages lead to the line of the template and the place in the data that they come from, and nowhere else.

The judge knows nothing of marks: it changes that line, or that value, has the PDF made again, and reads its words.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from reports.catalog.catalog import Catalog
from reports.engine.renderer import WeasyPrintRenderer
from reports.errors import PressrunError
from reports.render_contract import RenderContext, RenderRequest, Template
from tests.unit.engine.rendering import CREATED, TEMPLATES
from tests.unit.tools.authoring.certificate import certificate
from tools.authoring.origins.dependence import Dependence
from tools.authoring.origins.element_texts import folded
from tools.authoring.origins.page_words import Word
from tools.authoring.origins.word_map import NotTraceableError, Origin, WordMap

pytestmark = pytest.mark.gate

GALLERY = TEMPLATES.parent / "gallery"
ALL = [(folder, name) for folder in (TEMPLATES, GALLERY) for name in Catalog(folder).names()]
IDS = [f"{folder.name}/{name}" for folder, name in ALL]
LOCALES = ("en", "de", "ar")
MARK = "Qzq"


@cache
def engine() -> WeasyPrintRenderer:
    return WeasyPrintRenderer(long_tables=False, quotes_data=True, workers=1)


def context(locale: str) -> RenderContext:
    return RenderContext("check", CREATED, locale)


def words_of(template: Template, data: Mapping[str, Any], locale: str) -> Counter[str]:
    """Return the words of a PDF, as another program reads them."""
    pdf = bytearray()
    WeasyPrintRenderer.forget(engine(), template.folder)
    engine().render(RenderRequest(template, data, context(locale)), output=pdf.extend)
    document = pypdfium2.PdfDocument(bytes(pdf))
    try:
        return Counter(folded(word) for page in document for word in page.get_textpage().get_text_range().split())
    finally:
        document.close()


def with_mark(origin: Origin, folder: Path, place: Path) -> Path:
    """Copy the templates, and write a word of ours where the origin of another one is said to be."""
    shutil.copytree(folder, place, ignore=shutil.ignore_patterns("__pycache__", "*.png"))
    path = place / origin.file
    lines = path.read_text("utf-8").split("\n")
    line, at = lines[origin.line - 1], origin.column - 1
    lines[origin.line - 1] = line[:at] + MARK + line[at:]
    path.write_text("\n".join(lines), "utf-8")
    return place


def another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case str() if value[:4].isdecimal() and value[4:5] == "-":
            return f"{int(value[:4]) - 3}-01-{'17' if value[8:10] != '17' else '18'}{value[10:]}"
        case str():
            return f"{value} {MARK}"
    return value * 3 + 1


def with_another(data: Mapping[str, Any], pointer: str) -> Any:
    copy: Any = deepcopy(data)
    *steps, last = [step.replace("~1", "/").replace("~0", "~") for step in pointer.split("/")[1:]]
    holder = copy
    for step in steps:
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    key: Any = int(last) if isinstance(holder, list) else last
    holder[key] = another(holder[key])
    return copy


def faults(folder: Path, name: str, locale: str, count: int, seed: str, place: Path) -> Iterator[str]:
    """Yield what is wrong with the origins of some words of a template's sample."""
    template, data = Catalog(folder).get(name), Catalog(folder).sample(name)
    found = WordMap(engine(), template, data, context(locale))
    printed = words_of(template, data, locale)
    words = [word for page in found.pages for word in page]
    for number, word in enumerate(random.Random(seed).sample(words, count)):
        origins = found.origins(word)
        said = f"{folder.name}/{name} in {locale}: {word.text!r} of {[(o.file, o.line, o.column) for o in origins]}"
        if not origins:
            yield f"{said}: nothing is known"
            continue
        moved = with_mark(origins[0], folder, place / f"{name}-{number}")
        # Our word ends the rule of a style sheet that it is written into, and a base rule may print the same number.
        is_rule = "content:" in origins[0].source
        if not is_changed(word, printed, Catalog(moved).get(name), data, locale, any_word=is_rule):
            yield f"{said}: the line does not print it"
        pointers = origins[0].data.pointers
        if len(pointers) == 1 and not is_changed(word, printed, template, with_another(data, pointers[0]), locale):
            yield f"{said}: {pointers[0]} does not change it"


def is_changed(
    word: Word, before: Counter[str], template: Template, data: Any, locale: str, *, any_word: bool = False
) -> bool:
    """Tell whether there is our mark on the pages, or a word of these letters less; or the change cannot be printed.

    With ``any_word``, another word may have changed.
    """
    try:
        after = words_of(template, data, locale)
    except PressrunError:
        return True  # a schema allows only some values; what fails is what uses them
    letters = folded(word.text)
    if any_word and after != before:
        return True
    return any(folded(MARK) in each for each in after) or sum(
        count for each, count in after.items() if letters in each
    ) != sum(count for each, count in before.items() if letters in each)


@pytest.mark.parametrize(("folder", "name"), ALL, ids=IDS)
def test_words_lead_to_what_prints_them(folder: Path, name: str, tmp_path: Path) -> None:
    locale = LOCALES[IDS.index(f"{folder.name}/{name}") % len(LOCALES)]

    assert list(faults(folder, name, locale, 2, "few", tmp_path)) == []


@pytest.mark.slow
@pytest.mark.parametrize("locale", LOCALES)
def test_of_two_hundred_words_at_most_two_lead_elsewhere(locale: str, tmp_path: Path) -> None:
    each = -(-200 // len(ALL))

    wrong = [
        fault
        for folder, name in ALL
        for fault in faults(folder, name, locale, each, f"many {locale}", tmp_path / folder.name)
    ]

    assert len(wrong) <= 2, "\n".join(wrong)


@pytest.mark.parametrize(("folder", "name"), ALL, ids=IDS)
def test_every_word_of_what_is_shipped_has_an_origin(folder: Path, name: str) -> None:
    catalog = Catalog(folder)

    found = WordMap(engine(), catalog.get(name), catalog.sample(name), context("en"))

    assert [word.text for page in found.pages for word in page if not word.slots] == []
    assert sum(map(len, found.pages)) > 20


def traced(folder: Path, html: str, data: Mapping[str, Any]) -> dict[str, Origin]:
    path = certificate(folder)
    (path / "template.html.j2").write_text(
        f"<!doctype html><html lang=en><title>T</title><body>\n{html}\n</body></html>", "utf-8"
    )
    template = Template("certificate", "C", "", path, {})
    found = WordMap(engine(), template, data, context("en"))
    return {word.text: found.origins(word)[0] for page in found.pages for word in page if found.origins(word)}


@pytest.mark.parametrize(
    ("html", "word", "line", "column", "pointers"),
    [
        ("<p>Plain {{ data.a }}</p>", "Plain", 2, 4, []),
        ("<p>Plain {{ data.a }}</p>", "xyz", 2, 10, ["/a"]),
        ("<p>\n  {{ data.a }} and {{ data.b }}", "7", 3, 20, ["/b"]),
        ("<p>{{ data.b + data.c }}", "12", 2, 4, ["/b", "/c"]),
        ("{% for each in data.l %}<p>{{ each.n }}{% endfor %}", "two", 2, 28, ["/l/1/n"]),
        ("{% macro m(x) %}<b>{{ x }}</b>{% endmacro %}\n<p>{{ m(data.a) }}", "xyz", 2, 20, ["/a"]),
        ("{% set x %}{{ data.a }}{% endset %}\n<p>{{ x | upper }}", "XYZ", 3, 4, ["/a"]),
        ("<style>p::before { content: '\\2713 ' }</style>\n<p>{{ data.a }}", "xyz", 3, 4, ["/a"]),
        (
            '<table><tr>{% if data.b > 3 %}<td style="width: {{ data.c }}cm">{{ data.a }}{% endif %}',
            "xyz",
            2,
            65,
            ["/a"],
        ),
        ("<p>{{ data.e }} <p>{{ data.a }}", "&", 2, 4, ["/e"]),
        ("<svg width=99 height=20><text y=9>{{ data.a }}</text></svg>", "xyz", 2, 35, ["/a"]),
        ("<p style='text-transform: uppercase'>{{ data.a }}", "XYZ", 2, 38, ["/a"]),
        ("<p>{{ '{:,}'.format(data.d) }}", "1,234", 2, 4, ["/d"]),
        ("<p>{{ data.b ~ ' minutes of ' ~ data.a }}", "minutes", 2, 4, []),
        ("<p>{{ data.b ~ ' minutes of ' ~ data.a }}", "xyz", 2, 4, ["/a"]),
    ],
)
def test_a_word_leads_to_the_innermost_place(
    tmp_path: Path, html: str, word: str, line: int, column: int, pointers: list[str]
) -> None:
    data = {"a": "xyz", "b": 7, "c": 5, "d": 1234, "e": "R & D", "l": [{"n": "one"}, {"n": "two"}]}

    origin = traced(tmp_path, html, data)[word]

    assert (origin.file, origin.line, origin.column) == ("certificate/template.html.j2", line, column)
    assert (list(origin.data.pointers), origin.data.is_whole) == (pointers, True)


def test_a_word_of_a_style_sheet_leads_to_its_line(tmp_path: Path) -> None:
    path = certificate(tmp_path)
    with (path / "style.css").open("a") as style:
        style.write('\n@page { @top-center { content: "Draft " counter(page) } }\n')
    template = Template("certificate", "C", "", path, {})

    found = WordMap(engine(), template, Catalog(tmp_path).sample("certificate"), context("en"))

    lines = (path / "style.css").read_text().split("\n")
    [origin] = [found.origins(word) for word in found.pages[0] if word.text == "Draft"]
    assert (origin[0].file, origin[0].line) == ("certificate/style.css", len(lines) - 1)
    assert lines[origin[0].line - 1][origin[0].column - 1 :].startswith("Draft")


def test_a_template_that_calculates_with_what_it_prints_leads_nowhere(tmp_path: Path) -> None:
    html = "{% set x %}{{ data.a }}{% endset %}<p>{{ 'same' if x == 'xyz' else 'another' }}"

    with pytest.raises(NotTraceableError):
        traced(tmp_path, html, {"a": "xyz"})


def test_one_that_prints_tags_leads_nowhere_wrong(tmp_path: Path) -> None:
    found = traced(tmp_path, "<{{ data.tag }}>{{ data.a }}</{{ data.tag }}>", {"tag": "h2", "a": "xyz"})

    assert found["xyz"].data == Dependence(["/a"])
