"""Ask CloudFormation about a stack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import Connection

# A stack whose first deployment failed can't be updated, only removed.
_RUINS = frozenset({"CREATE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "DELETE_FAILED"})
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

    def remove_ruins(self) -> None:
        """Remove what a failed first deployment left, for nothing else can be done with it."""
        stack = self.description()
        if stack is not None and stack["StackStatus"] in _RUINS:
            self._client.delete_stack(StackName=self.name)
            self._client.get_waiter("stack_delete_complete").wait(
                StackName=self.name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
            )

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
