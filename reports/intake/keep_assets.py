"""Keep PDFs of tenants that go into their reports, such as letterheads."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from reports.access.ports import Tenants
from reports.errors import AssetMissingError, InputUnavailableError, LegalHoldError
from reports.jobs import object_keys
from reports.jobs.pdf_request import MOST_BYTES_OF_CONTENTS
from reports.jobs.ports import ObjectStore


@dataclass(frozen=True, slots=True)
class KeptAsset:
    """An asset as it is kept."""

    name: str
    body: bytes

    @property
    def sha256(self) -> str:
        """Return the digest of its bytes."""
        return hashlib.sha256(self.body).hexdigest()


class KeepAssets:
    """The assets of tenants. One of the same name replaces another; reports that are made later have the new one."""

    def __init__(self, artifacts: ObjectStore, tenants: Tenants) -> None:
        self._artifacts = artifacts
        self._tenants = tenants

    def put(self, tenant: str, name: str, body: bytes) -> tuple[KeptAsset, int]:
        """Keep an asset, and return it with the number of its pages.

        Raises AssetUnusableError, LegalHoldError or ServiceUnavailableError.
        """
        # Only now: most instances of the function never see an asset.
        from reports.intake.asset_check import pages_of

        pages = pages_of(body)
        self._check_hold(tenant)
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

    def _check_hold(self, tenant: str) -> None:
        if self._tenants.get(tenant).legal_hold is not None:
            raise LegalHoldError
