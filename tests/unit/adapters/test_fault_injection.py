from __future__ import annotations

from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EndpointConnectionError

from reports.adapters import fault_injection
from reports.adapters.fault_injection import Faults

PLAN = '{"kill": true}'
# Nothing listens there, so a call that no fault answers ends in an EndpointConnectionError.
NOWHERE = "http://127.0.0.1:1"
CALLS: dict[str, tuple[str, dict[str, Any]]] = {
    "s3": ("put_object", {"Bucket": "b-1", "Key": "k", "Body": b""}),
    "dynamodb": ("get_item", {"TableName": "t-1", "Key": {"k": {"S": "v"}}}),
    "sqs": ("send_message", {"QueueUrl": f"{NOWHERE}/q", "MessageBody": "m"}),
    "sns": ("publish", {"TopicArn": "arn:aws:sns:us-east-1:000000000000:t", "Message": "m"}),
    "ses": ("get_send_quota", {}),
    "ssm": ("get_parameter", {"Name": "p"}),
}


@pytest.mark.parametrize("stage", ["dev", "prod", "", "LOCAL", "local2"])
def test_nothing_goes_wrong_on_purpose_on_any_stage_but_local(stage: str) -> None:
    assert Faults.of(stage, PLAN) is None
    assert Faults.of("local", PLAN) is not None
    assert Faults.of("local", "") is None


@pytest.fixture
def short_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fault_injection, "_SLOW_SECONDS", 0.01)
    return


def failing(service: str, **plan: Any) -> Any:
    config = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=1)
    keys = {"aws_access_key_id": "x", "aws_secret_access_key": "x"}
    client = boto3.client(service, region_name="us-east-1", endpoint_url=NOWHERE, config=config, **keys)  # type: ignore[call-overload]
    return Faults({"services": {service: plan}}).in_client(service, client)


def call(client: Any, service: str) -> str:
    name, parameters = CALLS[service]
    try:
        getattr(client, name)(**parameters)
    except EndpointConnectionError:
        return "went out"
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    raise AssertionError("nobody can have answered")


@pytest.mark.gate
@pytest.mark.parametrize("service", CALLS)
def test_a_client_meets_the_faults_that_its_service_has(service: str, short_pause: None) -> None:
    throttled = {"dynamodb": "ProvisionedThroughputExceededException", "s3": "SlowDown"}

    assert call(failing(service, kind="throttled"), service) == throttled.get(service, "ThrottlingException")
    assert call(failing(service, kind="error"), service) == "InternalError"
    assert call(failing(service, kind="slow"), service) == "went out"


@pytest.mark.gate
def test_each_third_call_fails() -> None:
    client = failing("dynamodb", kind="error", every=3)

    assert [call(client, "dynamodb") for _ in range(6)] == ["went out", "went out", "InternalError"] * 2


@pytest.mark.gate
def test_a_share_of_the_calls_fails_and_the_same_seed_has_the_same_fail() -> None:
    runs = [failing("dynamodb", kind="error", share=0.5, seed=3) for _ in range(2)]

    first, second = ([call(client, "dynamodb") for _ in range(30)] for client in runs)

    assert first == second
    assert 5 < first.count("InternalError") < 25


@pytest.mark.gate
def test_a_service_may_fail_in_several_ways(short_pause: None) -> None:
    client = failing("s3", kind=["throttled", "error", "slow"], seed=1)

    assert {call(client, "s3") for _ in range(30)} == {"SlowDown", "InternalError", "went out"}
