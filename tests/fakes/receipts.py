"""The ports of receipts in memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import jwt

from reports.errors import JobNotFoundError
from reports.jobs.job import Job
from tools.receipt_key import new_key


class InMemoryReceiptKeys:
    """Keys of receipts. Without any, nothing is signed."""

    def __init__(self) -> None:
        self.keys: list[dict[str, str]] = []
        self.refuse: Exception | None = None

    def make(self) -> None:
        """Make a new key, which signs from now on."""
        self.keys.insert(0, new_key())

    def sign(self, payload: bytes) -> str | None:
        if self.refuse is not None:
            raise self.refuse
        if not self.keys:
            return None
        headers = {"kid": self.keys[0]["kid"], "typ": "pressrun-receipt+jws"}
        key = jwt.PyJWK.from_dict(self.keys[0], "EdDSA").key
        return jwt.PyJWS().encode(payload, key, algorithm="EdDSA", headers=headers)

    def public(self) -> Sequence[Mapping[str, str]]:
        if self.refuse is not None:
            raise self.refuse
        return [{name: value for name, value in key.items() if name != "d"} for key in self.keys]


class InMemoryReportFiles:
    """The reports of files, in memory."""

    def __init__(self) -> None:
        self.made_by: dict[tuple[str, str], tuple[datetime, str]] = {}

    def note(self, job: Job, sha256: str) -> None:
        mine, place = (job.created_at, job.id), (job.tenant, sha256)
        self.made_by[place] = max(mine, self.made_by.get(place, mine))

    def job_of(self, tenant: str, sha256: str) -> str:
        if (tenant, sha256) not in self.made_by:
            raise JobNotFoundError("No report has such a file.")
        return self.made_by[tenant, sha256][1]
