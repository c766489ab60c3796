"""Tell emulators apart by their endpoint, and give clients the environment that leads there."""

from __future__ import annotations

import os
import urllib.error
import urllib.request
from collections.abc import Mapping
from enum import StrEnum

REGION = "us-east-1"
# With AUTH=true MiniStack takes this key for the account's root; LocalStack never asks.
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
_ANSWER_SECONDS = 5
# Only these leave the machine, and none of them may come between a client and the emulator.
_PROXIES = frozenset({"http_proxy", "https_proxy", "all_proxy"})


class EndpointKind(StrEnum):
    """Name who answers at an endpoint."""

    MINISTACK = "ministack"
    LOCALSTACK = "localstack"
    UNKNOWN = "unknown"


def answers(url: str, *, seconds: float = _ANSWER_SECONDS) -> bool:
    """Tell whether a GET of the URL ends in status 200. Proxies are not asked."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(url, timeout=seconds) as response:
            return bool(response.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def kind_of(endpoint_url: str) -> EndpointKind:
    """Ask an endpoint what it is. MiniStack comes first, because it answers to LocalStack's name too."""
    base = endpoint_url.rstrip("/")
    if answers(f"{base}/_ministack/health"):
        return EndpointKind.MINISTACK
    if answers(f"{base}/_localstack/health"):
        return EndpointKind.LOCALSTACK
    return EndpointKind.UNKNOWN


def client_environment(endpoint_url: str, base: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return an environment in which the CLI, boto3 and the tests talk to the emulator and to nothing else."""
    environment = {
        name: value
        for name, value in (os.environ if base is None else base).items()
        if not name.startswith("AWS_") and name.lower() not in _PROXIES
    }
    return environment | {
        **CREDENTIALS,
        "AWS_ENDPOINT_URL": endpoint_url,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        # No server may be asked for credentials of a virtual machine.
        "AWS_EC2_METADATA_DISABLED": "true",
    }
