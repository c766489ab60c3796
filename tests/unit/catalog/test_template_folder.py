"""What is wrong with a template is found when its folder is read, with file and line; it harms no other template."""

from __future__ import annotations

import json
import os
import re
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.catalog.catalog import Catalog
from reports.catalog.json_places import line_of
from reports.catalog.schema_faults import faults_of_schema
from reports.errors import InvalidDataError, TemplateOutOfOrderError, UnknownTemplateError
from tests.builders import a_catalog, write_template
from tests.contracts.values import JSON

GOOD: dict[str, Any] = {
    "title": "Letter",
    "description": "A letter.",
    "type": "object",
    "properties": {"to": {"type": "string"}},
}


def text_of(**changes: Any) -> str:
    return json.dumps({name: value for name, value in (GOOD | changes).items() if value is not None}, indent=1)


def with_property(schema: Any) -> str:
    return text_of(properties={"to": schema})


ROWS = {"kind": "rows", "property": "rows"}
DEEP = "[" * 5000 + "]" * 5000

BAD_SCHEMAS: dict[str, tuple[str | bytes, int | None, str]] = {
    "empty": ("", 1, "Expecting value"),
    "broken": ('{\n "title": "A",\n "description": "B"\n "type": "object"}', 4, "Expecting ',' delimiter"),
    "cut off": (text_of()[:-40], None, "at line"),
    "a list": ("[]", 1, "it is no JSON object"),
    "true": ("true", 1, "it is no JSON object"),
    "latin-1": ('{\n "title": "Brief",\n "description": "Größe"}'.encode("latin-1"), 3, "not text in UTF-8"),
    "utf-16": (text_of().encode("utf-16"), 1, "not text in UTF-8"),
    "a key twice": ('{\n"title": "A",\n"description": "B",\n"title": "C"}', 4, "'title' stands twice"),
    "a key twice, deep": (
        '{"title": "A", "description": "B", "properties": {\n"a": {"type":\n"string",\n"type": 1}}}',
        4,
        "'type' stands twice",
    ),
    "NaN": ('{"title": "A", "description": "B",\n"minimum":\nNaN}', 3, "NaN is not a JSON number"),
    "bottomless": ('{"title": ' + DEEP + "}", None, "100 levels deep"),
    "half a surrogate pair": ('{"title": "A",\n"description": "\\ud800"}', 2, "surrogate"),
    "no title": (text_of(title=None), 1, "it needs a title"),
    "an empty title": (text_of(title=" "), 2, "it needs a title"),
    "no description": (text_of(description=None), 1, "it needs a description"),
    "a number for a title": (text_of(title=7), 2, "it needs a title"),
    "unknown kind": (text_of(**{"x-pressrun": {"kind": "objct"}}), 11, "'objct' is no kind; choose one of 'object'"),
    "a list for a kind": (text_of(**{"x-pressrun": {"kind": ["rows"]}}), 11, "is no kind"),
    "rows without a property": (text_of(**{"x-pressrun": {"kind": "rows"}}), 10, "needs 'property'"),
    "a number for a property": (text_of(**{"x-pressrun": {"kind": "rows", "property": 7}}), 12, "name of a property"),
    "a typo of ours": (text_of(**{"x-pressrun": {"knd": "rows"}}), 11, "there is no such thing"),
    "no object of ours": (text_of(**{"x-pressrun": "rows"}), 10, "has to be an object"),
    "no limit": (text_of(**{"x-pressrun": {"limits": {"pages": 0}}}), 11, "whole numbers from 1 on"),
    "no object of limits": (text_of(**{"x-pressrun": {"limits": [1]}}), 11, "whole numbers from 1 on"),
    "unknown type": (with_property({"type": "sting"}), 7, "'sting' is no type; choose one of array"),
    "a text for required": (text_of(required="to"), 10, "is not of type 'array'"),
    "a text for a number": (with_property({"minLength": "3"}), 7, "is not of type 'integer'"),
    "a pattern that is none": (with_property({"pattern": "("}), 7, "is not a 'regex'"),
    "a list for properties": (text_of(properties=[1]), 5, "has to be an object"),
    "another draft": (text_of(**{"$schema": "http://json-schema.org/draft-07/schema#"}), 10, "2020-12"),
    "no address of a draft": (text_of(**{"$schema": 7}), 10, "2020-12"),
    "a reference into the net": (with_property({"$ref": "http://127.0.0.1:9/x.json"}), 7, "no other is read"),
    "a reference to a file": (with_property({"$ref": "../other/schema.json"}), 7, "no other is read"),
    "a reference to nothing": (with_property({"$ref": "#/$defs/none"}), 7, "leads to nothing"),
    "a reference in a definition": (
        text_of(**{"$defs": {"a": {"items": {"$ref": "file:///x"}}}}),
        13,
        "leads to nothing",
    ),
    "itself": (with_property({"$ref": "#/properties/to"}), 1, "refers to itself without end"),
    "itself by way of others": (
        text_of(**{"$defs": {"a": {"anyOf": [{"$ref": "#/$defs/b"}]}, "b": {"not": {"$ref": "#/$defs/a"}}}}),
        1,
        "refers to itself without end",
    ),
    "rows that are not checked one by one": (
        text_of(properties={"rows": {"uniqueItems": True}}, **{"x-pressrun": ROWS}),
        6,
        "rows are checked one by one, so that it cannot have uniqueItems",
    ),
    "rows that refer to what is not theirs": (
        text_of(
            properties={"a": {"type": "string"}, "rows": {"items": {"$ref": "#/properties/a"}}}, **{"x-pressrun": ROWS}
        ),
        9,
        "leads to nothing",
    ),
    "any rows": (text_of(properties={"rows": True}, **{"x-pressrun": ROWS}), 6, "rows need a schema"),
}
BAD_JSON = {
    name: BAD_SCHEMAS[name] for name in ("empty", "broken", "a list", "latin-1", "a key twice", "NaN", "bottomless")
}


def break_file(folder: Path, file: str, content: str | bytes) -> None:
    (folder / file).write_bytes(content if isinstance(content, bytes) else content.encode("utf-8", "surrogatepass"))


def assert_the_rest_is_in_order(catalog: Catalog) -> None:
    assert catalog.names() == [template.name for template in catalog.all()] == ["letter", "list", "picture"]
    catalog.validate(catalog.get("letter"), {"to": "me"})
    catalog.validate_around_rows(catalog.get("list"), {"rows": []})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a fourth template beside three that are in order."""
    a_catalog(tmp_path)
    write_template(tmp_path, "bad", GOOD)
    return tmp_path / "bad"


def test_a_template_is_in_order_before_it_is_broken(folder: Path) -> None:
    assert Catalog(folder.parent).names() == ["bad", "letter", "list", "picture"]


def refused(folder: Path) -> TemplateOutOfOrderError:
    """Return what is said of the template, and of it alone."""
    catalog = Catalog(folder.parent)
    with pytest.raises(TemplateOutOfOrderError) as caught:
        catalog.get("bad")
    with pytest.raises(TemplateOutOfOrderError):
        catalog.sample("bad")
    with pytest.raises(UnknownTemplateError, match=r"letter, list, picture\.$"):
        catalog.get("none")
    assert_the_rest_is_in_order(catalog)
    assert {fault.file.partition("/")[0] for fault in catalog.faults()} == {"bad"}
    return caught.value


@pytest.mark.parametrize("name", BAD_SCHEMAS)
def test_a_schema_that_is_none_is_named_with_its_line_and_the_reason(folder: Path, name: str) -> None:
    content, line, reason = BAD_SCHEMAS[name]
    break_file(folder, "schema.json", content)

    error = refused(folder)

    place = str(error.detail["place"])
    assert re.fullmatch(r"bad/schema\.json(:\d+)?", place)
    assert reason in error.message
    if line is not None:
        assert place == f"bad/schema.json:{line}", error.message


@pytest.mark.parametrize("file", ["sample.json", "labels.json"])
@pytest.mark.parametrize("name", BAD_JSON)
def test_a_sample_and_labels_that_are_none_are_named_too(folder: Path, file: str, name: str) -> None:
    content, line, reason = BAD_JSON[name]
    break_file(folder, file, content)

    error = refused(folder)

    assert error.detail["place"] == f"bad/{file}" + (f":{line}" if line else "")
    assert reason in error.message


@pytest.mark.parametrize(
    ("labels", "line"),
    [
        ({"en": ["Page"]}, 2),
        ({"en": "Page"}, 2),
        ({"en": {"page": "Page", "of": 3}}, 4),
        ({"en": {"page": {"a": "b"}}}, 3),
    ],
)
def test_labels_are_texts_by_language(folder: Path, labels: object, line: int) -> None:
    break_file(folder, "labels.json", json.dumps(labels, indent=1))

    assert refused(folder).detail["place"] == f"bad/labels.json:{line}"


def put_a_folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def lead_nowhere(path: Path) -> None:
    path.unlink()
    path.symlink_to(path.parent / "none")


def lead_to_itself(path: Path) -> None:
    path.unlink()
    path.symlink_to(path)


@pytest.mark.parametrize("file", ["schema.json", "sample.json"])
@pytest.mark.parametrize("spoil", [Path.unlink, put_a_folder, lead_nowhere, lead_to_itself])
def test_a_file_that_is_not_there_is_named(folder: Path, file: str, spoil: Callable[[Path], None]) -> None:
    (folder / "template.html.j2").write_text("")
    spoil(folder / file)

    assert refused(folder).detail["place"] == f"bad/{file}"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read all files")
def test_a_file_that_may_not_be_read_is_named(folder: Path) -> None:
    (folder / "schema.json").chmod(0)

    assert "Permission denied" in refused(folder).message


@pytest.mark.parametrize("name", ["my template", "a" * 65, "größe", "a\nb", "-a"])
def test_a_folder_whose_name_is_no_name_is_refused(folder: Path, name: str) -> None:
    folder.rename(folder.with_name(name))

    assert [fault.file for fault in Catalog(folder.parent).faults()] == [name]
    assert_the_rest_is_in_order(Catalog(folder.parent))


def test_what_is_no_template_is_passed_over(folder: Path) -> None:
    (folder / "schema.json").unlink()
    for name in ("_parts", ".cache"):
        (folder.parent / name).mkdir()
        (folder.parent / name / "schema.json").write_text("{")
    (folder.parent / "README.md").write_text("")
    (folder.parent / "left" / "__pycache__").mkdir(parents=True)

    assert Catalog(folder.parent).faults() == []
    assert_the_rest_is_in_order(Catalog(folder.parent))


def test_a_byte_order_mark_is_passed_over(folder: Path) -> None:
    for file in ("schema.json", "sample.json"):
        break_file(folder, file, b"\xef\xbb\xbf" + (folder / file).read_bytes())
    break_file(folder, "labels.json", b"\xef\xbb\xbf" + b'{"en": {"page": "Page"}}')

    assert Catalog(folder.parent).faults() == []
    assert Catalog(folder.parent).sample("bad") == {}


def test_all_faults_of_a_template_are_told_at_once(folder: Path) -> None:
    break_file(folder, "schema.json", text_of(title=None, **{"x-pressrun": {"kind": "objct"}, "required": "to"}))
    break_file(folder, "sample.json", "{")
    break_file(folder, "labels.json", "[]")

    assert [fault.file for fault in Catalog(folder.parent).faults()] == [
        *["bad/schema.json"] * 3,
        "bad/sample.json",
        "bad/labels.json",
    ]


def test_a_sample_that_does_not_fit_is_no_reason_to_stop_but_one_to_mend(folder: Path) -> None:
    break_file(folder, "sample.json", '{\n "to":\n  7\n}')
    catalog = Catalog(folder.parent)

    assert catalog.get("bad").name == "bad"
    [fault] = [fault for fault in catalog.faults() if fault.file.startswith("bad/")]

    assert str(fault) == "bad/sample.json:3: /to: 7 is not of type 'string'"


@pytest.mark.parametrize("reference", ["http://{}/x.json", "http://{}/x.json#/a", "//{}/x.json"])
def test_no_reference_is_followed_into_the_net(folder: Path, reference: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        address = f"127.0.0.1:{server.getsockname()[1]}"
        break_file(folder, "schema.json", with_property({"$ref": reference.format(address)}))

        error = refused(folder)

        assert "no other is read" in error.message
        with pytest.raises(BlockingIOError):
            server.accept()


def test_a_schema_that_refers_to_itself_within_its_value_is_one_of_trees(folder: Path) -> None:
    node = {"type": "object", "properties": {"below": {"type": "array", "items": {"$ref": "#/$defs/node"}}}}
    break_file(
        folder, "schema.json", text_of(properties={"tree": {"$ref": "#/$defs/node"}}, **{"$defs": {"node": node}})
    )
    catalog = Catalog(folder.parent)

    catalog.validate(catalog.get("bad"), {"tree": {"below": [{"below": []}]}})
    with pytest.raises(InvalidDataError, match="at /tree/below/0/below"):
        catalog.validate(catalog.get("bad"), {"tree": {"below": [{"below": 7}]}})
    deep: dict[str, Any] = {"below": []}
    for _ in range(400):
        deep = {"below": [deep]}
    with pytest.raises(InvalidDataError, match="nested too deep"):
        catalog.validate(catalog.get("bad"), {"tree": deep})


@given(schema=JSON)
def test_whatever_stands_in_a_schema_is_a_fault_or_holds_data(schema: Any) -> None:
    from reports.catalog.json_schema import validator_of

    if isinstance(schema, dict) and not faults_of_schema(schema):
        values: tuple[Any, ...] = (None, 7, "text", [], {}, {"a": [1]})
        for data in values:
            list(validator_of(schema).iter_errors(data))


WORDS = st.sampled_from(
    ["type", "properties", "items", "$ref", "$defs", "$id", "anyOf", "allOf", "not", "if", "enum", "pattern",
     "required", "additionalProperties", "$dynamicRef", "$anchor", "prefixItems", "dependentSchemas"]
)  # fmt: skip
SCHEMAS = st.recursive(
    st.sampled_from(
        [True, False, "object", "string", "sting", "#", "#/$defs/a", "#/properties/a", "#a", "http://x/y", 7, "("]
    ),
    lambda inner: st.dictionaries(WORDS | st.just("a"), inner, max_size=4) | st.lists(inner, max_size=3),
    max_leaves=12,
)


@given(schema=st.dictionaries(WORDS, SCHEMAS, max_size=5))
def test_a_schema_without_faults_holds_any_data(schema: dict[str, Any]) -> None:
    from reports.catalog.json_schema import validator_of

    if not faults_of_schema(schema):
        values: tuple[Any, ...] = (None, 7, "text", [], [1], {}, {"a": {"a": [1]}})
        for data in values:
            list(validator_of(schema).iter_errors(data))


@given(value=JSON, indent=st.sampled_from([None, 0, 2]))
def test_each_value_of_a_file_is_found_on_its_line(value: Any, indent: int | None) -> None:
    text = json.dumps({"before": 1, "value": value, "after": [value]}, indent=indent)

    lines = text.splitlines()

    found = line_of(text, "/value")
    assert found is not None
    assert '"value":' in lines[found - 1]
    last = line_of(text, "/after/0")
    assert last is not None
    assert found <= last <= len(lines)
