"""Make the key by which a stage signs its receipts. It replaces the one before, by which receipts can still be checked.

The private key never leaves SSM's Parameter Store but into the api function, and is not shown.
"""

from __future__ import annotations

import base64
import hashlib
import json
import sys
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import reason

_MOST_PUBLIC = 20
"""As many keys as fit into a parameter, with some room."""


def main(arguments: list[str] | None = None, *, client: Any = None) -> int:
    """Make a key. Returns 1 with the reason when that can't be."""
    parser = MakeParser(prog="python -m tools.receipt_key", description=__doc__)
    parser.add_argument("--stage", default="local")
    options = parser.parse_args(arguments)
    prefix = f"/pressrun/{options.stage}/receipts"
    try:
        return _make(client or connect(options.stage).client("ssm"), prefix)
    except UnreachableError as error:
        print(f"error: {error}", file=sys.stderr)
    except (ClientError, BotoCoreError) as error:
        print(f"error: The key can't be kept in {prefix}. {reason(error)}", file=sys.stderr)
    return 1


def _make(client: Any, prefix: str) -> int:
    key = new_key()
    public = {name: value for name, value in key.items() if name != "d"}
    keys = [public, *_public_keys(client, f"{prefix}/public")]
    if len(keys) > _MOST_PUBLIC:
        print(
            f"error: {prefix}/public has {_MOST_PUBLIC} keys: remove those of which no receipt is left.",
            file=sys.stderr,
        )
        return 1
    # First, so that no receipt is signed by a key that cannot be looked up.
    client.put_parameter(Name=f"{prefix}/public", Value=json.dumps({"keys": keys}), Type="String", Overwrite=True)
    client.put_parameter(Name=f"{prefix}/private", Value=json.dumps(key), Type="SecureString", Overwrite=True)
    print(f"Kept in {prefix}. Receipts are signed by the key {key['kid']} within 5 minutes.")
    return 0


def _public_keys(client: Any, name: str) -> list[dict[str, str]]:
    try:
        value = client.get_parameter(Name=name)["Parameter"]["Value"]
    except ClientError as error:
        if error.response["Error"]["Code"] != "ParameterNotFound":
            raise
        return []
    return list(json.loads(value)["keys"])


def new_key() -> dict[str, str]:
    """Return a new private key for Ed25519 as a JWK, named by its thumbprint (RFC 7638)."""
    key = Ed25519PrivateKey.generate()
    x = _encoded(key.public_key().public_bytes_raw())
    named = json.dumps({"crv": "Ed25519", "kty": "OKP", "x": x}, separators=(",", ":"))
    kid = _encoded(hashlib.sha256(named.encode()).digest())
    return {
        "kty": "OKP",
        "crv": "Ed25519",
        "use": "sig",
        "alg": "EdDSA",
        "kid": kid,
        "x": x,
        "d": _encoded(key.private_bytes_raw()),
    }


def _encoded(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


if __name__ == "__main__":
    sys.exit(main())
