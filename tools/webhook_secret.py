"""Make the secret by which a tenant's webhooks are signed, and show it, this once.

With ``--rotate`` a new one is put before the old one: both sign, until the next rotation drops the older of the two.
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from reports.identity import is_tenant
from reports.standard_webhooks import new_secret
from tools.emulator.clients import session
from tools.emulator.endpoint import REGION

_KEPT = 2


def main(arguments: list[str] | None = None, *, client: Any = None) -> int:
    """Make or change a secret. Returns 1 with the reason when that can't be."""
    parser = argparse.ArgumentParser(prog="python -m tools.webhook_secret", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--rotate", action="store_true", help="add a new secret to the one there is")
    options = parser.parse_args(arguments)
    if not is_tenant(options.tenant):
        print(f"{options.tenant!r} is no tenant: small letters, digits and dashes.", file=sys.stderr)
        return 1
    name = f"/pressrun/{options.stage}/webhook-secrets/{options.tenant}"
    try:
        return _keep(client or _client(options.stage), name, rotate=options.rotate)
    except (ClientError, BotoCoreError) as error:
        print(f"The secret can't be kept in {name}: {error}", file=sys.stderr)
        return 1


def _keep(client: Any, name: str, *, rotate: bool) -> int:
    known = _read(client, name)
    if known and not rotate:
        print(f"{name} is there already, and is not shown again. For a new one beside it: ROTATE=1.", file=sys.stderr)
        return 1
    fresh = new_secret()
    value = "\n".join([fresh, *known][:_KEPT])
    # Not overwritten unless it was read: who makes the first one at the same time must not lose it.
    client.put_parameter(Name=name, Value=value, Type="SecureString", Overwrite=bool(known))
    print(fresh)
    print(f"Kept in {name}. Functions that run know it within 5 minutes. Give it to the receiver.", file=sys.stderr)
    if known:
        print("Webhooks are signed by the one before, too, until the next ROTATE=1.", file=sys.stderr)
    return 0


def _read(client: Any, name: str) -> list[str]:
    try:
        return str(client.get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]).split()
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return []


def _client(stage: str) -> Any:
    if stage != "local":
        return boto3.client("ssm", region_name=os.environ.get("AWS_REGION", REGION))
    endpoint = os.environ.get("AWS_ENDPOINT_URL") or f"http://127.0.0.1:{os.environ.get('PRESSRUN_PORT') or 4566}"
    return session().client("ssm", endpoint_url=endpoint)


if __name__ == "__main__":
    sys.exit(main())
