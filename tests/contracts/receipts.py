"""The contracts of the ports of receipts."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

import jwt
import pytest

from reports.errors import JobNotFoundError
from reports.jobs.receipts import ReceiptKeys, ReportFiles
from tests.builders import a_job
from tests.contracts.moments import NOON

PAYLOADS = [b"{}", '{"größe":"日本"}'.encode(), b"x" * 5000]
HASH, OTHER = "ab" * 32, "cd" * 32


class ReceiptKeysContract:
    """The behaviour of ReceiptKeys. Fixtures: ``keys``, and ``make``, which makes a new key."""

    def test_nothing_is_signed_without_a_key(self, keys: ReceiptKeys) -> None:
        assert keys.sign(b"{}") is None
        assert list(keys.public()) == []

    def test_what_is_signed_is_what_the_public_keys_prove(self, keys: ReceiptKeys, make: Callable[[], object]) -> None:
        make()

        for payload in PAYLOADS:
            signed = str(keys.sign(payload))
            [public] = keys.public()
            read = jwt.PyJWS().decode_complete(signed, jwt.PyJWK.from_dict(dict(public)), algorithms=["EdDSA"])
            assert read["payload"] == payload
            assert read["header"] == {"alg": "EdDSA", "kid": public["kid"], "typ": "pressrun-receipt+jws"}
            assert signed == keys.sign(payload)

    def test_a_new_key_signs_and_those_before_it_stay_public_and_no_private_one_is(
        self, keys: ReceiptKeys, make: Callable[[], object]
    ) -> None:
        make()
        first = str(keys.sign(b"{}"))
        make()
        second = str(keys.sign(b"{}"))

        new, old = keys.public()

        assert jwt.get_unverified_header(first)["kid"] == old["kid"]
        assert jwt.get_unverified_header(second)["kid"] == new["kid"]
        assert all("d" not in key for key in (new, old))


class ReportFilesContract:
    """The behaviour of ReportFiles. ``files`` and a fresh ``tenant`` come from fixtures of the subclass."""

    def test_a_file_leads_to_the_report_that_was_asked_for_last(self, files: ReportFiles, tenant: str) -> None:
        jobs = [a_job(str(uuid4()), tenant=tenant, at=NOON + timedelta(seconds=n)) for n in (1, 0, 2)]

        found = []
        for job in jobs:
            files.note(job, HASH)
            files.note(job, HASH)
            found.append(files.job_of(tenant, HASH))

        assert found == [jobs[0].id, jobs[0].id, jobs[2].id]

    def test_files_and_tenants_are_apart(self, files: ReportFiles, tenant: str) -> None:
        files.note(a_job("job-a", tenant=tenant, at=NOON), HASH)

        for whose, sha256 in ((tenant, OTHER), (f"{tenant}-other", HASH)):
            with pytest.raises(JobNotFoundError):
                files.job_of(whose, sha256)
