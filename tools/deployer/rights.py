"""Derive what a deployment of a stage may do, from its compiled template and AWS's own lists of rights.

CloudFormation acts with the rights of its caller. A type's schema says which it needs, and cfn-lint ships the schemas
that AWS publishes.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import cfnlint

SERVICE = "pressrun"
LONGEST_POLICY = 6_144
"""Characters of a managed policy, as IAM counts them: without white space."""

_DATA = Path(cfnlint.__file__).parent / "data"
_SCHEMAS = _DATA / "schemas"
_REGION = "us-east-1"

# Rights on what tenants have stored. The schemas name them for imports and replicas, of which a stage has none.
_ON_DATA = frozenset(
    f"dynamodb:{verb}Item" for verb in ("Get", "Put", "Update", "Delete", "BatchWrite", "BatchGet")
) | {"dynamodb:Query", "dynamodb:Scan", "s3:GetObject", "s3:GetObjectVersion", "s3:DeleteObject", "logs:PutLogEvents"}

# What the tools do beside CloudFormation, and the Serverless CLI: see tools/deploy and tools/remove.
_OF_TOOLS = (
    *("cloudformation:CreateChangeSet", "cloudformation:CreateStack", "cloudformation:UpdateStack"),
    *("cloudformation:DeleteChangeSet", "cloudformation:DeleteStack", "cloudformation:ExecuteChangeSet"),
    *("cloudformation:DescribeChangeSet", "cloudformation:DescribeStackEvents", "cloudformation:DescribeStacks"),
    *("cloudformation:DescribeStackResource", "cloudformation:DescribeStackResources"),
    *("cloudformation:ListStackResources", "cloudformation:GetTemplate", "cloudformation:ValidateTemplate"),
    "cloudformation:UpdateTerminationProtection",
    *("lambda:GetAccountSettings", "lambda:GetFunctionConfiguration"),
    *("ssm:GetParameter", "sns:SetTopicAttributes"),
    *("s3:ListBucketVersions", "s3:GetBucketLocation"),
)
# CloudFormation moves an alias by a deployment of CodeDeploy, which no schema says.
_OF_CANARIES = (
    *("codedeploy:CreateDeployment", "codedeploy:GetDeployment", "codedeploy:GetDeploymentConfig"),
    *("codedeploy:GetApplicationRevision", "codedeploy:RegisterApplicationRevision", "codedeploy:StopDeployment"),
)
# The files of a deployment: those of the CLI's own bucket, and of the page.
_OF_FILES = ("s3:PutObject", "s3:GetObject", "s3:DeleteObject")

# These name no resource, or one whose name only AWS knows.
_ANYWHERE = frozenset({"apigateway", "cloudfront", "cognito-idp"})


def actions_for(types: Collection[str]) -> list[str]:
    """Return the rights that CloudFormation needs for resources of these types.

    Raises LookupError for an unknown type.
    """
    index = json.loads((_SCHEMAS / "providers" / f"{_REGION}.json").read_text())
    services = {_service_of(kind) for kind in types} | {"iam"}
    found: set[str] = set()
    for kind in types:
        if kind not in index:
            raise LookupError(f"cfn-lint knows no schema of {kind}.")
        schema = json.loads((_SCHEMAS / "resources" / f"{index[kind]}.json").read_text())
        for handler in schema.get("handlers", {}).values():
            found.update(handler.get("permissions", ()))
    # Types name rights of other services for features that a stage does not use, such as networks and file systems, and
    # some that IAM does not know.
    return sorted(action for action in found - _ON_DATA if _service(action) in services and is_known(action))


def is_known(action: str) -> bool:
    """Tell whether IAM knows a right of that name."""
    service, _, name = action.lower().partition(":")
    return name in _known().get(service, {}).get("Actions", {})


@cache
def _known() -> Mapping[str, Any]:
    known: Mapping[str, Any] = json.loads((_DATA / "AdditionalSpecs" / "Policies.json").read_text())
    return known


def policies(types: Collection[str], stage: str) -> list[dict[str, Any]]:
    """Return policy documents, each short enough for IAM, for a stage with resources of these types."""
    by_service: dict[str, set[str]] = defaultdict(set)
    canaries = _OF_CANARIES if "AWS::CodeDeploy::DeploymentGroup" in types else ()
    for action in (*actions_for(types), *_OF_TOOLS, *canaries):
        by_service[_service(action)].add(action)
    statements = [
        {"Effect": "Allow", "Action": sorted(actions), "Resource": _resources(service, stage)}
        for service, actions in sorted(by_service.items())
    ]
    files = [f"{bucket}/*" for bucket in _buckets(f"{SERVICE}-web-{stage}", stage)]
    statements.append({"Effect": "Allow", "Action": list(_OF_FILES), "Resource": files})
    # Some of these lists take no resource at all.
    unnamed = ["cloudformation:ValidateTemplate", "lambda:GetAccountSettings", "lambda:*EventSourceMapping*"]
    unnamed += ["logs:*QueryDefinition*"]
    unnamed += ["s3:ListAllMyBuckets", "logs:DescribeLogGroups", "cloudwatch:DescribeAlarms", "ssm:DescribeParameters"]
    statements.append({"Effect": "Allow", "Action": unnamed, "Resource": "*"})
    return list(_documents(statements))


def _service(action: str) -> str:
    return action.partition(":")[0].lower()


def _service_of(kind: str) -> str:
    name = kind.split("::")[1].lower()
    return {"cognito": "cognito-idp"}.get(name, name)


def _resources(service: str, stage: str) -> str | list[str]:
    if service in _ANYWHERE:
        return "*"
    arn = f"arn:${{AWS::Partition}}:{service}:${{AWS::Region}}:${{AWS::AccountId}}"
    of_no_region = f"arn:${{AWS::Partition}}:{service}::${{AWS::AccountId}}"
    ours, mine = f"{SERVICE}-*-{stage}", f"{SERVICE}-{stage}-*"
    return {
        "cloudformation": [f"{arn}:stack/{SERVICE}-{stage}/*"],
        "cloudwatch": [
            f"{arn}:alarm:{ours}",
            f"{of_no_region}:dashboard/{ours}",
        ],
        "codedeploy": [f"{arn}:application:{ours}", f"{arn}:deploymentgroup:{ours}/*", f"{arn}:deploymentconfig:*"],
        "dynamodb": [f"{arn}:table/{ours}"],
        "events": [f"{arn}:rule/{mine}"],
        "iam": [f"{of_no_region}:role/{mine}"],
        "lambda": [f"{arn}:function:{mine}"],
        "logs": [f"{arn}:log-group:{group}" for group in _log_groups(stage)],
        "s3": _buckets(ours, stage),
        "sns": [f"{arn}:{ours}", f"{arn}:{ours}:*"],
        "sqs": [f"{arn}:{ours}"],
        "ssm": [f"{arn}:parameter/{SERVICE}/{stage}/*"],
    }.get(service, "*")


def _buckets(ours: str, stage: str) -> list[str]:
    """Return the buckets of a name, and that in which the Serverless CLI keeps packages."""
    names = [f"{ours}-${{AWS::AccountId}}-${{AWS::Region}}", f"{SERVICE}-{stage}-serverlessdeploymentbucket*"]
    return [f"arn:${{AWS::Partition}}:s3:::{name}" for name in names]


def _log_groups(stage: str) -> list[str]:
    return [f"/aws/lambda/{SERVICE}-{stage}-*", f"/aws/api-gateway/{SERVICE}-{stage}*", "API-Gateway-Execution-Logs_*"]


def _documents(statements: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """Share statements out to documents, in their order."""
    part: list[Mapping[str, Any]] = []
    for statement in statements:
        if part and _length([*part, statement]) > LONGEST_POLICY:
            yield _document(part)
            part = []
        part.append(statement)
    yield _document(part)


def _document(statements: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": list(statements)}


def _length(statements: Sequence[Mapping[str, Any]]) -> int:
    # Names of partition, region and account are about as long as what stands for them.
    return len(json.dumps(_document(statements), separators=(",", ":")))
