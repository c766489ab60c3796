"""A release that reaches a tenth of the calls first, and goes back by alarms."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.unit.stack.compiled import Template

# That callers or queues invoke.
INVOKED = {"Api", "Authorizer", "Notify", "Render"}
CALLERS = (
    "AWS::ApiGateway::Authorizer",
    "AWS::ApiGateway::Method",
    "AWS::Events::Rule",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Permission",
)


@pytest.fixture
def canary(template_of: Callable[..., Template]) -> Template:
    return template_of("prod", canary="on")


def mentioned(value: Any) -> Iterator[str]:
    """Yield the logical ids that a value refers to."""
    match value:
        case {"Fn::GetAtt": [str(name), *_]} | {"Ref": str(name)}:
            yield name
        case dict() | list():
            for inner in value.values() if isinstance(value, dict) else value:
                yield from mentioned(inner)


def test_callers_reach_what_is_invoked_by_its_alias_alone(
    canary: Template, template_of: Callable[..., Template]
) -> None:
    def functions_of(template: Template, suffix: str) -> set[str]:
        found = {name for kind in CALLERS for each in template.of_type(kind).values() for name in mentioned(each)}
        return {name.removesuffix(suffix) for name in found if name.endswith(suffix)}

    assert functions_of(canary, "Alias") == INVOKED
    assert functions_of(canary, "LambdaFunction") == {"Sweep", "Erase"}
    assert functions_of(template_of("prod"), "LambdaFunction") == INVOKED | {"Sweep", "Erase"}


def test_an_alias_moves_by_codedeploy_to_a_version_of_its_own_function(canary: Template) -> None:
    aliases = canary.of_type("AWS::Lambda::Alias")

    assert set(aliases) == {f"{name}Alias" for name in INVOKED}
    for name in INVOKED:
        alias, group = canary.resource(f"{name}Alias"), canary.resource(f"{name}Canary")["Properties"]
        [version, attribute] = alias["Properties"]["FunctionVersion"]["Fn::GetAtt"]
        update = alias["UpdatePolicy"]["CodeDeployLambdaAliasUpdate"]
        assert attribute == "Version"
        assert canary.resource(version)["Properties"]["FunctionName"] == alias["Properties"]["FunctionName"]
        assert alias["Properties"]["FunctionName"] == {"Ref": f"{name}LambdaFunction"}
        assert update["DeploymentGroupName"] == {"Ref": f"{name}Canary"}
        assert update["ApplicationName"] == group["ApplicationName"] == {"Ref": "CanaryApplication"}


def test_each_group_goes_back_by_alarms_that_there_are(canary: Template) -> None:
    alarms = canary.of_type("AWS::CloudWatch::Alarm")

    for group in canary.of_type("AWS::CodeDeploy::DeploymentGroup").values():
        watched = [each["Name"]["Ref"] for each in group["AlarmConfiguration"]["Alarms"]]
        assert group["AlarmConfiguration"]["Enabled"]
        assert 1 < len(watched) <= 10
        assert set(watched) <= set(alarms)
        assert any(watched[0].startswith(name) for name in INVOKED)
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaCanary10Percent5Minutes"
        assert group["AutoRollbackConfiguration"]["Enabled"]
        assert {"DEPLOYMENT_FAILURE", "DEPLOYMENT_STOP_ON_ALARM"} <= set(group["AutoRollbackConfiguration"]["Events"])


def test_each_deployment_makes_versions_of_its_own_that_stay(canary: Template) -> None:
    versions = canary.of_type("AWS::Lambda::Version")

    numbers = {re.sub(r"^[A-Za-z]+Version", "", name) for name in versions}
    [number] = numbers
    for name in versions:
        function = name.removesuffix(f"Version{number}")
        assert canary.resource(name)["DeletionPolicy"] == "Retain"
        # Or else Lambda would make no version of one that is as it was.
        assert number in canary.resource(f"{function}LambdaFunction")["Properties"]["Description"]


def test_what_mends_an_alarm_is_not_held_up_by_it(template_of: Callable[..., Template]) -> None:
    mending = template_of("prod", canary="at-once")

    for group in mending.of_type("AWS::CodeDeploy::DeploymentGroup").values():
        assert group["DeploymentConfigName"] == "CodeDeployDefault.LambdaAllAtOnce"
        assert group["AlarmConfiguration"] == {"Enabled": False, "Alarms": []}
    assert set(mending.of_type("AWS::Lambda::Alias")) == {f"{name}Alias" for name in INVOKED}


def test_codedeploy_may_do_no_more_than_aws_says_it_needs(canary: Template) -> None:
    role = canary.of_type("AWS::IAM::Role")["CanaryRole"]

    assert "Policies" not in role
    assert "AWSCodeDeployRoleForLambdaLimited" in json.dumps(role["ManagedPolicyArns"])


@pytest.mark.parametrize(
    ("params", "told"), [({"canary": "on"}, "alarms=all"), ({"canary": "yes"}, "off, on or at-once")]
)
def test_a_canary_that_cannot_be_is_refused_with_the_cure(
    template_of: Callable[..., Template], params: dict[str, str], told: str
) -> None:
    with pytest.raises(AssertionError, match=told):
        template_of("dev", **params)


def test_without_a_canary_there_is_nothing_of_it(template: Template) -> None:
    for kind in ("AWS::Lambda::Alias", "AWS::Lambda::Version", "AWS::CodeDeploy::DeploymentGroup"):
        assert not template.names_of(kind)
