from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tools.emulator import clients, consistency

STACK: Mapping[str, str] = {
    "pressrun": "AWS::ApiGateway::RestApi",
    "pressrun-jobs-local": "AWS::DynamoDB::Table",
    "pressrun-api-role": "AWS::IAM::Role",
    "6b1f": "AWS::Lambda::EventSourceMapping",
    "pressrun-local-api": "AWS::Lambda::Function",
    "pressrun-uploads-local": "AWS::S3::Bucket",
    "arn:aws:sns:us-east-1:000000000000:pressrun-events": "AWS::SNS::Topic",
    "http://127.0.0.1:4566/000000000000/pressrun-render-local": "AWS::SQS::Queue",
    "of a type that nothing depends on": "AWS::Logs::LogGroup",
}


class FakeEmulator:
    """An emulator that has some resources, each with its physical id."""

    def __init__(self, *, says: Mapping[str, str] | None, has: set[str], without_code: bool = False) -> None:
        self._says, self._has, self._code_size = says, has, 0 if without_code else 1_000

    def client(self, _service: str, *, endpoint_url: str) -> FakeEmulator:
        return self

    def describe_stack_resources(self, *, StackName: str) -> Any:  # noqa: N803 - botocore's
        if self._says is None:
            raise ClientError({"Error": {"Code": "ValidationError"}}, StackName)
        return {
            "StackResources": [{"ResourceType": kind, "PhysicalResourceId": name} for name, kind in self._says.items()]
        }

    def list_buckets(self) -> Any:
        return {"Buckets": [{"Name": name} for name in sorted(self._has)]}

    def get_function(self, **names: str) -> Any:
        self._ask(**names)
        return {"Configuration": {"CodeSize": self._code_size}}

    def _ask(self, **names: str) -> None:
        [name] = [value for value in names.values() if isinstance(value, str)]
        if name not in self._has:
            raise ClientError({"Error": {"Code": "NotFound"}}, "Get")

    describe_table = get_role = get_rest_api = get_event_source_mapping = head_bucket = _ask
    get_topic_attributes = get_queue_attributes = _ask


def _lost(monkeypatch: pytest.MonkeyPatch, emulator: FakeEmulator) -> list[str]:
    monkeypatch.setattr(clients, "session", lambda: emulator)
    return consistency.lost("http://127.0.0.1:4566", "pressrun-local")


def test_a_whole_stack_has_lost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _lost(monkeypatch, FakeEmulator(says=STACK, has=set(STACK))) == []


@pytest.mark.parametrize("name", [name for name, kind in STACK.items() if kind != "AWS::Logs::LogGroup"])
def test_each_resource_that_is_gone_is_named(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    emulator = FakeEmulator(says=STACK, has=set(STACK) - {name})

    assert _lost(monkeypatch, emulator) == [f"{STACK[name].removeprefix('AWS::')} {name}"]


def test_a_function_without_its_code_is_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    emulator = FakeEmulator(says=STACK, has=set(STACK), without_code=True)

    assert _lost(monkeypatch, emulator) == ["Lambda::Function pressrun-local-api"]


def test_an_empty_emulator_has_lost_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _lost(monkeypatch, FakeEmulator(says=None, has={"of-somebody-else"})) == []


def test_buckets_without_their_stack_are_what_is_left_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    [missing] = _lost(monkeypatch, FakeEmulator(says=None, has={"pressrun-uploads-local", "pressrun-web-local"}))

    assert missing == "the stack pressrun-local, to which the bucket pressrun-uploads-local belongs,"


def test_a_fault_of_the_emulator_is_no_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(**_: str) -> Any:
        raise ClientError({"Error": {"Code": "ServiceUnavailable"}}, "DescribeStackResources")

    emulator = FakeEmulator(says=STACK, has=set())
    monkeypatch.setattr(emulator, "describe_stack_resources", failing)

    with pytest.raises(ClientError):
        _lost(monkeypatch, emulator)
