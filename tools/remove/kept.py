"""Tell which resources of a stack stay when it goes, and how a later stack gets them back."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STAYS = frozenset({"Retain", "RetainExceptOnCreate"})
# What a name identifies for CloudFormation. Other kinds are made anew by the next deployment.
_IDENTIFIERS = {
    "AWS::S3::Bucket": "BucketName",
    "AWS::DynamoDB::Table": "TableName",
    "AWS::Cognito::UserPool": "UserPoolId",
    "AWS::Logs::LogGroup": "LogGroupName",
}
_DELETIONS = {
    "AWS::S3::Bucket": ".venv/bin/python -m tools.remove --stage {stage} --bucket {name}",
    "AWS::DynamoDB::Table": (
        "aws dynamodb {options} update-table --table-name {name} --no-deletion-protection-enabled; "
        "aws dynamodb {options} delete-table --table-name {name}"
    ),
    "AWS::Logs::LogGroup": "aws logs {options} delete-log-group --log-group-name {name}",
    "AWS::Cognito::UserPool": (
        "aws cognito-idp {options} update-user-pool --user-pool-id {name} --deletion-protection INACTIVE; "
        "aws cognito-idp {options} delete-user-pool --user-pool-id {name}"
    ),
}


@dataclass(frozen=True, slots=True)
class Resource:
    """A resource of a stack, as the template declares it."""

    logical_id: str
    name: str
    kind: str
    declaration: Mapping[str, Any]

    @property
    def stays(self) -> bool:
        """Tell whether the resource is still there when the stack has gone."""
        return self.declaration.get("DeletionPolicy") in _STAYS

    @property
    def can_come_back(self) -> bool:
        """Tell whether a later stack can import the resource."""
        return self.kind in _IDENTIFIERS

    def deletion(self, stage: str, options: str) -> str:
        """Return the command that deletes the resource. ``options`` are those of every call of AWS's command line."""
        return _DELETIONS[self.kind].format(name=shlex.quote(self.name), stage=stage, options=options)


def resources_of(template: Mapping[str, Any], summaries: Iterable[Mapping[str, Any]]) -> Iterator[Resource]:
    """Yield the resources that a stack has, by its template and CloudFormation's list."""
    for summary in summaries:
        name = summary.get("PhysicalResourceId")
        declaration = template["Resources"].get(summary["LogicalResourceId"])
        if name and declaration and summary.get("ResourceStatus") != "DELETE_COMPLETE":
            yield Resource(summary["LogicalResourceId"], name, declaration["Type"], declaration)


def write_import(kept: Iterable[Resource], folder: Path) -> None:
    """Write what CloudFormation's import asks for: ``template.json`` and ``resources.json``."""
    back = [resource for resource in kept if resource.can_come_back]
    template = {"Resources": {resource.logical_id: _importable(resource) for resource in back}}
    identifiers = [
        {
            "ResourceType": resource.kind,
            "LogicalResourceId": resource.logical_id,
            "ResourceIdentifier": {_IDENTIFIERS[resource.kind]: resource.name},
        }
        for resource in back
    ]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "template.json").write_text(json.dumps(template, indent=2) + "\n")
    (folder / "resources.json").write_text(json.dumps(identifiers, indent=2) + "\n")


def import_commands(stack: str, options: str, folder: Path) -> list[str]:
    """Return the commands that make a stack of what has stayed. ``options`` are those of every call."""
    aws = f"aws cloudformation {options}"
    change = f"--stack-name {stack} --change-set-name import"
    template, resources = (shlex.quote(f"file://{folder / name}") for name in ("template.json", "resources.json"))
    return [
        f"{aws} create-change-set {change} --change-set-type IMPORT "
        f"--template-body {template} --resources-to-import {resources}",
        f"{aws} wait change-set-create-complete {change}",
        f"{aws} execute-change-set {change}",
        f"{aws} wait stack-import-complete --stack-name {stack}",
    ]


def _importable(resource: Resource) -> dict[str, Any]:
    """Return a declaration that needs no other resource. The next deployment brings the rest."""
    properties = {
        name: value for name, value in resource.declaration.get("Properties", {}).items() if not _has_functions(value)
    }
    if resource.kind != "AWS::Cognito::UserPool":
        properties[_IDENTIFIERS[resource.kind]] = resource.name
    # CloudFormation imports nothing that it might delete.
    return {
        "Type": resource.kind,
        "DeletionPolicy": "Retain",
        "UpdateReplacePolicy": "Retain",
        "Properties": properties,
    }


def _has_functions(value: Any) -> bool:
    match value:
        case dict():
            return any(key == "Ref" or key.startswith("Fn::") or _has_functions(each) for key, each in value.items())
        case list():
            return any(_has_functions(each) for each in value)
    return False
