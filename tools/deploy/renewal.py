"""Bring an emulator's stack up to date that could not be updated in place, and keep as much of it as can be kept.

An older checkout's stack may have the same thing by another name in its template. AWS refuses such an update;
MiniStack leaves the thing out, and says that the update is complete.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tools.deploy.errors import DeployError
from tools.deploy.stack import Stack
from tools.reasons import reason

_API = "AWS::ApiGateway::"
# Alarms and queries hold nothing, and the next deployment makes them anew: without them, the template is short enough.
_MADE_ANEW = ("AWS::CloudWatch::", "AWS::Logs::QueryDefinition")
_IN_TEXT = re.compile(r"\$\{(\w+)[^}]*\}")
# What CloudFormation says of a table, say, whose key has changed: no update can do that, and none ever will.
_NEVER = "custom-named resource requires replacing"
_NAMED_AT_MOST = 3

_Say = Callable[[str], None]


class NotInPlaceError(DeployError):
    """A failure of a deployment that no other update of the same stack would get over."""


def failure(message: str, reasons: list[str]) -> DeployError:
    """Return the error for a deployment that failed for these reasons."""
    return (NotInPlaceError if any(_NEVER in each for each in reasons) else DeployError)(message)


def deploy_whole(stack: Stack, update: Callable[[], None], say: _Say) -> None:
    """Update an emulator's stack until it is whole: in place, else with another API, else as a new stack.

    Raises DeployError when that fails as well.
    """
    stack.remove_failed()
    try:
        if stack.is_stuck():
            raise NotInPlaceError(f"The stack {stack.name} takes no update any more.")
        update()
        if lacking := stack.lacking():
            say(f"  {_listed(lacking)} could not be updated in place, so the API is built anew. All data stay.")
            _remove_api(stack)
            update()
        if lacking := stack.lacking():
            raise NotInPlaceError(f"{_listed(lacking)} could not be updated in place.")
    except NotInPlaceError as error:
        say(f"  {error}")
        say("  The stack is built anew. Its reports, uploads, API keys and secrets of before are gone.")
        stack.remove()
        update()


def _remove_api(stack: Stack) -> None:
    try:
        # CloudFormation takes 51,200 bytes.
        stack.update(json.dumps(without_api(stack.template()), separators=(",", ":")))
    except (BotoCoreError, ClientError) as error:
        raise NotInPlaceError(f"The API could not be removed: {reason(error)}") from error


def without_api(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a template without its API, and without what speaks of it."""
    resources = template["Resources"]
    api = {name for name, resource in resources.items() if resource["Type"].startswith((_API, *_MADE_ANEW))}
    while more := {name for name in resources.keys() - api if api.intersection(_names_in(resources[name]))}:
        api |= more
    outputs = template.get("Outputs", {})
    return {
        **template,
        "Resources": {name: each for name, each in resources.items() if name not in api},
        "Outputs": {name: each for name, each in outputs.items() if not api.intersection(_names_in(each))},
    }


def _names_in(value: Any) -> Iterator[str]:
    """Yield the names of resources that a part of a template speaks of."""
    if isinstance(value, list):
        for each in value:
            yield from _names_in(each)
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        match key, inner:
            case "Ref" | "DependsOn", str():
                yield inner
            case "DependsOn", list():
                yield from inner
            case "Fn::GetAtt", _:
                yield inner[0] if isinstance(inner, list) else str(inner).partition(".")[0]
            case "Fn::Sub", str():
                yield from _IN_TEXT.findall(inner)
            case "Fn::Sub", [str(text), *more]:
                yield from _IN_TEXT.findall(text)
                yield from _names_in(more)
            case _:
                yield from _names_in(inner)


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED_AT_MOST
    return ", ".join(names[:_NAMED_AT_MOST]) + (f" and {more} more" if more > 0 else "")
