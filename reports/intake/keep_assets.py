"""Keep PDFs of tenants that go into their reports, such as letterheads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from reports.access.ports import Tenants
from reports.errors import AssetLimitError, AssetMissingError, InputUnavailableError, LegalHoldError
from reports.jobs import object_keys
from reports.jobs.pdf_request import MOST_BYTES_OF_CONTENTS
from reports.jobs.ports import ObjectStore

_SUFFIX = ".pdf"


@dataclass(frozen=True, slots=True)
class KeptAsset:
    """An asset as it is kept."""

    name: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Return the digest of its bytes."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class ListedAsset:
    """An asset as a list shows it; ``size`` is in bytes."""

    name: str
    size: int
    kept_at: datetime


class KeepAssets:
    """The assets of tenants. One of the same name replaces another; reports that are made later have the new one."""

    def __init__(self, artifacts: ObjectStore, tenants: Tenants, *, most: int, most_bytes: int) -> None:
        self._artifacts = artifacts
        self._tenants = tenants
        self._most = most
        self._most_bytes = most_bytes

    def put(self, tenant: str, name: str, body: bytes) -> tuple[KeptAsset, int]:
        """Keep an asset, and return it with the number of its pages.

        Raises AssetUnusableError, AssetLimitError, LegalHoldError or ServiceUnavailableError.
        """
        # Only now: most instances of the function never see an asset.
        from reports.intake.asset_check import pages_of

        pages = pages_of(body)
        self._check_hold(tenant)
        self._check_room(tenant, name, len(body))
        self._artifacts.put(object_keys.asset_key(tenant, name), body, content_type="application/pdf")
        return KeptAsset(name, body), pages

    def get(self, tenant: str, name: str) -> KeptAsset:
        """Return an asset. Raises AssetMissingError or ServiceUnavailableError."""
        try:
            body = self._artifacts.get(object_keys.asset_key(tenant, name), max_bytes=MOST_BYTES_OF_CONTENTS)
        except InputUnavailableError:
            raise AssetMissingError("", name) from None
        return KeptAsset(name, body)

    def remove(self, tenant: str, name: str) -> None:
        """Remove an asset, if there is one. Raises LegalHoldError or ServiceUnavailableError."""
        self._check_hold(tenant)
        self._artifacts.delete(object_keys.asset_key(tenant, name))

    def listed(self, tenant: str) -> list[ListedAsset]:
        """Return what a tenant has, by name. Raises ServiceUnavailableError."""
        folder = object_keys.asset_key(tenant, "").removesuffix(_SUFFIX)
        return [
            ListedAsset(each.key.removeprefix(folder).removesuffix(_SUFFIX), each.size, each.modified_at)
            for each in self._artifacts.list(folder)
        ]

    def _check_room(self, tenant: str, name: str, size: int) -> None:
        """Raise AssetLimitError for one that is too much. Of several at once, each may be let through as the last."""
        others = [each for each in self.listed(tenant) if each.name != name]
        if len(others) >= self._most:
            raise AssetLimitError(
                f"Your tenant has {len(others):,} assets, and may have {self._most:,}. Remove one first: GET /assets "
                "lists them.",
                most=self._most,
            )
        total = sum(each.size for each in others)
        if total + size > self._most_bytes:
            raise AssetLimitError(
                f"Your tenant's assets would have {total + size:,} bytes together, and may have {self._most_bytes:,}. "
                "Remove one first: GET /assets lists them.",
                most_bytes=self._most_bytes,
            )

    def _check_hold(self, tenant: str) -> None:
        if self._tenants.get(tenant).legal_hold is not None:
            raise LegalHoldError
