"""Make the clients of AWS's services, each once."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from reports.bootstrap.call_timeouts import OF_AN_EMULATOR, CallTimes
from reports.bootstrap.settings import Settings

if TYPE_CHECKING:
    from reports.adapters.fault_injection import Faults

# An e-mail whose answer was lost may have been sent, and a repetition would look the same. The delivery tries again by
# itself, after a wait.
_ONLY_ONCE = frozenset({"ses"})
# Callers wait for the audit log beside all else that their requests take.
_IN_PASSING = frozenset({"logs"})
# The sign function answers when it has signed, and a second call would sign a second time.
_UNTIL_DONE = {"lambda": CallTimes(connect=1, read=95, tries=1)}


@cache
def client(service: str, endpoint_url: str | None = None) -> Any:
    import boto3
    from botocore.config import Config

    is_emulated = bool(endpoint_url or os.environ.get("AWS_ENDPOINT_URL"))
    once = service in _ONLY_ONCE | _IN_PASSING
    times = _times(service, is_emulated=is_emulated, once=once)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": 1 if once else times.tries},
        connect_timeout=times.connect,
        read_timeout=times.read,
        # Without it, presigned URLs of us-east-1 would be signed by a scheme that newer buckets refuse.
        signature_version="s3v4" if service == "s3" else None,
        # Presigned URLs name the region's own host. The global one redirects to it for the first day of a bucket, which
        # breaks signatures, and in regions opened after March 2019 it refuses them for good. An emulator has one host.
        s3=None if is_emulated else {"addressing_style": "virtual", "us_east_1_regional_endpoint": "regional"},
    )
    made = boto3.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload]
    broken = faults()
    return broken.in_client(service, made) if broken else made


def client_of_other(credentials: Mapping[str, str], region: str | None) -> Any:
    """Make a client of S3 by credentials that are not this function's own."""
    import boto3
    from botocore.config import Config

    times = CallTimes.within(Settings.from_environment().function_seconds)
    config = Config(
        retries={"mode": "standard", "total_max_attempts": times.tries},
        connect_timeout=times.connect,
        read_timeout=times.read,
    )
    return boto3.client("s3", config=config, region_name=region, **credentials)  # type: ignore[call-overload]


def _times(service: str, *, is_emulated: bool, once: bool) -> CallTimes:
    if service in _UNTIL_DONE:
        return _UNTIL_DONE[service]
    return OF_AN_EMULATOR if is_emulated else CallTimes.within(Settings.from_environment().function_seconds, once=once)


@cache
def faults() -> Faults | None:
    """Return what is to go wrong on purpose, on the stage ``local``."""
    settings = Settings.from_environment()
    if settings.stage != "local" or not settings.faults:
        return None  # packages for AWS do not have the module
    from reports.adapters.fault_injection import Faults

    return Faults.of(settings.stage, settings.faults)
