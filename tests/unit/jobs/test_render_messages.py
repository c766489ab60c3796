from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.errors import MalformedMessageError
from reports.jobs.render_messages import VERSIONS, DirectRequest, RenderReport, UploadedFile, encode, parse
from tests.builders import notification
from tests.contracts.values import JSON

DIRECT = {"door": "queue", "tenant": "demo"}
EVENTS = Path(__file__).resolve().parents[2] / "events"


def uploads(*records: object) -> tuple[object, ...]:
    return parse("m", json.dumps({"Records": records}), {})


@pytest.mark.parametrize("version", VERSIONS)
def test_a_message_of_ours_names_its_job(version: int) -> None:
    assert parse("m", encode("job-1", version), {}) == (RenderReport("job-1"),)


@pytest.mark.parametrize("version", [0, 6, "1", 1.5, None, [1]])
def test_a_message_of_an_unknown_version_says_so(version: object) -> None:
    with pytest.raises(MalformedMessageError) as caught:
        parse("m", json.dumps({"v": version, "job_id": "job-1"}), {})

    assert caught.value.message == f"The message has the version {version!r}; this worker knows 1, 2, 3, 4, 5."


def test_a_direct_message_takes_its_id_from_api_gateway() -> None:
    assert parse("m", "{}", {**DIRECT, "request_id": "req"}) == (DirectRequest("req", "{}", "demo"),)


def test_a_direct_message_without_a_request_id_takes_the_message_id() -> None:
    assert parse("m", "{}", DIRECT) == (DirectRequest("m", "{}", "demo"),)


@pytest.mark.parametrize(
    "body", [encode("victim"), json.dumps({"Records": [notification("uploads/x/y/z")]}), "no JSON"]
)
def test_a_direct_message_cannot_pretend_to_be_another_kind(body: str) -> None:
    assert parse("m", body, {**DIRECT, "request_id": "req"}) == (DirectRequest("req", body, "demo"),)


@pytest.mark.parametrize("tenant", [{}, {"tenant": ""}, {"tenant": "../x"}, {"tenant": "-"}, {"tenant": "Demo"}])
def test_a_direct_message_of_no_tenant_is_no_request(tenant: dict[str, str]) -> None:
    with pytest.raises(MalformedMessageError, match="names no tenant"):
        parse("m", "{}", {"door": "queue", **tenant})


def test_the_test_event_of_s3_asks_for_nothing() -> None:
    assert parse("m", (EVENTS / "s3_test_event.json").read_text(), {}) == ()


def test_a_recorded_notification_of_aws_is_understood() -> None:
    assert parse("m", (EVENTS / "s3_put.json").read_text(), {}) == (
        UploadedFile(
            "pressrun-uploads", "uploads/demo/table/Umsätze Q1+Q2 100%.csv", "096fKKXTRTtl3on89fVO.nfljtsv6qko", 1024
        ),
    )


@pytest.mark.parametrize(
    "event", ["ObjectCreated:Put", "ObjectCreated:Post", "ObjectCreated:Copy", "ObjectCreated:CompleteMultipartUpload",
              "s3:ObjectCreated:Put"],
)  # fmt: skip
@pytest.mark.parametrize("key", ["a b.csv", "a+b.csv", "100%.csv", "ä/日本.csv", "%41.csv", "a%2Bb.csv"])
def test_any_way_of_upload_and_any_key_is_understood(event: str, key: str) -> None:
    assert uploads(notification(f"uploads/demo/table/{key}", event=event)) == (
        UploadedFile("uploads-bucket", f"uploads/demo/table/{key}", "v1", 10),
    )


def test_removals_and_folders_ask_for_nothing() -> None:
    assert uploads(notification("uploads/a/b/c", event="ObjectRemoved:Delete"), notification("uploads/a/b/")) == ()


def test_one_notification_may_tell_of_several_files() -> None:
    assert len(uploads(notification("uploads/a/b/c"), notification("uploads/a/b/d"))) == 2


@pytest.mark.parametrize(
    "body",
    ["", "no JSON", "[]", "{}", '{"v": 2}', '{"v": 1}', '{"v": 1, "job_id": 7}',
     '{"Records": [{"eventName": "ObjectCreated:Put"}]}', '{"Records": [7]}', '{"Records": {}}',
     '{"Records": [{"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": "b"}, "object": {"key": 7}}}]}'],
)  # fmt: skip
def test_any_other_message_is_malformed(body: str) -> None:
    with pytest.raises(MalformedMessageError):
        parse("m", body, {})


@given(st.text() | JSON.map(json.dumps) | JSON.map(lambda value: json.dumps({"Records": [value]})))
def test_no_message_breaks_the_reader(body: str) -> None:
    try:
        parse("m", body, {})
    except MalformedMessageError as error:
        assert error.message
