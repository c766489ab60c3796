"""Settings of a stage: values of serverless.yml's params that you have given, kept from deployment to deployment.

They are a parameter of SSM that is part of the stack, so colleagues and CI deploy with the same ones, and a deployment
that fails takes its own back. A setting changes when you give another value, and goes when you give `-`.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping

from botocore.exceptions import BotoCoreError, ClientError

from tools.connection import Connection, UnreachableError
from tools.deploy.declared import DeclaredParams
from tools.deploy.errors import DeployError
from tools.reasons import reason

TAKE_BACK = "-"
VARIABLES = {"ALERT_EMAIL": "alertEmail", "EMAIL_SENDER": "emailSender", "EMAIL_TO": "emailTo"}
"""Variables of the environment that stand for params."""

_MOST = 4096  # of one parameter of SSM
_WHOLE_NUMBER = re.compile(r"[0-9]{1,15}")


def given_settings(words: str, environment: Mapping[str, str], declared: DeclaredParams) -> dict[str, str]:
    """Return what PARAMS and the environment ask for. Raises DeployError for what serverless.yml does not know.

    PARAMS is words of the shell: ``corsOrigins=https://a.example,https://b.example "webhookPorts=443 8443"``.
    """
    try:
        parts = shlex.split(words)
    except ValueError as error:
        raise DeployError(f"PARAMS={words!r} can't be read: {error}. Quote values that have spaces.") from error
    settings: dict[str, str] = {}
    for part in parts:
        name, equals, value = part.partition("=")
        if not equals:
            raise DeployError(f"PARAMS: {part!r} has to be name=value. Quote values that have spaces.")
        if name in settings:
            raise DeployError(f"PARAMS: {name} is given twice.")
        settings[name] = _checked(name, value, declared)
    for variable, name in VARIABLES.items():
        value = environment.get(variable, "").strip()
        # An empty variable is what a CI has where it is not set.
        if not value:
            continue
        if settings.get(name, value) != value:
            raise DeployError(f"{variable} and PARAMS {name} differ. Give one of them.")
        settings[name] = _checked(name, value, declared)
    return settings


def merged(kept: Mapping[str, str], given: Mapping[str, str]) -> dict[str, str]:
    """Return the settings after a deployment."""
    return {name: value for name, value in sorted({**kept, **given}.items()) if value != TAKE_BACK}


def kept_settings(
    connection: Connection, stage: str, stack: Mapping[str, str], declared: DeclaredParams
) -> dict[str, str]:
    """Return the settings of the last deployment. Raises UnreachableError when they can't be read.

    ``stack`` is what the stack's own parameters are. A stack that is older than the record of its settings says by
    them, and by its functions, what it was given.
    """
    try:
        answer = connection.client("ssm").get_parameter(Name=f"/pressrun/{stage}/settings")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise UnreachableError(f"The settings of stage {stage} can't be read. {reason(error)}") from error
        found = _of_an_older_stack(connection, stage, stack) if stack else {}
        return {name: value for name, value in found.items() if value not in ("", declared.values[name])}
    except BotoCoreError as error:
        raise UnreachableError(f"The settings of stage {stage} can't be read. {reason(error)}") from error
    return dict(json.loads(answer["Parameter"]["Value"]))


def as_param(settings: Mapping[str, str]) -> str:
    """Return settings as resources/settings.yml takes them. Raises DeployError when they are too long for SSM."""
    text = json.dumps(settings, sort_keys=True)
    if len(text) > _MOST:
        raise DeployError(f"The settings have {len(text):,} characters, and {_MOST:,} can be kept. Use serverless.yml.")
    return text


def _of_an_older_stack(connection: Connection, stage: str, stack: Mapping[str, str]) -> dict[str, str]:
    try:
        function = connection.client("lambda").get_function_configuration(FunctionName=f"pressrun-{stage}-notify")
        variables = function.get("Environment", {}).get("Variables", {})
    except ClientError as error:
        if error.response["Error"]["Code"] != "ResourceNotFoundException":
            raise UnreachableError(f"The settings of stage {stage} can't be read. {reason(error)}") from error
        variables = {}
    known = {"ALERT_EMAIL": stack.get("AlertEmail", "")} | variables
    return {param: known.get(variable, "") for variable, param in VARIABLES.items()}


def _checked(name: str, value: str, declared: DeclaredParams) -> str:
    if name not in declared.settable:
        raise DeployError(f"PARAMS: there is no param {name!r}. There are: {', '.join(sorted(declared.settable))}.")
    if value == TAKE_BACK:
        return value
    if not value.strip() or value != value.strip() or not value.isprintable():
        raise DeployError(f"PARAMS: {name} needs a printable value. {name}=- takes an earlier one back.")
    if "${" in value:
        raise DeployError(f"PARAMS: {name} takes a plain value, and ${{ begins a variable of the Serverless CLI.")
    default = declared.values.get(name)
    if isinstance(default, bool):
        if value not in ("true", "false"):
            raise DeployError(f"PARAMS: {name} is true or false, not {value!r}.")
    elif isinstance(default, int) and not _WHOLE_NUMBER.fullmatch(value):
        raise DeployError(f"PARAMS: {name} is a whole number, not {value!r}.")
    return value
