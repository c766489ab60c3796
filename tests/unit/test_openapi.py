"""Hold docs/openapi.json to the code, and the code to it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from reports.jobs.request import ReportOptions
from tests.openapi import described, validator
from tests.unit.test_docs import DIRECT_DOOR, problem_codes
from tools.openapi.document import TARGET, text
from tools.openapi.problems import by_code, of_gateway

DOCUMENT = described()
OPERATIONS = [
    pytest.param(operation, id=operation["operationId"])
    for methods in DOCUMENT["paths"].values()
    for operation in methods.values()
]


def contents(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield what an operation takes and answers, each with a name."""
    if "requestBody" in operation:
        yield "body", operation["requestBody"]["content"]["application/json"]
    for status, response in operation["responses"].items():
        for content in response.get("content", {}).values():
            yield status, content


def referred(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        yield from ([value["$ref"]] if isinstance(value.get("$ref"), str) else [])
        for each in value.values():
            yield from referred(each)
    elif isinstance(value, list):
        for each in value:
            yield from referred(each)


def undescribed(part: object, path: str = "", described: bool = False) -> Iterator[str]:
    """Yield the places of patterns that neither they nor what they belong to describe."""
    items = part.items() if isinstance(part, dict) else enumerate(part) if isinstance(part, list) else ()
    if isinstance(part, dict):
        described = isinstance(part.get("description"), str) or (described and "properties" not in part)
        if isinstance(part.get("pattern"), str) and not described:
            yield path
    for key, below in items:
        yield from undescribed(below, f"{path}/{key}", described and key in ("anyOf", "schema", 0, 1))


def test_each_regular_expression_stands_beside_words_that_say_the_same() -> None:
    assert list(undescribed(DOCUMENT)) == []


def test_the_committed_document_is_what_the_code_says() -> None:
    assert TARGET.read_text("utf-8") == text(), "run: make openapi"


def test_every_reference_leads_to_something() -> None:
    references = set(referred(DOCUMENT))
    assert len(references) > 50

    for reference in references:
        place: Any = DOCUMENT
        for step in reference.removeprefix("#/").split("/"):
            assert step in place, reference
            place = place[step]


def test_all_that_is_defined_is_used() -> None:
    used = set(referred(DOCUMENT))
    problems = {f"problem.{code}" for code in ("method_not_allowed",)}

    unused = [
        f"#/components/{kind}/{name}"
        for kind, components in DOCUMENT["components"].items()
        if kind != "securitySchemes"
        for name in components
        if f"#/components/{kind}/{name}" not in used and name.rpartition(".")[0] not in problems
    ]

    assert unused == []


@pytest.mark.gate
def test_every_schema_is_one_of_json_schema() -> None:
    assert DOCUMENT["components"]["schemas"]
    for schema in DOCUMENT["components"]["schemas"].values():
        jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_example_fits_its_schema(operation: dict[str, Any]) -> None:
    examples = DOCUMENT["components"]["examples"]

    for place, content in contents(operation):
        for shown in content.get("examples", {}).values():
            value = examples[shown["$ref"].rpartition("/")[2]]["value"]
            faults = [error.message for error in validator(content["schema"]).iter_errors(value)]
            assert faults == [], (place, shown)


@pytest.mark.parametrize("operation", OPERATIONS)
def test_every_json_body_and_every_problem_has_an_example(operation: dict[str, Any]) -> None:
    for place, content in contents(operation):
        if "$ref" in content["schema"] and operation["operationId"] != "queue_report":
            assert content["examples"], place


def test_every_code_of_a_problem_has_an_example() -> None:
    assert problem_codes() <= by_code().keys() | of_gateway().keys()
    shown = {problem.code for problems in by_code().values() for problem in problems} | of_gateway().keys()
    assert {
        example.split(".")[1] for example in DOCUMENT["components"]["examples"] if example.startswith("problem.")
    } == (shown - {"refused"})


@pytest.mark.parametrize("operation", OPERATIONS)
def test_whatever_asks_who_is_there_says_so(operation: dict[str, Any]) -> None:
    is_open = operation["operationId"] in ("health", "get_openapi", "get_docs", "get_docs_file", "get_receipt_keys")

    assert operation["security"] == [] if is_open else list(operation["security"][0]) == ["bearer"]
    assert is_open or operation["operationId"] == "queue_report" or {"401", "403"} <= operation["responses"].keys()


def test_the_direct_door_is_described() -> None:
    method, path = DIRECT_DOOR

    assert DOCUMENT["paths"][path][method.lower()]["operationId"] == "queue_report"


@pytest.mark.parametrize("name", Catalog(TEMPLATES).names())
def test_the_sample_of_a_template_is_a_request_by_the_document(name: str) -> None:
    request = validator({"$ref": "#/components/schemas/ReportRequest"})
    sample = Catalog(TEMPLATES).sample(name)

    assert request.is_valid({"template": name, "data": sample})
    assert not request.is_valid({"template": "No such", "data": sample})
    assert not request.is_valid({"template": name, "data": {}})
    assert not request.is_valid({"template": name, "data": sample, "tenant": "other"})


@pytest.mark.parametrize("name", ["receipt", "receipt@3"])
def test_a_report_of_a_template_of_your_own_is_a_request_by_the_document(name: str) -> None:
    request = validator({"$ref": "#/components/schemas/ReportRequest"})

    assert request.is_valid({"template": name, "data": {"anything": 1}})
    assert not request.is_valid({"template": name, "data": {}, "tenant": "other"})


@given(
    st.text(st.characters(categories=["L", "N", "P", "Z", "Cc"]), max_size=8)
    | st.text('ab./\\:*?"<>|\x7f ', max_size=4)
)
def test_the_document_allows_the_filenames_that_are_allowed(filename: str) -> None:
    # For Python's `$`, unlike that of JSON Schema, what follows may be a line's end.
    assume(not filename.endswith("\n"))
    options = validator({"$ref": "#/components/schemas/ReportOptions"})

    try:
        ReportOptions(filename=filename)
    except ValidationError:
        is_allowed = False
    else:
        is_allowed = True

    assert options.is_valid({"filename": filename}) is is_allowed


def test_the_document_is_no_larger_than_a_page_may_be() -> None:
    assert len(json.dumps(DOCUMENT)) < 300_000
