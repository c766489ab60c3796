"""Reach a stage: on AWS with your own credentials, tried before anything else, or on an emulator.

The region is that of AWS_REGION, else of AWS_DEFAULT_REGION, else of the profile. There is no other.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError

from tools.emulator import clients
from tools.emulator.endpoint import REGION, EndpointKind, client_environment, kind_of
from tools.reasons import NO_REGION, is_denied, reason

LOCAL = "local"
_SERVICE = "pressrun"
# The longest name of a bucket, pressrun-artifacts-<stage>-<account>-<region>, has room for so many letters.
_STAGE = re.compile(r"[a-z][a-z0-9-]{0,14}[a-z0-9]")
# Otherwise you would wait for a minute without a network.
_FIRST_CALL = Config(connect_timeout=5, read_timeout=10, retries={"total_max_attempts": 2})
_OF_A_PROFILE = frozenset({"AWS_PROFILE", "AWS_DEFAULT_PROFILE", "AWS_SESSION_TOKEN"})


class UnreachableError(RuntimeError):
    """A reason in one line why a stage can't be reached, with the cure."""


@dataclass(frozen=True, slots=True)
class Connection:
    """The services of one account in one region."""

    session: boto3.Session
    region: str
    endpoint_url: str | None = None
    """Of an emulator; None on AWS."""
    account: str = ""
    caller: str = ""

    def client(self, service: Any, config: Config | None = None) -> Any:
        """Return a client of a service."""
        return self.session.client(service, region_name=self.region, endpoint_url=self.endpoint_url, config=config)

    def environment(self) -> dict[str, str]:
        """Return an environment in which other programs reach the same account, by the same credentials."""
        if self.endpoint_url is not None:
            return client_environment(self.endpoint_url)
        kept = {name: value for name, value in os.environ.items() if name not in _OF_A_PROFILE}
        return kept | _credentials(self.session) | {"AWS_REGION": self.region, "AWS_DEFAULT_REGION": self.region}

    def __str__(self) -> str:
        if self.endpoint_url is not None:
            return self.endpoint_url
        return f"account {self.account}, region {self.region}"


def local_endpoint() -> str:
    """Return where the stage local is: AWS_ENDPOINT_URL, else this machine."""
    return os.environ.get("AWS_ENDPOINT_URL") or f"http://127.0.0.1:{os.environ.get('PRESSRUN_PORT') or 4566}"


def to_emulator(endpoint_url: str) -> Connection:
    """Return the connection to an emulator, which is not tried yet."""
    return Connection(clients.session(), REGION, endpoint_url.rstrip("/"))


def to_aws(session: boto3.Session | None = None) -> Connection:
    """Connect to AWS, and find out by one call who asks. Raises UnreachableError."""
    if os.environ.get("AWS_ENDPOINT_URL"):
        raise UnreachableError("AWS_ENDPOINT_URL is set, so that this would not go to AWS. Unset it.")
    try:
        session = session or boto3.Session()
        if session.get_credentials() is None:
            raise NoCredentialsError
        region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or session.region_name
        if not region:
            raise UnreachableError(NO_REGION)
        me = session.client("sts", region_name=region, config=_FIRST_CALL).get_caller_identity()
    except (BotoCoreError, ClientError) as error:
        raise UnreachableError(reason(error)) from error
    return Connection(session, region, account=me["Account"], caller=me["Arn"])


def checked_stage(stage: str) -> str:
    """Return a stage's name. Raises UnreachableError for what can't be one."""
    if not _STAGE.fullmatch(stage):
        raise UnreachableError(
            f"STAGE={stage!r} is no stage: 2 to 16 small letters, digits and dashes, as in STAGE=dev."
        )
    return stage


def connect(stage: str) -> Connection:
    """Connect to a stage that is deployed. Raises UnreachableError when it is not, or can't be reached."""
    if checked_stage(stage) != LOCAL:
        connection = to_aws()
        cure = f"Deploy it with `make deploy STAGE={stage}`, or name another region with AWS_REGION."
    else:
        connection = to_emulator(local_endpoint())
        cure = "Start it with `make up`."
        if kind_of(local_endpoint()) is EndpointKind.UNKNOWN:
            raise UnreachableError(f"No emulator answers at {connection}. {cure}")
    if not _has_stack(connection, f"{_SERVICE}-{stage}"):
        raise UnreachableError(f"There is no stage {stage} at {connection}. {cure}")
    return connection


def _has_stack(connection: Connection, name: str) -> bool:
    try:
        connection.client("cloudformation").describe_stacks(StackName=name)
    except ClientError as error:
        if is_denied(error):
            # You may be allowed to use a stage without being allowed to look at its stack.
            return True
        # CloudFormation has no error of its own for this.
        if error.response["Error"]["Code"] == "ValidationError":
            return False
        raise UnreachableError(reason(error)) from error
    except BotoCoreError as error:
        raise UnreachableError(reason(error)) from error
    return True


def _credentials(session: boto3.Session) -> dict[str, str]:
    credentials = session.get_credentials()
    if credentials is None:
        return {}
    key = credentials.get_frozen_credentials()
    found = {
        "AWS_ACCESS_KEY_ID": key.access_key,
        "AWS_SECRET_ACCESS_KEY": key.secret_key,
        "AWS_SESSION_TOKEN": key.token,
    }
    return {name: value for name, value in found.items() if value}
