"""Remove a stage: empty the buckets that go with it, then the stack, then what belongs to it outside of the stack."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from botocore.exceptions import WaiterError

from tools.connection import LOCAL, Connection
from tools.deploy import settings
from tools.deploy.declared import declared_params
from tools.deploy.stack import Stack
from tools.remove.buckets import NotEmptiedError, empty
from tools.remove.kept import Resource, import_commands, resources_of, write_import
from tools.usage_keys import keys_of_tenants

_BUILD = Path(__file__).resolve().parents[2] / "build"
# These hold nothing that you would miss.
_NOBODY_IS_ASKED = frozenset({LOCAL, "dev"})
_TRIES = 3
_WAIT = {"Delay": 5, "MaxAttempts": 720}
_WAIT_FOR_EMULATOR = {"Delay": 1, "MaxAttempts": 120}
_SECRETS_AT_ONCE = 10  # of one DeleteParameters
_Say = Callable[[str], None]


class RemovalError(RuntimeError):
    """A reason why a stage was not removed, or not wholly, with what to do."""


def remove(connection: Connection, stage: str, confirm: str = "", *, say: _Say = print, build: Path = _BUILD) -> None:
    """Remove a stage, and say what stays. A removal that broke off can be repeated. Raises RemovalError."""
    stack = Stack(f"pressrun-{stage}", connection)
    description = stack.description()
    if description is None:
        raise RemovalError(f"There is no stack {stack.name} at {connection}. Nothing was removed.")
    _check_confirmation(stack.name, connection, stage, confirm, description)
    resources = list(_resources(connection, stack.name))
    kept = [resource for resource in resources if resource.stays]
    is_kept = {resource.kind for resource in kept}
    say(f"Removing {stack.name} at {connection} …")
    folder = build / f"{stage}.kept"
    if any(resource.can_come_back for resource in kept):
        write_import(kept, folder)
    keys = [] if connection.endpoint_url is not None else keys_of_tenants(connection.client("apigateway"), stage)
    # The stack knows by what settings it was deployed, and will be gone.
    deploy = _deploy_command(connection, stack, stage)
    if description.get("EnableTerminationProtection"):
        say("  its termination protection is switched off")
        connection.client("cloudformation").update_termination_protection(
            StackName=stack.name, EnableTerminationProtection=False
        )
    going = [resource.name for resource in resources if resource.kind == "AWS::S3::Bucket" and not resource.stays]
    _delete(connection, stack, going, say)
    for key in keys:
        connection.client("apigateway").delete_api_key(apiKey=key)
    if "AWS::DynamoDB::Table" not in is_kept:
        _forget_secrets(connection, stage, say)
    (build / f"{stage}.outputs.json").unlink(missing_ok=True)
    _tell_what_stays(stage, connection, kept, folder, deploy, say)


def _check_confirmation(
    name: str, connection: Connection, stage: str, confirm: str, description: Mapping[str, Any]
) -> None:
    is_free = stage in _NOBODY_IS_ASKED and not description.get("EnableTerminationProtection")
    if confirm == name or (is_free and not confirm):
        return
    raise RemovalError(
        f"This would remove {name} at {connection}. If you mean it: make remove STAGE={stage} CONFIRM={name}"
    )


def _resources(connection: Connection, stack: str) -> Iterator[Resource]:
    client = connection.client("cloudformation")
    body = client.get_template(StackName=stack)["TemplateBody"]
    template = yaml.safe_load(body) if isinstance(body, str) else body
    pages = client.get_paginator("list_stack_resources").paginate(StackName=stack)
    yield from resources_of(template, (each for page in pages for each in page["StackResourceSummaries"]))


def _delete(connection: Connection, stack: Stack, buckets: Sequence[str], say: _Say) -> None:
    s3, client = connection.client("s3"), connection.client("cloudformation")
    on_aws = connection.endpoint_url is None
    for _ in range(_TRIES):
        for bucket in buckets:
            say(f"  emptying {bucket} …")
            try:
                deleted = empty(s3, bucket)
            except NotEmptiedError as error:
                raise RemovalError(f"{error}. Nothing but objects was removed.") from error
            if deleted:
                say(f"  {deleted:,} objects, versions and marks deleted from {bucket}")
        say("  deleting the stack …" + (" The page's distribution alone takes some ten minutes." if on_aws else ""))
        client.delete_stack(StackName=stack.name)
        try:
            client.get_waiter("stack_delete_complete").wait(
                StackName=stack.name, WaiterConfig=_WAIT if on_aws else _WAIT_FOR_EMULATOR
            )
        except WaiterError:
            reasons = stack.failures()
        else:
            return
        # Files may have come in after a bucket was emptied, by links that were given out before.
        if not any("AWS::S3::Bucket" in reason for reason in reasons):
            break
        say("  a bucket has got new files: once more")
    told = "".join(f"\n  {reason}" for reason in reasons)
    raise RemovalError(
        f"The stack {stack.name} could not be removed:{told}\nMend this, then run the same command again."
    )


def _forget_secrets(connection: Connection, stage: str, say: _Say) -> None:
    client = connection.client("ssm")
    read = client.get_paginator("get_parameters_by_path")
    pages = [
        page
        for folder in ("webhook-secrets", "secrets", "receipts")
        for page in read.paginate(Path=f"/pressrun/{stage}/{folder}", Recursive=True)
    ]
    names = [parameter["Name"] for page in pages for parameter in page["Parameters"]]
    for start in range(0, len(names), _SECRETS_AT_ONCE):
        client.delete_parameters(Names=names[start : start + _SECRETS_AT_ONCE])
    if names:
        say(f"  {len(names)} secrets of webhooks and tenants deleted")


def _tell_what_stays(
    stage: str, connection: Connection, kept: Sequence[Resource], folder: Path, deploy: str, say: _Say
) -> None:
    stack = f"pressrun-{stage}"
    say(f"Removed {stack}.")
    if not kept:
        return
    say("These stay, because serverless.yml says Retain:")
    for resource in kept:
        say(f"  {resource.kind} {resource.name}")
    back = [resource for resource in kept if resource.can_come_back]
    if not back:
        return
    options = f"--region {connection.region}"
    if connection.endpoint_url is not None:
        options += f" --endpoint-url {connection.endpoint_url}"
    say("All secrets stay with them. To go on with all this, import it into a new stack, and deploy:")
    for command in [*import_commands(stack, options, folder), deploy]:
        say(f"  {command}")
    say("Or delete it for good:")
    for resource in back:
        say(f"  {resource.deletion(stage, options)}")


def _deploy_command(connection: Connection, stack: Stack, stage: str) -> str:
    kept = settings.kept_settings(connection, stage, stack.parameters(), declared_params(stage))
    words = " ".join(shlex.quote(f"{name}={value}") for name, value in kept.items())
    command = "make up" if stage == LOCAL else f"make deploy STAGE={stage}"
    return command + (f" PARAMS={shlex.quote(words)}" if words else "")
