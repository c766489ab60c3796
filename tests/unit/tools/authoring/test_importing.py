"""Pages that were written for other programs become templates, and what does not carry over is said."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from reports.catalog.catalog import Catalog
from tests.unit.engine.rendering import context, page_texts, printed, renderer
from tools import import_page
from tools.authoring.importing.handlebars import to_jinja
from tools.authoring.importing.page import NotImportableError, files_of

# The structures of public sets of templates; the texts are ours.
PAGES = {
    "a box of nested tables": """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Bill</title><style>
.box { max-width: 800px; margin: auto; padding: 30px; border: 1px solid #eee; box-shadow: 0 0 10px rgba(0, 0, 0, .15) }
@media only screen and (max-width: 600px) { .box td { display: block } }
</style></head><body><div class="box"><table cellpadding="0"><tr class="top"><td colspan="2"><table><tr>
<td class="title"><img src="./images/logo.png" style="max-width: 300px"></td>
<td>No. {{ number }}<br>{{ created }}</td></tr>
</table></td></tr>{% for item in items %}<tr class="item"><td>{{ item.name }}</td><td>{{ item.price }}</td></tr>
{% endfor %}<tr class="total"><td></td><td>Sum: {{ total }}</td></tr></table></div></body></html>""",
    "a document with its style beside it": """<html><head><link rel="stylesheet" href="css/bill.css" media="all">
<link rel="stylesheet" href="https://fonts.example/css?family=Lato"><script src="app.js"></script></head><body>
<header><h1>{{ company.name }}</h1></header>
<main>{{#each lines}}<p>{{this.text}}: {{amount}}{{#if note}} ({{note}}){{/if}}
</p>{{/each}}{{#if paid}}<b>{{../terms}}{{terms}}</b>{{/if}}</main></body></html>""",
    "Twig": """<h1>{{ model.invoice.title }}</h1><p>{{ model.date|date('Y-m-d') }}</p>
{% for entry in entries %}<div>{{ entry.text|nl2br }} {{ entry.total|number_format(2) }}</div>{% else %}none{% endfor %}
{% if model.note is not empty %}{{ model.note|trans }}{% endif %}""",
    "a print format": """<div class="page-break">{%- for row in doc.items -%}
<div class="row"><div>{{ row.item_name }}</div>
<div>{{ row.qty * row.rate }}</div></div>{%- endfor -%}{% set total = doc.items | sum("rate") %}{{ total }}
{{ doc.grand_total | money("EUR") }}</div>""",
    "a page of its own size": """<html><head><style>@page { size: A5; margin: 1cm } h1 { string-set: heading content() }
article { break-before: page; columns: 2 }</style></head>
<body><h1>{{ heading }}</h1><article>{{ text }}</article></body></html>""",
}
PICTURE = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00:~\x9bU"
    b"\x00\x00\x00\nIDATx\x9cc\xf8\x0f\x00\x01\x01\x01\x00\x1b\xb6\xeeV\x00\x00\x00\x00IEND\xaeB`\x82"
)


def page(tmp_path: Path, html: str) -> Path:
    folder = tmp_path / "site"
    (folder / "css").mkdir(parents=True)
    (folder / "images").mkdir()
    (folder / "images" / "logo.png").write_bytes(PICTURE)
    (folder / "css" / "more.css").write_text("h1 { background: url(../images/logo.png) }")
    (folder / "css" / "bill.css").write_text(
        "@import 'more.css'; h1 { color: #c00 } p { background: url(http://x.example/a.png) }"
    )
    (folder / "bill.html").write_text(html)
    return folder / "bill.html"


@pytest.mark.gate
@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_rendered_without_edits(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    file = page(tmp_path, PAGES[name])

    ended = import_page.main([str(file), "--name=bill", f"--folder={tmp_path / 'templates'}"])

    assert ended == 0, capsys.readouterr().out
    catalog = Catalog(tmp_path / "templates")
    sample = catalog.sample("bill")
    catalog.validate(catalog.get("bill"), sample)
    text = " ".join(page_texts(printed(renderer(), catalog.get("bill"), sample, context()).pdf))
    for value in texts_of(sample):
        assert value in text


def texts_of(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for each in value.values() for text in texts_of(each)]
    if isinstance(value, list):
        return [text for each in value for text in texts_of(each)]
    return [value] if isinstance(value, str) and not value[:4].isdigit() else []


def imported(tmp_path: Path, html: str) -> tuple[dict[str, bytes], list[str]]:
    told: list[str] = []
    return files_of(page(tmp_path, html), "Bill", told.append), told


def test_places_become_a_schema_and_a_sample(tmp_path: Path) -> None:
    files, _ = imported(tmp_path, PAGES["a print format"])

    assert json.loads(files["sample.json"]) == {
        "doc": {"grand_total": 12.5, "items": [{"item_name": "Item name", "qty": 12.5, "rate": 12.5}] * 2}
    }
    schema = json.loads(files["schema.json"])
    assert schema["properties"]["doc"]["properties"]["items"]["items"]["properties"]["rate"]["type"] == "number"
    assert b"{% set doc = data.doc %}" in files["template.html.j2"]


def test_files_beside_a_page_come_along_and_nothing_else_does(tmp_path: Path) -> None:
    html = PAGES["a document with its style beside it"].replace(
        "<main>", '<main><img src="../../etc/passwd" alt="Crest">'
    )

    files, told = imported(tmp_path, html)

    assert set(files) == {"template.html.j2", "style.css", "schema.json", "sample.json", "logo.png"}
    style = files["style.css"].decode()
    assert 'url("logo.png")' in style
    assert "http" not in style + files["template.html.j2"].decode()
    assert "<script" not in files["template.html.j2"].decode()
    assert "Crest" in files["template.html.j2"].decode()
    assert sorted(each.split(" ")[0] for each in told) == [
        "../../etc/passwd", "1", "http://x.example/a.png", "https://fonts.example/css?family=Lato"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("html", "written", "said"),
    [
        ("<b>{{ a|u.snake }}</b>", "<b>{{ a }}</b>", "there is no filter 'u.snake' here"),
        ("{% if pages|len > 1 %}{{ n }}{% endif %}", "{% if pages| length > 1 %}", ""),
        ("{{ _('Page {0}').format(n) }}", "{% macro _(text) %}{{ text }}{% endmacro %}", ""),
        ("{{ app.utils.day(n) }}", "{{ app.utils.day(n) }}", "app.utils.day(…) on line 1 is code of the other program"),
        ("{% from 'std.html' import head %}{{ head() }}", "std.html", "std.html on line 1 does not come along"),
        (
            "<?xml version='1.0'?><odoo><data><template id='x'><t t-call='y'><p t-field='o.name'>N</p></t></template>",
            "<body>\n<p t-field='o.name'>N</p>\n",
            "places such as t-field=",
        ),
    ],
)
def test_code_of_another_program_is_told_and_leaves_the_page(
    tmp_path: Path, html: str, written: str, said: str
) -> None:
    files, told = imported(tmp_path, html)

    document = files["template.html.j2"].decode()
    assert written.replace(" ", "") in document.replace(" ", "")
    assert any(said in each for each in told) if said else told == []


def test_texts_of_gettext_are_printed_as_they_are(tmp_path: Path) -> None:
    file = page(tmp_path, "<p>{{ _('Page {0} of {1}').format(n, '<b>') }} {{ _('Total: ') + n }}</p>")

    import_page.main([str(file), "--name=bill", f"--folder={tmp_path / 'templates'}", "--read-only"])

    template = Catalog(tmp_path / "templates").get("bill")
    text = " ".join(page_texts(printed(renderer(), template, {"n": "7"}, context()).pdf))
    assert "Page 7 of <b> Total: 7" in text


@pytest.mark.parametrize(
    ("handlebars", "jinja"),
    [
        ("{{{name}}}", "{{ name }}"),
        ("{{#each a.b}}{{x}}{{../y}}{{@index}}{{/each}}",
         "{% for item1 in a.b %}{{ item1.x }}{{ y }}{{ loop.index0 }}{% endfor %}"),
        ("{{#each a}}{{#each b}}{{this}}{{/each}}{{/each}}",
         "{% for item1 in a %}{% for item2 in item1.b %}{{ item2 }}{% endfor %}{% endfor %}"),
        ("{{#if x}}a{{else}}b{{/if}}{{^y}}c{{/y}}", "{% if x %}a{% else %}b{% endif %}{% if not y %}c{% endif %}"),
        ("{{! a remark }}{{> footer}}{{&x}}", "{{ x }}"),
        ("{{formatDate due 'short'}}", "{{ due }}"),
    ],
)  # fmt: skip
def test_handlebars_become_jinja(handlebars: str, jinja: str) -> None:
    assert to_jinja(handlebars, lambda _: None) == jinja


@pytest.mark.parametrize("html", ["{{#each a}}", "{{/if}}{{#x}}{{/x}}", "<p>{% if x %}</p>", "{{ x | }}"])
def test_a_page_that_is_no_template_is_refused_with_what_is_wrong(tmp_path: Path, html: str) -> None:
    with pytest.raises(NotImportableError, match="Mend it, then import again"):
        imported(tmp_path, html)


def test_a_folder_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    (tmp_path / "templates" / "bill").mkdir(parents=True)

    with pytest.raises(SystemExit):
        import_page.main([str(page(tmp_path, "x")), f"--folder={tmp_path / 'templates'}"])
