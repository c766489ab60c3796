"""Make the CloudFormation template of the role by which GitHub Actions deploys a stage."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from tools.deployer.rights import SERVICE, policies

_ISSUER = "token.actions.githubusercontent.com"


def template_for(stage: str, types: Collection[str]) -> dict[str, Any]:
    """Return a template that makes the role for a stage with resources of these types."""
    documents = {f"Rights{number}": document for number, document in enumerate(policies(types, stage), start=1)}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"The role by which GitHub Actions deploys {SERVICE}-{stage}",
        "Parameters": {
            "Repository": {
                "Type": "String",
                "AllowedPattern": "[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+",
                "Description": "owner/name of the repository whose workflows may deploy",
            },
            "Provider": {
                "Type": "String",
                "Default": "",
                "Description": "ARN of the account's OIDC provider of GitHub; made unless given",
            },
        },
        "Conditions": {"HasNoProvider": {"Fn::Equals": [{"Ref": "Provider"}, ""]}},
        "Resources": {
            "GitHub": {
                "Type": "AWS::IAM::OIDCProvider",
                "Condition": "HasNoProvider",
                "Properties": {"Url": f"https://{_ISSUER}", "ClientIdList": ["sts.amazonaws.com"]},
            },
            "Deployer": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    # Not a name that the role itself may change: see rights.py.
                    "RoleName": f"{SERVICE}-deployer-{stage}",
                    "MaxSessionDuration": 7200,
                    "AssumeRolePolicyDocument": _trust(stage),
                    "ManagedPolicyArns": [{"Ref": name} for name in documents],
                },
            },
            **{
                name: {"Type": "AWS::IAM::ManagedPolicy", "Properties": {"PolicyDocument": _substituted(document)}}
                for name, document in documents.items()
            },
        },
        "Outputs": {"Role": {"Value": {"Fn::GetAtt": ["Deployer", "Arn"]}}},
    }


def _trust(stage: str) -> dict[str, Any]:
    """Take GitHub's tokens for one repository, and for jobs of the environment that has the stage's name.

    So its protection rules hold for the role, too.
    """
    token = {
        f"{_ISSUER}:aud": "sts.amazonaws.com",
        f"{_ISSUER}:sub": {"Fn::Sub": f"repo:${{Repository}}:environment:{stage}"},
    }
    statement = {
        "Effect": "Allow",
        "Principal": {"Federated": {"Fn::If": ["HasNoProvider", {"Ref": "GitHub"}, {"Ref": "Provider"}]}},
        "Action": "sts:AssumeRoleWithWebIdentity",
        "Condition": {"StringEquals": token},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _substituted(value: Any) -> Any:
    """Have CloudFormation fill the places in texts."""
    match value:
        case dict():
            return {key: _substituted(inner) for key, inner in value.items()}
        case list():
            return [_substituted(inner) for inner in value]
        case str() if "${" in value:
            return {"Fn::Sub": value}
    return value
