"""Ask CloudFormation about a stack."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import Connection

# A stack whose first deployment failed can't be updated, only removed.
_RUINS = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
# These have been deployed before, and can't be updated any more.
_STUCK = frozenset({"UPDATE_FAILED", "UPDATE_ROLLBACK_FAILED"})
_WAIT = {"Delay": 1, "MaxAttempts": 60}
_NOT_A_CAUSE = ("Resource creation cancelled", "Resource update cancelled")


class Stack:
    """A CloudFormation stack of an account, which may not be there."""

    def __init__(self, name: str, connection: Connection) -> None:
        self.name = name
        self._client = connection.client("cloudformation")

    def description(self) -> Mapping[str, Any] | None:
        """Return what CloudFormation says of the stack; None when it is not there."""
        try:
            return dict(self._client.describe_stacks(StackName=self.name)["Stacks"][0])
        except ClientError as error:
            # CloudFormation has no error of its own for this.
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return None

    def parameters(self) -> Mapping[str, str]:
        """Return the values of the stack's own parameters; none when it is not there."""
        stack = self.description() or {}
        return {each["ParameterKey"]: each["ParameterValue"] for each in stack.get("Parameters", [])}

    def outputs(self) -> Mapping[str, str]:
        """Return the outputs; none when the stack is not there or not whole."""
        stack = self.description()
        if stack is None or stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            return {}
        return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}

    def has(self, resource: str) -> bool:
        """Tell whether a resource, by its name in the template, is there."""
        try:
            found = self._client.describe_stack_resource(StackName=self.name, LogicalResourceId=resource)
        except ClientError as error:
            # Neither for a stack nor for a resource that is not there has CloudFormation an error of its own.
            if error.response["Error"]["Code"] != "ValidationError":
                raise
            return False
        return found["StackResourceDetail"]["ResourceStatus"] not in ("CREATE_FAILED", "DELETE_COMPLETE")

    def remove_failed(self) -> None:
        """Remove what a failed first deployment left, for nothing else can be done with it."""
        stack = self.description()
        if stack is not None and stack["StackStatus"] in _RUINS:
            self.remove()

    def remove(self) -> None:
        """Remove the stack with all that is in it. For an emulator, which asks for no empty buckets."""
        self._client.delete_stack(StackName=self.name)
        self._client.get_waiter("stack_delete_complete").wait(StackName=self.name, WaiterConfig=_WAIT)

    def is_stuck(self) -> bool:
        """Tell whether CloudFormation takes no update of the stack, because the last one could not be taken back."""
        stack = self.description()
        return stack is not None and stack["StackStatus"] in _STUCK

    def template(self) -> Mapping[str, Any]:
        """Return the template that the stack was deployed by last."""
        body = self._client.get_template(StackName=self.name)["TemplateBody"]
        return dict(json.loads(body) if isinstance(body, str) else body)

    def lacking(self) -> list[str]:
        """Return the names of resources that were never made, whatever CloudFormation says of the stack."""
        found = self._client.describe_stack_resources(StackName=self.name)["StackResources"]
        return [each["LogicalResourceId"] for each in found if not each.get("PhysicalResourceId")]

    def update(self, template: str) -> None:
        """Give the stack another template, and wait until it is as that says."""
        self._client.update_stack(
            StackName=self.name,
            TemplateBody=template,
            Parameters=[{"ParameterKey": name, "UsePreviousValue": True} for name in self.parameters()],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
        )
        self._client.get_waiter("stack_update_complete").wait(StackName=self.name, WaiterConfig=_WAIT)

    def failures(self) -> list[str]:
        """Return why the last deployment or removal failed, resource by resource, the first failure first."""
        try:
            events = self._client.describe_stack_events(StackName=self.name)["StackEvents"]
        except (BotoCoreError, ClientError):
            # No credentials, or no network: the CLI has said so.
            return []
        reasons: dict[str, str] = {}
        for event in events:  # newest first
            status, resource = event.get("ResourceStatus", ""), event.get("LogicalResourceId", "")
            if resource == self.name:
                if status in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS"):
                    break
                continue
            reason = event.get("ResourceStatusReason", "")
            if status.endswith("_FAILED") and reason and not reason.startswith(_NOT_A_CAUSE):
                reasons[resource] = f"{resource} ({event.get('ResourceType')}): {reason}"
        return list(reversed(reasons.values()))
