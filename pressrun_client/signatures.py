"""Check the signatures of receipts: JWS by Ed25519 (RFC 7515, RFC 8037)."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Any

from pressrun_client.documents import Document
from pressrun_client.errors import ConfigurationError, PressrunError

TYPE = "pressrun-receipt+jws"


class SignatureError(PressrunError):
    """A signature that does not prove what it stands under."""

    code = "signature"


def signed_receipt(jws: str, keys: Sequence[Mapping[str, Any]]) -> Document:
    """Return the receipt that is signed by one of the keys.

    Raises SignatureError, or ConfigurationError without the library for it.
    """
    try:
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    except ImportError:
        raise ConfigurationError(
            "A library is missing that signatures are checked with: pip install 'pressrun[verify]'."
        ) from None
    header, payload, signature = _parts(jws)
    facts = _json(header)
    if facts.get("alg") != "EdDSA" or facts.get("typ") != TYPE:
        raise SignatureError("This is no signature of a receipt.")
    key = next((each for each in keys if each.get("kid") == facts.get("kid")), None)
    if key is None:
        raise SignatureError("The receipt is signed by a key that the service does not have.")
    try:
        public = Ed25519PublicKey.from_public_bytes(_decoded(str(key.get("x", ""))))
        public.verify(_decoded(signature), f"{header}.{payload}".encode())
    except (InvalidSignature, ValueError):
        raise SignatureError("The signature of the receipt is wrong.") from None
    return Document(_json(payload), "the signed receipt")


def _parts(jws: str) -> tuple[str, str, str]:
    parts = jws.split(".")
    if len(parts) != 3 or not jws.isascii():
        raise SignatureError("This is no signature of a receipt.")
    return parts[0], parts[1], parts[2]


def _json(part: str) -> Mapping[str, Any]:
    try:
        found = json.loads(_decoded(part))
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise SignatureError("This is no signature of a receipt.")
    return found


def _decoded(part: str) -> bytes:
    try:
        return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        raise SignatureError("This is no signature of a receipt.") from None
