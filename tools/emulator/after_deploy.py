"""Apply what MiniStack's CloudFormation drops without a word: request validators and the table's time to live.

All of it is read from the deployed template, so that nothing is said twice. On LocalStack and on AWS there is nothing
left to do.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, cast

import boto3

from tools.emulator import clients

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_dynamodb import DynamoDBClient


class _Stack:
    """Read a deployed stack: its template, and the physical ids behind the template's names."""

    def __init__(self, session: boto3.Session, endpoint_url: str, name: str) -> None:
        client = session.client("cloudformation", endpoint_url=endpoint_url)
        template = cast("Mapping[str, Any]", client.get_template(StackName=name)["TemplateBody"])
        self._resources: Mapping[str, Any] = template["Resources"]
        self._physical = {
            resource["LogicalResourceId"]: resource["PhysicalResourceId"]
            for resource in client.describe_stack_resources(StackName=name)["StackResources"]
        }

    def of_type(self, kind: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
        """Yield the physical id and the properties of each resource of a type."""
        for name, resource in self._resources.items():
            # A condition may have left it out.
            if resource["Type"] == kind and name in self._physical:
                yield self._physical[name], resource["Properties"]

    def properties(self, reference: Mapping[str, str]) -> Mapping[str, Any]:
        """Return the properties of the resource that a ``Ref`` names."""
        return cast("Mapping[str, Any]", self._resources[reference["Ref"]]["Properties"])

    def physical(self, reference: Mapping[str, str]) -> str:
        """Return the physical id of the resource that a ``Ref`` names."""
        return self._physical[reference["Ref"]]


def complete(endpoint_url: str, stack_name: str, *, stage: str) -> list[str]:
    """Apply what is missing, and return what was applied, as lines for a person. Doing it again changes nothing."""
    session = clients.session()
    stack = _Stack(session, endpoint_url, stack_name)
    return [
        *_validate_requests(stack, session.client("apigateway", endpoint_url=endpoint_url), stage),
        *_expire_items(stack, session.client("dynamodb", endpoint_url=endpoint_url)),
    ]


def _validate_requests(stack: _Stack, client: APIGatewayClient, stage: str) -> Iterator[str]:
    apis: set[str] = set()
    for _, method in stack.of_type("AWS::ApiGateway::Method"):
        if "RequestValidatorId" not in method:
            continue
        api = stack.physical(method["RestApiId"])
        validator = _validator(client, api, stack.properties(method["RequestValidatorId"]))
        resource = stack.physical(method["ResourceId"])
        current = client.get_method(restApiId=api, resourceId=resource, httpMethod=method["HttpMethod"])
        if current.get("requestValidatorId") == validator:
            continue
        client.update_method(
            restApiId=api,
            resourceId=resource,
            httpMethod=method["HttpMethod"],
            patchOperations=[{"op": "replace", "path": "/requestValidatorId", "value": validator}],
        )
        apis.add(api)
        path = client.get_resource(restApiId=api, resourceId=resource)["path"]
        yield f"the bodies of {method['HttpMethod']} {path} are validated"
    for api in apis:
        # A stage serves the snapshot that was taken before.
        client.create_deployment(restApiId=api, stageName=stage)


def _validator(client: APIGatewayClient, api: str, wanted: Mapping[str, Any]) -> str:
    for validator in client.get_request_validators(restApiId=api)["items"]:
        if validator.get("name") == wanted["Name"]:
            return validator["id"]
    return client.create_request_validator(
        restApiId=api,
        name=wanted["Name"],
        validateRequestBody=wanted["ValidateRequestBody"],
        validateRequestParameters=wanted["ValidateRequestParameters"],
    )["id"]


def _expire_items(stack: _Stack, client: DynamoDBClient) -> Iterator[str]:
    for table, properties in stack.of_type("AWS::DynamoDB::Table"):
        wanted = properties.get("TimeToLiveSpecification")
        state = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
        if wanted and state.get("TimeToLiveStatus") != "ENABLED":
            client.update_time_to_live(
                TableName=table,
                TimeToLiveSpecification={"AttributeName": wanted["AttributeName"], "Enabled": wanted["Enabled"]},
            )
            yield f"items of {table} expire"
