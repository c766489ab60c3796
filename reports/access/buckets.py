"""Buckets of tenants' own that their reports may be delivered to: only operators say which, requests name them."""

from __future__ import annotations

import re
from dataclasses import dataclass

ROLE_PREFIX = "pressrun-delivery"
"""What the names of roles begin with that the notify function may assume."""

MOST_DESTINATIONS = 20

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}")
_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_PREFIX = re.compile(r"([A-Za-z0-9!_.'()=-]+/)*")
_ROLE = re.compile(rf"arn:(aws[a-z-]*):iam::([0-9]{{12}}):role/({ROLE_PREFIX}[A-Za-z0-9+=,.@_-]{{0,47}})")
_REGION = re.compile(r"[a-z]{2}(-[a-z]+){1,3}-[0-9]")


@dataclass(frozen=True, slots=True)
class BucketDestination:
    """A folder of a bucket, and the role by which it may be written to. Raises ValueError for parts that are none.

    ``external_id`` is asked for by the role, so that no one else's Pressrun can be talked into assuming it. Without
    ``region``, the bucket is in that of the stage.
    """

    name: str
    bucket: str
    prefix: str
    role: str
    external_id: str
    region: str | None = None

    def __post_init__(self) -> None:
        """Hold the parts to their forms."""
        if not _NAME.fullmatch(self.name):
            raise ValueError(f"{self.name!r} is no name: up to 63 letters, digits, dashes and underscores.")
        if not _BUCKET.fullmatch(self.bucket):
            raise ValueError(f"{self.bucket!r} is no bucket's name.")
        if not _PREFIX.fullmatch(self.prefix) or ".." in self.prefix or len(self.prefix) > 200:
            raise ValueError(f"{self.prefix!r} is no prefix of keys: folders, each with a slash behind it.")
        if not _ROLE.fullmatch(self.role):
            raise ValueError(
                f"{self.role!r} is no role's ARN, such as arn:aws:iam::123456789012:role/{ROLE_PREFIX}-acme: its name "
                f"has to begin with {ROLE_PREFIX}."
            )
        if self.region is not None and not _REGION.fullmatch(self.region):
            raise ValueError(f"{self.region!r} is no region.")

    @property
    def partition(self) -> str:
        """Return the partition of AWS that it is in."""
        return self.role.split(":")[1]

    @property
    def account(self) -> str:
        """Return whose account it is: the role's, which the bucket has to be in, too."""
        return self.role.split(":")[4]
