"""Reach what a stage knows of keys and tenants, and keep a key of the tenant ``demo`` at hand for an emulator."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any
from urllib.parse import urlsplit

from reports.access.api_keys import PresentedKey, new_key
from reports.access.identity import EVERYTHING, Scope
from reports.adapters.dynamodb.api_keys import DynamoDBApiKeys
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from tools.connection import Connection, connect, to_emulator

DEMO = "demo"

NEVER_WRITTEN = timedelta(0)
"""The retention of jobs for commands that only read them."""
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


def job_store(connection: Connection, stage: str, *, retention: timedelta = NEVER_WRITTEN) -> DynamoDBJobStore:
    """Return a stage's jobs, for commands that only read them unless they give a retention."""
    return DynamoDBJobStore(connection.client("dynamodb"), f"pressrun-jobs-{stage}", retention=retention)


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
