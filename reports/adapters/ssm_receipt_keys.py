"""Sign receipts by a key in SSM's Parameter Store.

::

    <prefix>/private    SecureString, the JWK that signs
    <prefix>/public     String, a JWK Set: its public key, and those of keys before it
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import jwt
from botocore.exceptions import ClientError

from reports.adapters.aws_errors import error_code, translated
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

ALGORITHM = "EdDSA"
TYPE = "pressrun-receipt+jws"
"""The ``typ`` of the header, so that nothing that is signed for another purpose is taken for a receipt."""

# A new key is known after this time, at the latest. One that is not there may come any moment.
_KNOWN_SECONDS = 300
_MISSING_SECONDS = 5


class SSMReceiptKeys:
    """ReceiptKeys in SSM. ``prefix`` is what the names of both parameters begin with, such as ``/pressrun/dev/…``."""

    def __init__(self, client: SSMClient, prefix: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._prefix = prefix
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Any]] = {}

    def sign(self, payload: bytes) -> str | None:
        """Sign a receipt. See ReceiptKeys.sign."""
        jwk = self._parameter("private")
        if jwk is None:
            return None
        key = jwt.PyJWK.from_dict(jwk, ALGORITHM)
        headers = {"kid": jwk["kid"], "typ": TYPE}
        return jwt.PyJWS().encode(payload, key.key, algorithm=ALGORITHM, headers=headers)

    def public(self) -> Sequence[Mapping[str, str]]:
        """Return the public keys. See ReceiptKeys.public."""
        found = self._parameter("public")
        return [] if found is None else list(found["keys"])

    def _parameter(self, name: str) -> Any:
        until, value = self._known.get(name, (0.0, None))
        now = self._monotonic()
        if now >= until:
            value = self._read(name)
            self._known[name] = (now + (_MISSING_SECONDS if value is None else _KNOWN_SECONDS), value)
        return value

    def _read(self, name: str) -> Any:
        with translated("SSM"):
            try:
                response = self._client.get_parameter(Name=f"{self._prefix}/{name}", WithDecryption=True)
            except ClientError as error:
                if error_code(error) != "ParameterNotFound":
                    raise
                return None
        try:
            return json.loads(response["Parameter"].get("Value", ""))
        except ValueError:
            # Its text is not quoted, for it may be a key.
            raise ServiceUnavailableError(f"{self._prefix}/{name} is not JSON: make the key anew.") from None
