"""The contract of the port of signatures."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO

import pikepdf
import pytest

from reports.errors import (
    InputUnavailableError,
    SigningKeyMissingError,
    TimestampNotOfferedError,
    TimestampUnavailableError,
)
from reports.jobs.ports import ObjectStore
from reports.jobs.signing import Signer, SigningOrder


def a_pdf() -> bytes:
    body = BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(body, deterministic_id=True)
    return body.getvalue()


class SignerContract:
    """The behaviour of Signer. Fixtures: ``signer``, ``artifacts``, a ``tenant``, and ``keep``, which adds a key."""

    @pytest.fixture
    def order(self, artifacts: ObjectStore, tenant: str) -> SigningOrder:
        folder = f"reports/{tenant}/job-1/1"
        artifacts.put(f"{folder}/a.pdf.unsigned", a_pdf(), content_type="application/pdf")
        return SigningOrder(tenant, "seal", f"{folder}/a.pdf.unsigned", f"{folder}/a.pdf", "a.pdf", reason="Größe")

    def test_a_pdf_is_signed_behind_its_last_byte(
        self, signer: Signer, artifacts: ObjectStore, keep: Callable[[str], object], order: SigningOrder
    ) -> None:
        keep("seal")

        signature = signer.sign(order)

        rendered = artifacts.get(order.source, max_bytes=10**6)
        signed = artifacts.get(order.destination, max_bytes=10**6)
        assert rendered == a_pdf()
        assert signed.startswith(rendered)
        assert signature.size == len(signed) > len(rendered)
        assert signature.sha256 == hashlib.sha256(signed).hexdigest()
        assert "Acme" in signature.signer
        assert signature.level == "PAdES B-B"

    def test_a_key_that_is_there_passes(
        self, signer: Signer, keep: Callable[[str], object], order: SigningOrder
    ) -> None:
        keep("seal")

        signer.check(order)

    def test_a_key_that_is_not_there_signs_nothing(
        self, signer: Signer, artifacts: ObjectStore, order: SigningOrder
    ) -> None:
        for ask in (lambda: signer.check(order), lambda: signer.sign(order)):
            with pytest.raises(SigningKeyMissingError, match="no signing key named 'seal'"):
                ask()

        with pytest.raises(InputUnavailableError):
            artifacts.get(order.destination, max_bytes=10**6)

    def test_a_key_of_another_tenant_is_not_there(
        self, signer: Signer, keep: Callable[[str], object], order: SigningOrder, tenant: str
    ) -> None:
        keep("seal")

        with pytest.raises(SigningKeyMissingError):
            signer.check(replace(order, tenant=f"{tenant}-2"))

    def test_nothing_is_signed_where_no_authority_gives_a_time_stamp(
        self, signer: Signer, artifacts: ObjectStore, keep: Callable[[str], object], order: SigningOrder
    ) -> None:
        keep("seal")

        # A stack of the tests names one that is down.
        with pytest.raises((TimestampNotOfferedError, TimestampUnavailableError)):
            signer.sign(replace(order, timestamp=True))

        with pytest.raises(InputUnavailableError):
            artifacts.get(order.destination, max_bytes=10**6)
