"""Make the secret by which a tenant's webhooks are signed, and show it, this once.

With ``--rotate`` a new one is put before the old one: both sign, until the next rotation drops the older of the two.
"""

from __future__ import annotations

import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.identity import is_tenant
from reports.delivery.standard_webhooks import new_secret
from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import reason

_KEPT = 2


def main(arguments: list[str] | None = None, *, client: Any = None) -> int:
    """Make or change a secret. Returns 1 with the reason when that can't be."""
    parser = MakeParser(prog="python -m tools.webhook_secret", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--rotate", action="store_true", help="add a new secret to the one there is")
    options = parser.parse_args(arguments)
    if not is_tenant(options.tenant):
        print(f"{options.tenant!r} is no tenant: small letters, digits and dashes.", file=sys.stderr)
        return 1
    name = f"/pressrun/{options.stage}/webhook-secrets/{options.tenant}"
    try:
        return _keep(client or connect(options.stage).client("ssm"), name, rotate=options.rotate)
    except UnreachableError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except (ClientError, BotoCoreError) as error:
        print(f"error: The secret can't be kept in {name}. {reason(error)}", file=sys.stderr)
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


if __name__ == "__main__":
    sys.exit(main())
