"""Templates as programs, which packages have."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from reports.engine.templating.compiled import program_of, write_program
from reports.engine.templating.template_code import MAIN, environment_of, load_template_code
from reports.errors import TemplateBrokenError
from tests.unit.engine.rendering import NAMES, TEMPLATES, context, printed, renderer, sample, template
from tools.fuzz.renderers import HTMLRenderer


@pytest.fixture(scope="module")
def templates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the templates, and compile each as a package does."""
    copy = tmp_path_factory.mktemp("compiled") / "templates"
    shutil.copytree(TEMPLATES, copy, ignore=shutil.ignore_patterns("__pycache__"))
    for each in sorted(copy.rglob("*.html.j2")):
        write_program(environment_of(each.parent), each)
    return copy


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Lay out a template whose program is of the text "from the program"."""
    (tmp_path / "style.css").write_text("", "utf-8")
    (tmp_path / MAIN).write_text("from the program", "utf-8")
    write_program(environment_of(tmp_path), tmp_path / MAIN)
    return tmp_path


@pytest.mark.parametrize("name", NAMES)
def test_a_compiled_template_makes_the_same_document(templates: Path, name: str) -> None:
    compiled, plain = (
        printed(HTMLRenderer(), template(folder / name), sample(name), context()) for folder in (templates, TEMPLATES)
    )

    assert compiled.pdf == plain.pdf
    assert compiled.files == plain.files


def test_a_compiled_template_makes_the_same_long_table(templates: Path) -> None:
    rows = [{"city": "Oslo", "rain": number} for number in range(300)]

    compiled, plain = (
        printed(renderer(), template(folder / "table"), {"rows": rows}, context()) for folder in (templates, TEMPLATES)
    )

    assert compiled.layout["path"] == "long_table"
    assert compiled.sha256 == plain.sha256


def test_a_program_is_what_is_run(folder: Path) -> None:
    program = program_of(folder / MAIN)
    program.write_text(program.read_text("utf-8").replace("from the program", "from another one"), "utf-8")

    assert load_template_code(folder).html({}, context()) == "from another one"


def test_a_program_of_an_older_template_is_passed_over(folder: Path) -> None:
    (folder / MAIN).write_text("from the template", "utf-8")

    assert load_template_code(folder).html({}, context()) == "from the template"


def test_the_same_template_makes_the_same_program(folder: Path) -> None:
    program = program_of(folder / MAIN)
    first = program.read_bytes()

    write_program(environment_of(folder), folder / MAIN)

    assert program.read_bytes() == first
    assert str(folder).encode() not in first


def test_an_error_in_a_program_names_the_line_of_the_template(folder: Path) -> None:
    (folder / MAIN).write_text("one\ntwo\n{{ data.nothing }}", "utf-8")
    write_program(environment_of(folder), folder / MAIN)

    with pytest.raises(TemplateBrokenError, match=rf"in {folder.name}/{MAIN}, line 3: 'dict object' has no"):
        printed(renderer(), template(folder), {}, context())
