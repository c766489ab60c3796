"""The role that deploys may do what the stage needs, on what is the stage's."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from typing import Any

import pytest
from cfnlint.api import lint_all

from tools.deployer.rights import LONGEST_POLICY, actions_for, is_known, policies
from tools.deployer.template import template_for

TYPES = {
    *("AWS::SQS::Queue", "AWS::Lambda::Function", "AWS::Lambda::EventSourceMapping", "AWS::DynamoDB::Table"),
    *("AWS::S3::Bucket", "AWS::SNS::Topic", "AWS::IAM::Role", "AWS::ApiGateway::RestApi", "AWS::Logs::LogGroup"),
    *("AWS::CloudFront::Distribution", "AWS::CloudWatch::Alarm", "AWS::Cognito::UserPool", "AWS::Events::Rule"),
    *("AWS::SSM::Parameter", "AWS::S3::BucketPolicy", "AWS::Lambda::Alias", "AWS::Lambda::Version"),
    *("AWS::CodeDeploy::Application", "AWS::CodeDeploy::DeploymentGroup"),
}
PLACE = "${AWS::Region}:${AWS::AccountId}"


def statements() -> Iterator[Mapping[str, Any]]:
    for document in policies(TYPES, "dev"):
        yield from document["Statement"]


def is_allowed(action: str, resource: str) -> bool:
    def matches(resources: str | list[str]) -> bool:
        wanted = [resources] if isinstance(resources, str) else resources
        return any(fnmatchcase(resource, each.replace("${AWS::Partition}", "aws")) for each in wanted)

    return any(
        matches(statement["Resource"]) and any(fnmatchcase(action, each) for each in statement["Action"])
        for statement in statements()
    )


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sqs:CreateQueue", f"arn:aws:sqs:{PLACE}:pressrun-render-dev"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{PLACE}:function:pressrun-dev-render"),
        ("lambda:CreateEventSourceMapping", f"arn:aws:lambda:{PLACE}:event-source-mapping:1"),
        ("dynamodb:UpdateTable", f"arn:aws:dynamodb:{PLACE}:table/pressrun-jobs-dev"),
        ("iam:PassRole", "arn:aws:iam::${AWS::AccountId}:role/pressrun-dev-RenderRole-1"),
        ("s3:PutObject", "arn:aws:s3:::pressrun-web-dev-${AWS::AccountId}-${AWS::Region}/index.html"),
        ("s3:PutObject", "arn:aws:s3:::pressrun-dev-serverlessdeploymentbucket-x1/heavy.zip"),
        ("cloudformation:ExecuteChangeSet", f"arn:aws:cloudformation:{PLACE}:stack/pressrun-dev/1"),
        ("ssm:GetParameter", f"arn:aws:ssm:{PLACE}:parameter/pressrun/dev/settings"),
        ("lambda:UpdateAlias", f"arn:aws:lambda:{PLACE}:function:pressrun-dev-render:live"),
        ("lambda:PublishVersion", f"arn:aws:lambda:{PLACE}:function:pressrun-dev-render"),
        ("codedeploy:CreateDeployment", f"arn:aws:codedeploy:{PLACE}:deploymentgroup:pressrun-canary-dev/render-dev"),
        ("codedeploy:GetDeploymentConfig", f"arn:aws:codedeploy:{PLACE}:deploymentconfig:CodeDeployDefault.X"),
    ],
)
def test_it_may_do_what_a_deployment_needs(action: str, resource: str) -> None:
    assert is_allowed(action, resource)


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("sqs:CreateQueue", f"arn:aws:sqs:{PLACE}:pressrun-render-prod"),
        ("lambda:UpdateFunctionCode", f"arn:aws:lambda:{PLACE}:function:pressrun-prod-render"),
        ("iam:PutRolePolicy", "arn:aws:iam::${AWS::AccountId}:role/pressrun-deployer-dev"),
        ("iam:PassRole", "arn:aws:iam::${AWS::AccountId}:role/Administrator"),
        ("s3:GetObject", "arn:aws:s3:::pressrun-artifacts-dev-${AWS::AccountId}-${AWS::Region}/reports/a.pdf"),
        ("s3:DeleteObject", "arn:aws:s3:::pressrun-uploads-dev-${AWS::AccountId}-${AWS::Region}/uploads/a.csv"),
        ("dynamodb:GetItem", f"arn:aws:dynamodb:{PLACE}:table/pressrun-access-dev"),
        ("sqs:ReceiveMessage", f"arn:aws:sqs:{PLACE}:pressrun-render-dev"),
        ("lambda:InvokeFunction", f"arn:aws:lambda:{PLACE}:function:pressrun-dev-render"),
        ("ec2:DescribeVpcs", "*"),
    ],
)
def test_it_may_touch_no_other_stage_no_data_and_not_itself(action: str, resource: str) -> None:
    assert not is_allowed(action, resource)


def test_each_document_is_short_enough_for_iam() -> None:
    documents = policies(TYPES, "a-long-stage-nam")

    assert len(documents) >= 2
    for document in documents:
        assert len(json.dumps(document, separators=(",", ":"))) <= LONGEST_POLICY


def test_every_right_is_one_that_iam_knows() -> None:
    actions = {action for statement in statements() for action in statement["Action"] if "*" not in action}

    assert len(actions) > 200
    assert [action for action in sorted(actions) if not is_known(action)] == []


def test_a_type_without_a_schema_is_told() -> None:
    with pytest.raises(LookupError, match="AWS::Made::Up"):
        actions_for({"AWS::Made::Up"})


def test_the_role_is_taken_by_jobs_of_the_stages_environment_alone() -> None:
    role = template_for("prod", TYPES)["Resources"]["Deployer"]["Properties"]

    [trust] = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Condition"]["StringEquals"] == {
        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
        "token.actions.githubusercontent.com:sub": {"Fn::Sub": "repo:${Repository}:environment:prod"},
    }


def test_cfn_lint_finds_no_fault_in_the_template() -> None:
    matches = lint_all(json.dumps(template_for("dev", TYPES)))

    # Those that begin with I are advice.
    assert [str(match) for match in matches if match.rule.id[0] in "EW"] == []
