"""Read the secrets of webhooks from SSM: a SecureString for each tenant, with a secret on each line."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from reports.adapters.aws_errors import error_code, translated

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient

# A secret that was added is known after this time, at the latest. One that is not there may come any moment.
_KNOWN_SECONDS = 300
_MISSING_SECONDS = 5


class SSMWebhookSecrets:
    """WebhookSecrets in SSM. ``prefix`` is what the names of the parameters begin with, such as ``/pressrun/dev/…``."""

    def __init__(self, client: SSMClient, prefix: str, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._prefix = prefix
        self._monotonic = monotonic
        self._known: dict[str, tuple[float, Sequence[str]]] = {}

    def of(self, tenant: str) -> Sequence[str]:
        """Return the secrets. See WebhookSecrets.of."""
        until, secrets = self._known.get(tenant, (0.0, ()))
        now = self._monotonic()
        if now >= until:
            secrets = self._read(tenant)
            self._known[tenant] = (now + (_KNOWN_SECONDS if secrets else _MISSING_SECONDS), secrets)
        return secrets

    def _read(self, tenant: str) -> Sequence[str]:
        with translated("SSM"):
            try:
                response = self._client.get_parameter(Name=f"{self._prefix}/{tenant}", WithDecryption=True)
            except ClientError as error:
                if error_code(error) != "ParameterNotFound":
                    raise
                return ()
        return tuple(response["Parameter"].get("Value", "").split())
