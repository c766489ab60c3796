"""The usual mistakes of authors, each in a template that is right otherwise, end in a finding with cause and cure."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from reports.engine.checks.reading import read_findings, style_findings
from reports.findings import Finding, Severity
from tests.unit.engine.rendering import NAMES, TEMPLATES
from tests.unit.tools.authoring.certificate import certificate
from tools.authoring.check import Checker

HTML, CSS, SCHEMA, SAMPLE, LABELS = "template.html.j2", "style.css", "schema.json", "sample.json", "labels.json"
END = "</body>"

# File, what is written there, what it is replaced by (None for a file that is missing), the cause, and the cure.
READ: dict[str, tuple[str, str, str | None, str, str]] = {
    "an attribute": (HTML, "data.name,", "data.nmae,", "'data.nmae' is not in the schema", "Did you mean 'name'?"),
    "a name": (HTML, "{{ lang }}", "{{ langg }}", "'langg' is undefined", "Did you mean 'lang'?"),
    "a filter": (HTML, END, "{{ data.name | uper }}", "No filter named 'uper'", "Did you mean 'upper'?"),
    "a function": (HTML, "day(data", "dya(data", "'dya' is undefined", "Did you mean 'day'?"),
    "a function as a filter": (HTML, END, "{{ data.date | fill }}", "No filter named 'fill'", "write `fill(…)`"),
    "an open if": (HTML, END, "{% if data.name %}x", "'if' is never closed", "{% endif %} is missing"),
    "no bracket": (HTML, "page_style(data.paper |", "page_style((data.paper |", "unexpected '}', expected ')'", ""),
    "a label": (HTML, "labels.attended", "labels.atended", "has no label 'atended'", "Did you mean 'attended'?"),
    "a place": (LABELS, "on {date}.", "on {dat}.", "has {dat}, which fill() is not given", "Did you mean 'date'?"),
    "a label as it is": (HTML, END, "{{ labels.attended }}", "printed with {course}", "Write fill(labels.attended"),
    "a language": (LABELS, '"heading": "Bescheinigung", ', "", "'de' lacks 'heading'", ""),
    "a keyword": (SCHEMA, '"required"', '"requierd"', "'requierd' is no keyword", "Did you mean 'required'?"),
    "a keyword deep": (SCHEMA, '"minLength": 1', '"minLenght": 1', "'minLenght' is no keyword", "'minLength'?"),
    "a type": (SCHEMA, '"type": "string"', '"type": "sting"', "'sting' is no type", "choose one of array"),
    "required": (SCHEMA, '["name", "cour', '["nam", "cour', "'nam' is required, and is none", "Did you mean 'name'?"),
    "no title": (SCHEMA, '"title": "Certificate",', "", "it needs a title", "a text that callers see"),
    "a kind": (SCHEMA, '"kind": "object"', '"kind": "objct"', "'objct' is no kind", "choose one of 'object'"),
    "broken JSON": (SCHEMA, '"type": "object",', '"type": "object"', "Expecting ',' delimiter", ""),
    "broken labels": (LABELS, '"heading": ', '"heading" ', "Expecting ':' delimiter", ""),
    "a sample": (SAMPLE, '{"name"', '{"extra": 1, "name"', "'extra' is not known here", "choose one of 'name'"),
    "optional": (HTML, 'data.paper | default("A4")', "data.paper", "'data.paper' may be missing", "| default(…)`"),
    "a picture": (HTML, END, '<img src="logo.png" alt="x">', "there is no file 'logo.png'", "Add it"),
    "a picture elsewhere": (HTML, END, '<img alt=x src="https://a.example/l.png">', "is not read", "Save it in"),
    "a picture outside": (HTML, END, '<img alt=x src="../../../etc/x.png">', "outside of the template's", "Put the"),
    "a sheet": (CSS, "base.css", "bsae.css", "there is no file '../_shared/bsae.css'", "Did you mean"),
    "a sheet elsewhere": (CSS, "../_shared/base.css", "https://a.example/x.css", "is not read", "Save it"),
    "a font's file": (
        CSS,
        ":root",
        "@font-face { font-family: B; src: url(b.ttf) } :root",
        "no file 'b.ttf'",
        "Add it",
    ),
    "no style": (CSS, "", None, "it is missing", "Add one"),
    "no labels": (LABELS, "", None, "there is no labels.json with the label 'attended'", ""),
    "no document": (HTML, "", None, "it is missing", "It is the document"),
    "no context": (HTML, " with context", "", "is imported without its context", "Write `with context`"),
    "do": (HTML, END, "{% do x.append(1) %}", "unknown tag 'do'", "calculate with `set`"),
    "context": (HTML, "context.title", "context.titel", "'context' has no 'titel'", "Did you mean 'title'?"),
}

STYLE: dict[str, tuple[str, str, str | None, str, str]] = {
    "a property": (CSS, "color: var", "colr: red; color: var", "unknown property 'colr'", "Did you mean 'color'?"),
    "a unit": (CSS, "font-size: 14pt", "font-size: 20pxx", "'font-size' does not take '20pxx'", ""),
    "what WeasyPrint lacks": (CSS, "font-size: 14pt", "filter: blur(2px)", "unknown property 'filter'", "no effect"),
    "a rule": (
        CSS,
        "h1 {",
        "@container (width > 1px) { p { color: red } } h1 {",
        "unknown rule '@container'",
        "no effect",
    ),
    "an open brace": (CSS, "margin-bottom: 8mm }", "margin-bottom: 8mm", "this '{' is never closed", ""),
    "a brace too many": (CSS, "8mm }", "8mm } }", "this '}' closes nothing", ""),
    "a font": (CSS, "h1 {", "h1 { font-family: Brnad, serif;", "there is no font 'Brnad'", "@font-face"),
    "a font's name": (CSS, "h1 {", "h1 { font: 12pt/1.2 Intr;", "there is no font 'Intr'", "Did you mean 'Inter'?"),
}

RENDERED: dict[str, tuple[str, str, str | None, str, str]] = {
    "open tags": (HTML, "<h1>", "<div><b><h1>", "<b> is not closed before </body>", "Write </b>"),
    "a closing tag": (HTML, END, "<p>x</p></div></body>", "</div> closes nothing", "Leave it out"),
    "a link": (HTML, END, '<p id="terms">T<a href="#trems">x</a></body>', "'#trems' leads to", "'terms'?"),
    "a link from nowhere": (HTML, END, '<a href="#x">x</a></body>', "the link to '#x' leads to no element", 'id="x"'),
    "style of an element": (HTML, END, "<p style='colr: red'>x</p></body>", "unknown property 'colr'", "mean 'color'?"),
    "style within": (HTML, END, "<style>p { font-family: Georgi }</style></body>", "there is no font 'Georgi'", ""),
    "a canvas": (HTML, END, "<canvas></canvas></body>", "<canvas> prints nothing", "Draw it as SVG"),
    "a change": (HTML, END, "{{ [].append(1) }}", "access to attribute 'append'", "calculate with `set`"),
    "a long loop": (HTML, END, "{% for i in range(100000000) %}{% endfor %}", "Range too big", "shorter range"),
    "no alt": (HTML, END, '<svg width="9" height="9"><path d="M0 0h9"/></svg></body>', "no words", "write alt"),
    "a day": (SAMPLE, "2026-10-03", "2026-02-31", "not a day or time: write 2026-11-30", ""),
    "off the page": (HTML, END, "<p style='white-space: nowrap'>{{ 'shop ' * 40 }}</p></body>", "leaves the page", ""),
    "cut off": (HTML, END, "<p style='overflow: hidden; height: 1mm'>cut</p></body>", "is cut off by", "hidden"),
    "invisible": (HTML, END, "<p style='color: transparent'>seen</p></body>", "cannot be seen", "`color`"),
    "lost": (HTML, END, f"<div style='float: left'>{'<p>word</p>' * 90}</div></body>", "Text is lost", ""),
}  # fmt: skip


@cache
def checker() -> Checker:
    return Checker(TEMPLATES)


def broken(folder: Path, mistake: tuple[str, str, str | None, str, str]) -> Path:
    file, before, after, _, _ = mistake
    path = certificate(folder) / file
    if after is None:
        path.unlink()
    else:
        text = path.read_text("utf-8")
        assert before in text
        path.write_text(text.replace(before, after, 1), "utf-8")
    return folder


def assert_named(found: list[Finding], mistake: tuple[str, str, str | None, str, str]) -> None:
    file, _, after, cause, cure = mistake
    named = [each for each in found if cause in each.message and cure in f"{each.message} {each.cure}"]
    assert named, "\n".join(str(each) for each in found)
    if after is not None and file != LABELS:
        assert named[0].file == f"certificate/{file}"
        assert named[0].line is not None


@pytest.mark.parametrize("name", READ)
def test_what_is_read_tells_cause_and_cure(tmp_path: Path, name: str) -> None:
    assert_named(read_findings(broken(tmp_path, READ[name]), "certificate"), READ[name])


@pytest.mark.parametrize("name", STYLE)
def test_a_style_sheet_tells_what_has_no_effect(tmp_path: Path, name: str) -> None:
    checks = checker()
    checks.folder = broken(tmp_path, STYLE[name])

    assert_named(style_findings(checks.folder, "certificate"), STYLE[name])


@pytest.mark.parametrize("name", RENDERED)
def test_a_render_tells_what_only_pages_show(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = checker()
    checks.folder = broken(tmp_path, RENDERED[name])
    monkeypatch.setattr("tools.authoring.check.cases_of", _the_sample_alone)

    assert_named(checks.check("certificate"), RENDERED[name])


def test_the_template_of_the_documentation_is_right(tmp_path: Path) -> None:
    checks = checker()
    checks.folder = certificate(tmp_path).parent

    found = checks.check("certificate")

    assert [each for each in found if each.severity is not Severity.WARNING] == []
    assert {each.case for each in found} <= {"long words", "all that the schema allows"}


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wrong_with_templates_that_are_shipped_as_they_are_read(name: str) -> None:
    assert read_findings(TEMPLATES, name) == []


def test_the_style_of_shipped_templates_has_an_effect() -> None:
    checks = checker()
    checks.folder = TEMPLATES

    assert [finding for name in NAMES for finding in style_findings(checks.folder, name)] == []


def test_a_finding_shows_the_line_with_a_caret(tmp_path: Path) -> None:
    found = read_findings(broken(tmp_path, READ["an attribute"]), "certificate")

    place, line, caret, cure = found[0].lines()

    assert place == "certificate/template.html.j2:11:57: error: 'data.nmae' is not in the schema"
    assert line[caret.index("^") :].startswith("nmae")
    assert cure.strip() == "Did you mean 'name'?"


def _the_sample_alone(catalog: object, template: object, labels: object) -> list[object]:
    from tools.authoring.cases import Case

    return [Case("sample", catalog.sample(template.name))]  # type: ignore[attr-defined]
