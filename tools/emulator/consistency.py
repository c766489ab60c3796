"""Find out whether what CloudFormation says of a stack is there, after an emulator may have lost some of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import ClientError

from tools.emulator import clients

if TYPE_CHECKING:
    from mypy_boto3_lambda import LambdaClient

_UNKNOWN_STACK = "ValidationError"


def _function_has_code(client: LambdaClient, name: str) -> None:
    # MiniStack answers for a function without code, too, with words of its own.
    if not client.get_function(FunctionName=name)["Configuration"].get("CodeSize"):
        raise LookupError


# How to ask for a resource by its physical id, for each type whose loss would break the stack.
_QUESTIONS: Mapping[str, tuple[str, Callable[[Any, str], object]]] = {
    "AWS::ApiGateway::RestApi": ("apigateway", lambda client, name: client.get_rest_api(restApiId=name)),
    "AWS::DynamoDB::Table": ("dynamodb", lambda client, name: client.describe_table(TableName=name)),
    "AWS::IAM::Role": ("iam", lambda client, name: client.get_role(RoleName=name)),
    "AWS::Lambda::EventSourceMapping": (
        "lambda",
        lambda client, name: client.get_event_source_mapping(UUID=name),
    ),
    "AWS::Lambda::Function": ("lambda", _function_has_code),
    "AWS::S3::Bucket": ("s3", lambda client, name: client.head_bucket(Bucket=name)),
    "AWS::SNS::Topic": ("sns", lambda client, name: client.get_topic_attributes(TopicArn=name)),
    "AWS::SQS::Queue": ("sqs", lambda client, name: client.get_queue_attributes(QueueUrl=name)),
}


def lost(endpoint_url: str, stack_name: str) -> list[str]:
    """Return what is missing, as words for a person. An emulator with nothing in it has lost nothing."""
    session = clients.session()

    def client(service: str) -> Any:
        return session.client(service, endpoint_url=endpoint_url)  # type: ignore[call-overload]

    resources = _resources(session, endpoint_url, stack_name)
    if resources is None:
        buckets = [bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]]
        ours = [name for name in buckets if name.startswith("pressrun-")]
        return [f"the stack {stack_name}, to which the bucket {name} belongs," for name in ours[:1]]
    missing = []
    for kind, name in resources:
        if kind in _QUESTIONS:
            service, ask = _QUESTIONS[kind]
            try:
                ask(client(service), name)
            except (ClientError, LookupError):
                missing.append(f"{kind.removeprefix('AWS::')} {name}")
    return missing


def _resources(session: boto3.Session, endpoint_url: str, stack_name: str) -> list[tuple[str, str]] | None:
    """Return the types and physical ids of a stack's resources; None without a stack."""
    client = session.client("cloudformation", endpoint_url=endpoint_url)
    try:
        found = client.describe_stack_resources(StackName=stack_name)["StackResources"]
    except ClientError as error:
        if error.response["Error"]["Code"] != _UNKNOWN_STACK:
            raise
        return None
    return [(resource["ResourceType"], resource["PhysicalResourceId"]) for resource in found]
