"""Stacks of an emulator that an older checkout has left behind."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, cast

import pytest
from botocore.stub import Stubber

from tests.unit.stack.compiled import Template
from tests.unit.tools.fake_aws import refusal
from tools.connection import to_emulator
from tools.deploy import DeployError
from tools.deploy.renewal import NotInPlaceError, deploy_whole, failure, without_api
from tools.deploy.stack import Stack

# In a call; a longer one would have to be in a bucket.
MOST_BYTES_OF_A_TEMPLATE = 51_200
TEMPLATE = {
    "Resources": {
        "Api": {"Type": "AWS::ApiGateway::RestApi"},
        "Path": {"Type": "AWS::ApiGateway::Resource", "Properties": {"RestApiId": {"Ref": "Api"}}},
        "Permission": {
            "Type": "AWS::Lambda::Permission",
            "Properties": {"SourceArn": {"Fn::Sub": "arn:${AWS::Region}:${Api}/*"}},
        },
        "AfterPermission": {"Type": "AWS::Logs::LogGroup", "DependsOn": ["Permission"]},
        "ByAttribute": {
            "Type": "AWS::SSM::Parameter",
            "Properties": {"Value": {"Fn::Join": ["/", ["x", {"Fn::GetAtt": ["Api", "RootResourceId"]}]]}},
        },
        "Table": {"Type": "AWS::DynamoDB::Table"},
        "Function": {"Type": "AWS::Lambda::Function", "Properties": {"Table": {"Ref": "Table"}, "Name": "Api"}},
    },
    "Outputs": {"Endpoint": {"Value": {"Fn::Sub": ["${a}", {"a": {"Ref": "Api"}}]}}, "Name": {"Value": "Api"}},
    "Parameters": {"Target": {"Type": "String"}},
}


class OldStack:
    """A stack that becomes whole when the parts ``in_the_way`` have gone; each line of ``told`` is what was done."""

    name = "pressrun-local"

    def __init__(self, *, lacks: str = "", until: str = "", stuck: bool = False) -> None:
        self.told: list[str] = []
        self._lacks, self._until, self._stuck = lacks, until, stuck

    def remove_failed(self) -> None:
        self.told.append("ruins")

    def is_stuck(self) -> bool:
        return self._stuck

    def lacking(self) -> list[str]:
        return [self._lacks] if self._lacks and self._until not in self.told else []

    def template(self) -> Mapping[str, Any]:
        return TEMPLATE

    def update(self, template: str) -> None:
        assert "Api" not in json.loads(template)["Resources"]
        if self._until == "removed":
            raise refusal("ValidationError", "No.")
        self.told.append("without API")

    def remove(self) -> None:
        self.told.append("removed")


def renewed(stack: OldStack, update: Any = None) -> str:
    """Deploy, and return what a person was told."""
    lines: list[str] = []
    deploy_whole(cast("Stack", stack), update or (lambda: stack.told.append("updated")), lines.append)
    return "\n".join(lines)


def test_a_stack_that_can_be_updated_in_place_is() -> None:
    stack = OldStack()

    assert renewed(stack) == ""
    assert stack.told == ["ruins", "updated"]


def test_where_routes_are_in_each_others_way_the_api_alone_is_built_anew() -> None:
    stack = OldStack(lacks="QueuePath", until="without API")

    said = renewed(stack)

    assert stack.told == ["ruins", "updated", "without API", "updated"]
    assert "QueuePath" in said
    assert "All data stay" in said


def test_where_the_api_cannot_be_removed_the_stack_is_built_anew_and_says_what_that_costs() -> None:
    stack = OldStack(lacks="QueuePath", until="removed")

    said = renewed(stack)

    assert stack.told == ["ruins", "updated", "removed", "updated"]
    assert "QueuePath" in said
    assert "No." in said
    assert "are gone" in said


def test_what_lacks_something_even_then_is_built_anew() -> None:
    stack = OldStack(lacks="Topic", until="never")

    assert "Topic could not be updated in place.\n  The stack is built anew" in renewed(stack)
    assert stack.told == ["ruins", "updated", "without API", "updated", "removed", "updated"]


def test_a_stack_that_takes_no_update_is_built_anew() -> None:
    stack = OldStack(stuck=True)

    assert "are gone" in renewed(stack)
    assert stack.told == ["ruins", "removed", "updated"]


def test_a_table_with_another_key_is_built_anew_with_its_stack() -> None:
    stack = OldStack()
    reason = "JobsTable: CloudFormation cannot update a stack when a custom-named resource requires replacing."

    def update() -> None:
        if "removed" not in stack.told:
            raise failure(reason, [reason])
        stack.told.append("updated")

    assert "JobsTable" in renewed(stack, update)
    assert stack.told == ["ruins", "removed", "updated"]


def test_a_mistake_in_a_template_costs_nothing() -> None:
    stack = OldStack()
    error = failure("no such property", ["JobsTable: no such property"])

    def update() -> None:
        raise error

    with pytest.raises(DeployError, match="no such property"):
        renewed(stack, update)

    assert stack.told == ["ruins"]
    assert not isinstance(error, NotInPlaceError)


def test_without_its_api_a_template_has_nothing_that_speaks_of_it() -> None:
    rest = without_api(TEMPLATE)

    assert set(rest["Resources"]) == {"Table", "Function"}
    assert set(rest["Outputs"]) == {"Name"}
    assert rest["Parameters"] == TEMPLATE["Parameters"]


def test_the_stage_keeps_all_its_data_without_its_api(template_of: Callable[..., Template]) -> None:
    resources = template_of("local").body["Resources"]
    rest = without_api({"Resources": resources})["Resources"]

    gone = {resource["Type"] for name, resource in resources.items() if name not in rest}
    nothing_in_them = {"AWS::Lambda::Permission", "AWS::CloudWatch::Alarm", "AWS::Logs::QueryDefinition"}
    assert {each for each in gone if not each.startswith("AWS::ApiGateway::")} <= nothing_in_them
    assert len(json.dumps(rest, separators=(",", ":"))) < MOST_BYTES_OF_A_TEMPLATE


def test_a_stack_lacks_what_has_no_id() -> None:
    stack = Stack("pressrun-local", to_emulator("http://127.0.0.1:1"))
    told = [
        {"LogicalResourceId": name, "PhysicalResourceId": physical, "ResourceType": "A", "ResourceStatus": "B"}
        | {"Timestamp": 0}
        for name, physical in (("Queue", "q-1"), ("Path", ""))
    ]
    with Stubber(stack._client) as stubber:
        stubber.add_response("describe_stack_resources", {"StackResources": told}, {"StackName": "pressrun-local"})

        assert stack.lacking() == ["Path"]
