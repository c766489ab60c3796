"""Authorities prove the time of signatures, or nothing is signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reports.adapters import timestamp_authority as adapter
from reports.adapters.kms_signing import KmsSigning
from reports.adapters.pades_signer import PadesSigner
from reports.adapters.ssm_signing_keys import SSMSigningKeys
from reports.errors import TimestampNotOfferedError, TimestampUnavailableError
from tests.certificates import TODAY, authority, signing_key
from tests.contracts.signing import a_pdf
from tests.fakes.clock import SettableClock
from tests.fakes.kms import InMemoryKMS
from tests.fakes.objects import InMemoryObjectStore
from tests.timestamping import Clock, timestamp_authority
from tests.unit.adapters.test_pades_signer import ORDER, Parameters

pytestmark = pytest.mark.gate
STAMPED = replace(ORDER, timestamp=True)


@pytest.fixture
def clock() -> Iterator[Clock]:
    with timestamp_authority() as clock:
        yield clock


@pytest.fixture
def artifacts() -> InMemoryObjectStore:
    store = InMemoryObjectStore()
    store.put(ORDER.source, a_pdf(), content_type="application/pdf")
    return store


def signer_by(artifacts: InMemoryObjectStore, *urls: str) -> PadesSigner:
    parameters: Any = Parameters()
    parameters.kept["/pressrun/dev/signing/demo/seal"] = signing_key()
    kms: Any = InMemoryKMS()
    keys = SSMSigningKeys(parameters, "/pressrun/dev/signing")
    return PadesSigner(keys, KmsSigning(kms), artifacts, SettableClock(TODAY), authorities=urls)


def test_a_signature_has_the_time_of_an_authority(artifacts: InMemoryObjectStore, clock: Clock) -> None:
    signature = signer_by(artifacts, clock.url).sign(STAMPED)

    [embedded] = PdfFileReader(BytesIO(artifacts.objects[ORDER.destination].body)).embedded_signatures
    root = Certificate.load(authority()[1].public_bytes(Encoding.DER))
    status = validate_pdf_signature(embedded, ValidationContext(trust_roots=[root]))
    assert status.bottom_line
    assert status.timestamp_validity is not None
    assert status.timestamp_validity.trusted
    assert status.timestamp_validity.intact
    assert signature.level == "PAdES B-T"
    assert signature.timestamp is not None
    assert signature.timestamp["authority"] == "Common Name: Test Clock"
    assert signature.timestamp["at"] == f"{status.timestamp_validity.timestamp:%Y-%m-%dT%H:%M:%SZ}"
    assert clock.asked == 1  # authorities count them


def test_a_check_asks_the_authority_once_in_a_while(artifacts: InMemoryObjectStore, clock: Clock) -> None:
    signer = signer_by(artifacts, clock.url)

    for _ in range(3):
        signer.check(STAMPED)
    signer.check(ORDER)

    assert clock.asked == 1


MOODS = ("refused", "another digest", "another nonce", "another time", "broken signature", "no answer", "words", "long")


@pytest.mark.parametrize("mood", MOODS)
def test_an_authority_that_gives_no_sound_time_stamp_has_nothing_signed(
    mood: str, artifacts: InMemoryObjectStore, clock: Clock
) -> None:
    clock.mood = mood
    signer = signer_by(artifacts, clock.url)

    for ask in (signer.check, signer.sign):
        with pytest.raises(TimestampUnavailableError) as raised:
            ask(STAMPED)

    assert raised.value.retryable
    assert ORDER.destination not in artifacts.objects
    assert clock.asked == 2


@pytest.mark.parametrize("status", [302, 403, 500])
def test_an_answer_of_another_status_is_none_and_no_redirect_is_followed(
    status: int, artifacts: InMemoryObjectStore, clock: Clock
) -> None:
    clock.status = status

    with pytest.raises(TimestampUnavailableError):
        signer_by(artifacts, clock.url).check(STAMPED)

    assert clock.asked == 1


def test_the_next_authority_answers_if_the_first_is_down(artifacts: InMemoryObjectStore, clock: Clock) -> None:
    with timestamp_authority() as gone:
        down = gone.url

    signature = signer_by(artifacts, down, clock.url).sign(STAMPED)

    assert signature.level == "PAdES B-T"


def test_a_time_stamp_that_is_larger_than_its_room_is_refused(
    artifacts: InMemoryObjectStore, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(adapter, "MOST_TOKEN_BYTES", 100)

    with pytest.raises(TimestampUnavailableError):
        signer_by(artifacts, clock.url).sign(STAMPED)


def test_a_stage_without_authorities_says_so_before_any_work(artifacts: InMemoryObjectStore) -> None:
    signer = signer_by(artifacts)

    for ask in (signer.check, signer.sign):
        with pytest.raises(TimestampNotOfferedError, match="no authority for time stamps"):
            ask(STAMPED)

    assert ORDER.destination not in artifacts.objects
