"""A template that is out of order is refused before anything is packaged, with file, line and reason."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from reports.bootstrap import TEMPLATES
from tests.builders import write_template
from tools import render
from tools.package.build import build
from tools.package.errors import PackageError
from tools.package.targets import target_named
from tools.package.templates import check_templates


@pytest.fixture
def templates(tmp_path: Path) -> Path:
    folder = tmp_path / "templates"
    for name in ("good", "bad"):
        write_template(folder, name, {"type": "object"})
        (folder / name / "template.html.j2").write_text("<p>\n{{ data }}\n")
        (folder / name / "style.css").touch()
    check_templates(folder)
    return folder


@pytest.mark.parametrize(
    ("file", "content", "fault"),
    [
        ("schema.json", b'{\n"title": 1,\n}', "schema.json:3: "),
        ("sample.json", b"[]", "sample.json:1: it is no JSON object"),
        ("labels.json", b'{"en":\n 7}', "labels.json:2: "),
        ("template.html.j2", b"<p>\n{% if data %}\n", "template.html.j2:2:4: 'if' is never closed"),
        (
            "template.html.j2",
            b"<p>\n{{ data | uper }}",
            "template.html.j2:2:11: No filter named 'uper'. Did you mean 'upper'?",
        ),
        ("template.html.j2", b"<p>\nGr\xf6\xdfe", "template.html.j2:2: it is not text in UTF-8"),
        ("part.html.j2", b"{{ .18 }}", "part.html.j2:1:4: "),
        (
            "schema.json",
            b'{"title": "A", "description": "B", "requierd": []}',
            "schema.json:1: 'requierd' is no keyword",
        ),
        ("template.html.j2", b"<p>\n{{ langg }}", "template.html.j2:2:4: 'langg' is undefined. Did you mean 'lang'?"),
        ("style.css", b'@import "base.css";', "style.css:1:9: there is no file 'base.css'"),
        ("template.html.j2", None, "template.html.j2: it is missing"),
        ("schema.json", None, "schema.json: it is missing"),
    ],
)
def test_the_bad_one_alone_is_named(templates: Path, file: str, content: bytes | None, fault: str) -> None:
    path = templates / "bad" / file
    path.unlink() if content is None else path.write_bytes(content)

    with pytest.raises(PackageError) as caught:
        check_templates(templates)

    assert str(caught.value).startswith("These templates are out of order: bad. ")
    assert f"\n  templates/bad/{fault}" in str(caught.value)
    assert "good" not in str(caught.value)


def test_a_document_that_is_a_folder_is_named(templates: Path) -> None:
    (templates / "bad" / "part.html.j2").mkdir()

    with pytest.raises(PackageError, match=r"bad/part\.html\.j2: it is a folder"):
        check_templates(templates)


def test_nothing_is_built_of_such_a_project(templates: Path) -> None:
    (templates / "bad" / "schema.json").write_text("{")

    with pytest.raises(PackageError, match=re.escape("templates/bad/schema.json:1: ")):
        build(templates.parent, target_named("embedded"), templates.parent / "dist")

    assert not (templates.parent / "dist").exists()


def test_the_templates_of_this_project_are_in_order() -> None:
    check_templates(TEMPLATES)


def test_a_report_of_another_template_is_rendered_beside_it(
    templates: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (templates / "bad" / "schema.json").write_text("{")
    (templates / "good" / "template.html.j2").write_text('<html lang="en"><title>T</title><h1>Good</h1>')
    (templates / "good" / "style.css").write_text("")
    monkeypatch.setattr("reports.bootstrap.TEMPLATES", templates)
    data = tmp_path / "data.json"
    data.write_text("{}")

    status = {
        name: render.main([f"--template={name}", f"--data={data}", f"--out={tmp_path / name}.pdf"])
        for name in ("good", "bad")
    }

    assert status == {"good": 0, "bad": 1}
    assert capsys.readouterr().err.startswith("template_out_of_order: The template 'bad' is out of order")
