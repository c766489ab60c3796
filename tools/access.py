"""Reach what a stage knows of keys and tenants, and keep a key of the tenant ``demo`` at hand for an emulator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from reports.access.api_keys import PresentedKey, new_key
from reports.access.identity import EVERYTHING, Scope
from reports.access.retention import Expiry, Retention, RetentionBounds, after
from reports.adapters.dynamodb.api_keys import DynamoDBApiKeys
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from reports.adapters.system_clock import SystemClock
from tools.connection import Connection, connect, to_emulator

DEMO = "demo"

_NEVER_WRITTEN = after(days=0)
_KEPT = Path(__file__).resolve().parents[1] / "build" / "api-keys"


def client_for(service: Any, stage: str, endpoint_url: str | None = None) -> Any:
    """Return a client of a stage that is deployed. Raises UnreachableError.

    At an endpoint, which only an emulator has, the user who names it has found it already.
    """
    return (connect(stage) if endpoint_url is None else to_emulator(endpoint_url)).client(service)


def api_keys_of(stage: str, endpoint_url: str | None = None) -> DynamoDBApiKeys:
    """Return the records of a stage's API keys."""
    return DynamoDBApiKeys(client_for("dynamodb", stage, endpoint_url), f"pressrun-access-{stage}")


def tenants_of(stage: str) -> DynamoDBTenants:
    """Return what is settled for a stage's tenants."""
    return DynamoDBTenants(client_for("dynamodb", stage), f"pressrun-access-{stage}")


def retention_of(connection: Connection, stage: str) -> Retention:
    """Return how long a stage keeps things, as its functions know it."""
    tenants = DynamoDBTenants(connection.client("dynamodb"), f"pressrun-access-{stage}")
    return Retention(tenants, SystemClock(), for_all=bounds_of(connection, stage))


def environment_of(connection: Connection, stage: str) -> Mapping[str, str]:
    """Return the environment of a stage's functions."""
    function = connection.client("lambda").get_function_configuration(FunctionName=f"pressrun-{stage}-redrive")
    told: Mapping[str, str] = function["Environment"]["Variables"]
    return told


def bounds_of(connection: Connection, stage: str) -> RetentionBounds:
    """Return what a stage's tenants may have for how long things are kept."""
    told = environment_of(connection, stage)
    return RetentionBounds(*(int(told[f"{each}_RETENTION_DAYS"]) for each in ("JOB", "LEAST", "MOST")))


def job_store(connection: Connection, stage: str, *, expiry: Expiry = _NEVER_WRITTEN) -> DynamoDBJobStore:
    """Return a stage's jobs, for commands that only read them unless they give an expiry."""
    return DynamoDBJobStore(connection.client("dynamodb"), f"pressrun-jobs-{stage}", expiry=expiry)


def items_of(
    connection: Connection, stage: str, condition: str, names: Mapping[str, str], values: Mapping[str, str]
) -> Iterator[Mapping[str, Any]]:
    """Yield the items beside a stage's jobs to which a condition applies. It reads the whole table, page by page."""
    pages = connection.client("dynamodb").get_paginator("scan")
    for page in pages.paginate(
        TableName=f"pressrun-jobs-{stage}",
        FilterExpression=condition,
        ExpressionAttributeNames=dict(names),
        ExpressionAttributeValues={name: {"S": value} for name, value in values.items()},
    ):
        yield from page["Items"]


def fresh_key(endpoint_url: str, tenant: str = DEMO, scopes: frozenset[Scope] = EVERYTHING, *, name: str) -> str:
    """Make an API key for a stack on an emulator."""
    record, key = new_key(tenant, scopes, name=name, live=False, now=datetime.now(UTC))
    api_keys_of("local", endpoint_url).add(record)
    return key


def demo_key(endpoint_url: str, *, home: Path = _KEPT) -> str:
    """Return the key of the tenant ``demo`` that is kept for an emulator's address; make one when there is none.

    One that the stack does not know any more, because its state was forgotten, is replaced.
    """
    file = home / urlsplit(endpoint_url).netloc.replace(":", "-")
    try:
        kept = file.read_text("utf-8").strip()
    except FileNotFoundError:
        kept = ""
    presented = PresentedKey.parse(kept)
    record = None if presented is None else api_keys_of("local", endpoint_url).get(presented.id)
    if presented and record and record.is_opened_by(presented, datetime.now(UTC)):
        return kept
    key = fresh_key(endpoint_url, name="of this machine")
    home.mkdir(parents=True, exist_ok=True)
    # A temporary file is for its owner alone from the beginning, and takes the place of the old one at once.
    with NamedTemporaryFile("w", dir=home, delete=False) as new:
        new.write(key + "\n")
    Path(new.name).replace(file)
    return key
