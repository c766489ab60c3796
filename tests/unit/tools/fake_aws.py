"""An account of AWS as boto3 shows it, kept in memory: no call leaves the process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, cast

import boto3
from botocore.exceptions import ClientError, WaiterError

from tools.connection import Connection

REGION, ACCOUNT = "eu-central-1", "123456789012"


def refusal(code: str, message: str = "", operation: str = "Call") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


class FakeClient:
    """What the clients here have in common: paginators that give everything on pages of one."""

    def get_paginator(self, operation: str) -> FakePaginator:
        return FakePaginator(getattr(self, f"_{operation}"))


class FakePaginator:
    """Pages of one item each."""

    def __init__(self, listed: Any) -> None:
        self._listed = listed

    def paginate(self, **query: Any) -> Iterator[dict[str, Any]]:
        name, items = self._listed(**query)
        for item in items:
            yield {name: [item]}


class FakeS3(FakeClient):
    """Buckets with versions. ``page`` is how many of them a list shows at once."""

    def __init__(self, *, page: int = 3) -> None:
        self.buckets: dict[str, list[dict[str, str]]] = {}
        self.undeletable: set[str] = set()
        self._page = page

    def put(self, bucket: str, key: str, *versions: str, mark: str | None = None) -> None:
        kept = self.buckets.setdefault(bucket, [])
        kept += [{"kind": "Versions", "Key": key, "VersionId": version} for version in versions]
        kept += [] if mark is None else [{"kind": "DeleteMarkers", "Key": key, "VersionId": mark}]

    def list_object_versions(self, *, Bucket: str, MaxKeys: int) -> dict[str, Any]:  # noqa: N803 - boto3's names
        if Bucket not in self.buckets:
            raise refusal("NoSuchBucket")
        shown = self.buckets[Bucket][: min(self._page, MaxKeys)]
        return {
            kind: [{"Key": e["Key"], "VersionId": e["VersionId"]} for e in shown if e["kind"] == kind]
            for kind in {entry["kind"] for entry in shown}
        }

    def delete_objects(self, *, Bucket: str, Delete: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803
        assert 0 < len(Delete["Objects"]) <= 1000
        errors = [{**one, "Message": "Access Denied"} for one in Delete["Objects"] if one["Key"] in self.undeletable]
        gone = [(one["Key"], one["VersionId"]) for one in Delete["Objects"] if one["Key"] not in self.undeletable]
        self.buckets[Bucket] = [e for e in self.buckets[Bucket] if (e["Key"], e["VersionId"]) not in gone]
        return {"Errors": errors} if errors else {}


class FakeCloudFormation(FakeClient):
    """One stack. It refuses to go while a bucket that goes with it has something in it, as AWS does."""

    def __init__(self, s3: FakeS3, name: str, template: dict[str, Any] | None) -> None:
        self.template = template
        self.protected = False
        self.parameters: dict[str, str] = {}
        self.before_deletion: list[Any] = []
        self._s3, self._name = s3, name
        self._events: list[dict[str, str]] = []

    def describe_stacks(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        if self.template is None or StackName != self._name:
            raise refusal("ValidationError", f"Stack with id {StackName} does not exist", "DescribeStacks")
        parameters = [{"ParameterKey": k, "ParameterValue": v} for k, v in self.parameters.items()]
        stack = {"StackStatus": "CREATE_COMPLETE", "EnableTerminationProtection": self.protected}
        return {"Stacks": [{**stack, "Parameters": parameters, "Outputs": []}]}

    def describe_stack_resource(self, *, StackName: str, LogicalResourceId: str) -> dict[str, Any]:  # noqa: N803
        if self.template is None or LogicalResourceId not in self.template["Resources"]:
            raise refusal("ValidationError", f"Resource {LogicalResourceId} does not exist for stack {StackName}")
        return {"StackResourceDetail": {"ResourceStatus": "CREATE_COMPLETE"}}

    def get_template(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        return {"TemplateBody": self.template}

    def describe_stack_events(self, *, StackName: str) -> dict[str, Any]:  # noqa: N803
        return {"StackEvents": self._events[::-1]}

    def update_termination_protection(self, *, StackName: str, EnableTerminationProtection: bool) -> None:  # noqa: N803
        self.protected = EnableTerminationProtection

    def delete_stack(self, *, StackName: str) -> None:  # noqa: N803
        assert not self.protected, "AWS refuses to delete a protected stack"
        for happens in self.before_deletion[:1]:
            happens()
        del self.before_deletion[:1]
        assert self.template is not None
        self._events = [{"ResourceStatus": "DELETE_IN_PROGRESS", "LogicalResourceId": self._name}]
        for name, resource in self.template["Resources"].items():
            stays = resource.get("DeletionPolicy", "Delete") != "Delete"
            if resource["Type"] == "AWS::S3::Bucket" and not stays and self._s3.buckets.get(name):
                self._events.append(
                    {
                        "ResourceStatus": "DELETE_FAILED",
                        "LogicalResourceId": name,
                        "ResourceType": resource["Type"],
                        "ResourceStatusReason": "The bucket you tried to delete is not empty",
                    }
                )
        if len(self._events) == 1:
            self.template = None

    def get_waiter(self, name: str) -> FakeCloudFormation:
        assert name == "stack_delete_complete"
        return self

    def wait(self, **_: Any) -> None:
        if self.template is not None:
            raise WaiterError("StackDeleteComplete", "Waiter encountered a terminal failure state", {})

    def _list_stack_resources(self, *, StackName: str) -> tuple[str, list[dict[str, str]]]:  # noqa: N803
        assert self.template is not None
        return "StackResourceSummaries", [
            {"LogicalResourceId": name, "PhysicalResourceId": name, "ResourceStatus": "CREATE_COMPLETE"}
            for name in self.template["Resources"]
        ]


class FakeSSM(FakeClient):
    """Parameters by name."""

    def __init__(self, **kept: str) -> None:
        self.kept = dict(kept)

    def get_parameter(self, *, Name: str) -> dict[str, Any]:  # noqa: N803
        if Name not in self.kept:
            raise refusal("ParameterNotFound")
        return {"Parameter": {"Value": self.kept[Name]}}

    def delete_parameters(self, *, Names: list[str]) -> None:  # noqa: N803
        assert 0 < len(Names) <= 10
        for name in Names:
            del self.kept[name]

    def _get_parameters_by_path(self, *, Path: str, Recursive: bool = False) -> tuple[str, list[dict[str, str]]]:  # noqa: N803
        below = [name for name in self.kept if name.startswith(Path + "/")]
        return "Parameters", [{"Name": name} for name in below if Recursive or "/" not in name[len(Path) + 1 :]]


class FakeGateway(FakeClient):
    """The usage plan of a stage, and keys in it: names by id."""

    def __init__(self, plan: str, **keys: str) -> None:
        self.plan, self.keys = plan, dict(keys)

    def delete_api_key(self, *, apiKey: str) -> None:  # noqa: N803
        del self.keys[apiKey]

    def _get_usage_plans(self) -> tuple[str, list[dict[str, str]]]:
        return "items", [{"name": self.plan, "id": "plan"}]

    def _get_usage_plan_keys(self, *, usagePlanId: str) -> tuple[str, list[dict[str, str]]]:  # noqa: N803
        assert usagePlanId == "plan"
        return "items", [{"id": key, "name": name} for key, name in self.keys.items()]


class FakeLambda:
    """Functions by name with their variables, and a limit of executions."""

    def __init__(self, limit: int | ClientError = 1000, **variables: str) -> None:
        self.limit, self.variables = limit, variables

    def get_account_settings(self) -> dict[str, Any]:
        if isinstance(self.limit, ClientError):
            raise self.limit
        limits = {"ConcurrentExecutions": self.limit, "UnreservedConcurrentExecutions": self.limit}
        return {"AccountLimit": limits}

    def get_function_configuration(self, *, FunctionName: str) -> dict[str, Any]:  # noqa: N803
        if not self.variables:
            raise refusal("ResourceNotFoundException", f"Function not found: {FunctionName}")
        return {"Environment": {"Variables": self.variables}}


class FakeSession:
    """A session of boto3's whose clients are those above."""

    region_name = REGION

    def __init__(self, **clients: Any) -> None:
        self._clients = clients
        self.asked: list[tuple[str, str]] = []

    def client(self, service: str, *, region_name: str, **_: Any) -> Any:
        self.asked.append((service, region_name))
        return self._clients[service]

    def get_credentials(self) -> object:
        return object()


def connection(**clients: Any) -> Connection:
    """Return a connection to an account on AWS that has these services."""
    session = cast("boto3.Session", FakeSession(**clients))
    return Connection(session, REGION, account=ACCOUNT, caller=f"arn:aws:iam::{ACCOUNT}:user/me")
