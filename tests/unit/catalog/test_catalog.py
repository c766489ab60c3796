from __future__ import annotations

from pathlib import Path

import pytest

from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.catalog.row_schema import RowSchema
from reports.errors import InvalidDataError, TemplateOutOfOrderError, UnknownTemplateError
from reports.render_contract import InputKind, TemplateLimits
from tests.builders import a_catalog, write_template


@pytest.fixture
def catalog(tmp_path: Path) -> Catalog:
    return a_catalog(tmp_path)


def test_templates_are_the_folders_with_a_schema(catalog: Catalog, tmp_path: Path) -> None:
    (tmp_path / "_shared").mkdir()

    assert catalog.names() == ["letter", "list", "picture"]
    assert catalog.get("list").kind is InputKind.ROWS


def test_an_unknown_template_is_told_with_those_that_exist(catalog: Catalog) -> None:
    with pytest.raises(UnknownTemplateError, match="'nope'.*letter, list, picture"):
        catalog.get("nope")


def test_violations_say_where_and_what(catalog: Catalog) -> None:
    with pytest.raises(InvalidDataError) as caught:
        catalog.validate(catalog.get("letter"), {"copies": "two"})

    assert {(v.pointer, v.message) for v in caught.value.violations} == {
        ("", "'to' is a required property"),
        ("/copies", "'two' is not of type 'integer'"),
    }


def test_a_pointer_escapes_what_json_pointers_must() -> None:
    from reports.catalog.violations import json_pointer

    assert json_pointer(["a/b", 3, "c~d"]) == "/a~1b/3/c~0d"


def test_a_violation_does_not_quote_megabytes(catalog: Catalog) -> None:
    with pytest.raises(InvalidDataError) as caught:
        catalog.validate(catalog.get("letter"), {"to": ["x" * 1_000_000]})

    assert caught.value.violations[0].message == "the value is not of type 'string'"


def test_a_template_may_have_limits_of_its_own(tmp_path: Path) -> None:
    write_template(tmp_path, "strict", {"x-pressrun": {"limits": {"seconds": 20, "pages": 3}}})
    write_template(tmp_path, "plain", {})
    catalog = Catalog(tmp_path)

    assert catalog.get("strict").limits == TemplateLimits(seconds=20, pages=3)
    assert catalog.get("plain").limits == TemplateLimits()


@pytest.mark.parametrize("limits", [{"pages": 0}, {"pages": "3"}, {"seconds": True}, {"memory": 5}])
def test_a_limit_that_is_none_is_named_with_its_file(tmp_path: Path, limits: dict[str, object]) -> None:
    write_template(tmp_path, "strict", {"x-pressrun": {"limits": limits}})

    with pytest.raises(TemplateOutOfOrderError, match=r"strict/schema\.json:1: /x-pressrun/limits: x-pressrun\.limits"):
        Catalog(tmp_path).get("strict")


def test_no_more_than_fifty_violations_are_listed(tmp_path: Path) -> None:
    write_template(tmp_path, "strict", {"items": {"type": "string"}})
    catalog = Catalog(tmp_path)

    with pytest.raises(InvalidDataError, match="and 49 more") as caught:
        catalog.validate(catalog.get("strict"), list(range(1000)))

    assert len(caught.value.violations) == 50


@pytest.mark.parametrize("name", Catalog(TEMPLATES).names())
def test_the_sample_of_each_shipped_template_fits_its_schema(name: str) -> None:
    catalog = Catalog(TEMPLATES)

    catalog.validate(catalog.get(name), catalog.sample(name))


def test_a_templates_digest_changes_with_any_of_its_files_and_with_what_templates_share(tmp_path: Path) -> None:
    def digest() -> str:
        catalog = Catalog(tmp_path)
        return catalog.sha256(catalog.get("letter"))

    a_catalog(tmp_path)
    digests = [digest(), digest()]
    (tmp_path / "letter" / "style.css").write_text("p {}")
    digests.append(digest())
    (tmp_path / "_shared").mkdir()
    (tmp_path / "_shared" / "base.css").write_text("p {}")
    digests.append(digest())
    (tmp_path / "list" / "style.css").write_text("p {}")
    (tmp_path / "letter" / "__pycache__").mkdir()
    (tmp_path / "letter" / "__pycache__" / "view.pyc").write_text("compiled")
    digests.append(digest())

    assert [digests.index(each) for each in digests] == [0, 0, 2, 3, 3]


def test_what_is_around_rows_is_held_to_the_schema_without_them(tmp_path: Path) -> None:
    rows = {"type": "array", "minItems": 1, "items": {"required": ["a"]}}
    schema = {"required": ["rows", "title"], "properties": {"rows": rows}}
    write_template(tmp_path, "ledger", {**schema, "x-pressrun": {"kind": "rows", "property": "rows"}})
    catalog = Catalog(tmp_path)
    ledger = catalog.get("ledger")

    found = catalog.validate_around_rows(ledger, {"rows": object(), "title": "T"})

    assert found == RowSchema("ledger", "rows", {"required": ["a"]}, least=1)
    with pytest.raises(InvalidDataError, match="'title' is a required property"):
        catalog.validate_around_rows(ledger, {"rows": object()})
