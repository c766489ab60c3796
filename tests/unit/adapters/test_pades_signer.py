"""Signatures as readers of PDFs check them: by pyHanko's validator, and by Poppler's, where it is."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto.x509 import Certificate
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from reports.adapters.kms_signing import KmsSigning
from reports.adapters.pades_signer import PadesSigner
from reports.adapters.ssm_signing_keys import SSMSigningKeys
from reports.errors import (
    InternalError,
    PermanentError,
    ServiceUnavailableError,
    SigningKeyUnusableError,
    TooLargeError,
)
from reports.jobs.signing import SigningOrder
from tests.certificates import TODAY, authority, kms_key, signing_key
from tests.contracts.signing import SignerContract, a_pdf
from tests.fakes.clock import SettableClock
from tests.fakes.kms import InMemoryKMS
from tests.fakes.objects import InMemoryObjectStore
from tools import pdf_ua

FOLDER = "reports/demo/job-1/1"
ORDER = SigningOrder("demo", "seal", f"{FOLDER}/a.pdf.unsigned", f"{FOLDER}/a.pdf", "a.pdf")


class Parameters:
    """SSM's parameters by name."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}
        self.refuse: ClientError | None = None

    def get_parameter(self, *, Name: str, WithDecryption: bool) -> dict[str, Any]:  # noqa: N803 - boto3's names
        assert WithDecryption
        if self.refuse is not None:
            raise self.refuse
        if Name not in self.kept:
            raise ClientError({"Error": {"Code": "ParameterNotFound", "Message": ""}}, "GetParameter")
        return {"Parameter": {"Value": self.kept[Name]}}


@pytest.fixture
def parameters() -> Parameters:
    return Parameters()


@pytest.fixture
def artifacts() -> InMemoryObjectStore:
    store = InMemoryObjectStore()
    store.put(ORDER.source, a_pdf(), content_type="application/pdf")
    return store


@pytest.fixture
def kms() -> InMemoryKMS:
    return InMemoryKMS()


@pytest.fixture
def signer(parameters: Parameters, artifacts: InMemoryObjectStore, kms: InMemoryKMS) -> PadesSigner:
    keys = SSMSigningKeys(parameters, "/pressrun/dev/signing")  # type: ignore[arg-type]
    return PadesSigner(keys, KmsSigning(kms), artifacts, SettableClock(TODAY))  # type: ignore[arg-type]


class TestPadesSignerByKms(SignerContract):
    @pytest.fixture
    def tenant(self) -> str:
        return "demo"

    @pytest.fixture
    def keep(self, parameters: Parameters, tenant: str, kms: InMemoryKMS) -> Callable[[str], object]:
        return lambda name: parameters.kept.update({f"/pressrun/dev/signing/{tenant}/{name}": kms_key(kms)})


class TestPadesSigner(SignerContract):
    @pytest.fixture
    def tenant(self) -> str:
        return "demo"

    @pytest.fixture
    def keep(self, parameters: Parameters, tenant: str) -> Callable[[str], object]:
        return lambda name: parameters.kept.update({f"/pressrun/dev/signing/{tenant}/{name}": signing_key()})


@pytest.fixture
def kept(parameters: Parameters) -> None:
    parameters.kept["/pressrun/dev/signing/demo/seal"] = signing_key()


def validated(pdf: bytes, password: str | None = None) -> Any:
    reader = PdfFileReader(BytesIO(pdf))
    if password is not None:
        reader.decrypt(password)
    [signature] = reader.embedded_signatures
    root = Certificate.load(authority()[1].public_bytes(Encoding.DER))
    return validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))


def signed(signer: PadesSigner, artifacts: InMemoryObjectStore, order: SigningOrder = ORDER) -> bytes:
    signer.sign(order)
    return artifacts.objects[order.destination].body


@pytest.mark.usefixtures("kept")
def test_a_signature_is_trusted_by_way_of_its_chain(signer: PadesSigner, artifacts: InMemoryObjectStore) -> None:
    status = validated(signed(signer, artifacts))

    assert status.bottom_line
    assert status.coverage.name == "ENTIRE_FILE"
    assert status.signing_cert.subject.native == {"common_name": "Acme GmbH"}


@pytest.mark.usefixtures("kept")
def test_a_changed_byte_breaks_the_signature(signer: PadesSigner, artifacts: InMemoryObjectStore) -> None:
    body = bytearray(signed(signer, artifacts))
    body[10] ^= 1  # in the comment below the version, which no reader looks at

    assert not validated(bytes(body)).intact


@pytest.mark.usefixtures("kept")
def test_what_is_certified_allows_no_change_at_all(signer: PadesSigner, artifacts: InMemoryObjectStore) -> None:
    body = signed(signer, artifacts, replace(ORDER, certify=True))

    status = validated(body)
    assert status.docmdp_ok
    assert status.modification_level is ModificationLevel.NONE
    with pikepdf.open(BytesIO(body)) as pdf:
        [reference] = pdf.Root.Perms.DocMDP.Reference
        assert reference.TransformParams.P == 1


@pytest.mark.usefixtures("kept")
def test_readers_are_shown_reason_and_place(signer: PadesSigner, artifacts: InMemoryObjectStore) -> None:
    order = replace(ORDER, reason="Größe freigegeben", location="東京")

    with pikepdf.open(BytesIO(signed(signer, artifacts, order))) as pdf:
        value = pdf.Root.AcroForm.Fields[0].V
        assert (str(value.Reason), str(value.Location)) == ("Größe freigegeben", "東京")
        assert value.SubFilter == "/ETSI.CAdES.detached"


@pytest.mark.usefixtures("kept")
def test_an_encrypted_pdf_is_signed_and_stays_encrypted(signer: PadesSigner, artifacts: InMemoryObjectStore) -> None:
    body = BytesIO()
    with pikepdf.open(BytesIO(a_pdf())) as pdf:
        pdf.save(body, encryption=pikepdf.Encryption(user="user's word", owner="owner's word", R=6))
    artifacts.put(ORDER.source, body.getvalue(), content_type="application/pdf")

    done = signed(signer, artifacts, replace(ORDER, password="owner's word"))

    assert validated(done, "user's word").bottom_line
    with pytest.raises(pikepdf.PasswordError):
        pikepdf.open(BytesIO(done))
    with pytest.raises(InternalError, match="own password"):
        signer.sign(replace(ORDER, password="another word"))


@pytest.mark.usefixtures("kept")
def test_a_signature_adds_nothing_for_screen_readers_and_nothing_to_the_metadata(
    signer: PadesSigner, artifacts: InMemoryObjectStore
) -> None:
    before = set(pdf_ua.faults(a_pdf()))

    done = signed(signer, artifacts)

    assert set(pdf_ua.faults(done)) <= before
    with pikepdf.open(BytesIO(done)) as pdf:
        assert "/Version" not in pdf.Root
        assert "/Metadata" not in pdf.Root
        assert not set(pdf.docinfo.keys()) & {"/ModDate", "/Producer"}


@pytest.mark.parametrize("kind", ["P-384", pytest.param("RSA", marks=pytest.mark.gate)])
def test_a_key_may_be_of_either_kind(
    kind: str, signer: PadesSigner, artifacts: InMemoryObjectStore, parameters: Parameters
) -> None:
    key = rsa.generate_private_key(65537, 2048) if kind == "RSA" else ec.generate_private_key(ec.SECP384R1())
    parameters.kept["/pressrun/dev/signing/demo/seal"] = signing_key(key=key)

    assert validated(signed(signer, artifacts)).bottom_line


@pytest.mark.skipif(shutil.which("pdfsig") is None, reason="poppler-utils is not installed")
@pytest.mark.usefixtures("kept")
@pytest.mark.gate
def test_another_reader_finds_the_signature_valid(
    signer: PadesSigner, artifacts: InMemoryObjectStore, tmp_path: Path
) -> None:
    (tmp_path / "a.pdf").write_bytes(signed(signer, artifacts))

    found = subprocess.run(
        ["pdfsig", "-nocert", tmp_path / "a.pdf"], capture_output=True, text=True, check=False
    ).stdout

    assert "Signature is Valid" in found
    assert "Total document signed" in found


def of_two_keys() -> str:
    one, other = json.loads(signing_key()), json.loads(signing_key())
    return json.dumps({"key": one["key"], "certificates": other["certificates"]})


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: signing_key(days=(-30, -1)), "expired at"),
        (lambda: signing_key(days=(1, 30)), "valid from"),
        (str, "no key"),
        (lambda: "{}", "no key"),
        (lambda: '{"key": "AAAA", "certificates": ["AAAA"]}', "no key"),
        (lambda: '{"key": "!", "certificates": []}', "no key"),
        (of_two_keys, "belongs to another key"),
    ],
    ids=["expired", "too early", "empty", "nothing in it", "no DER", "no Base64", "another's certificate"],
)
def test_a_key_that_cannot_sign_is_told_before_any_work_and_signs_nothing(
    make: Callable[[], str], why: str, signer: PadesSigner, artifacts: InMemoryObjectStore, parameters: Parameters
) -> None:
    parameters.kept["/pressrun/dev/signing/demo/seal"] = value = make()

    for ask in (lambda: signer.check(ORDER), lambda: signer.sign(ORDER)):
        with pytest.raises(SigningKeyUnusableError, match=why) as raised:
            ask()

    assert isinstance(raised.value, PermanentError)
    assert not value or value[:20] not in raised.value.message
    assert ORDER.destination not in artifacts.objects


@pytest.mark.usefixtures("kept")
def test_only_files_of_the_tenant_itself_are_signed(signer: PadesSigner) -> None:
    for order in (
        replace(ORDER, source="reports/other/job-1/1/a.pdf"),
        replace(ORDER, destination="inputs/demo/a.pdf"),
    ):
        with pytest.raises(InternalError, match="another tenant"):
            signer.sign(order)


@pytest.mark.usefixtures("kept")
def test_a_pdf_that_is_too_large_for_the_function_is_not_begun(
    signer: PadesSigner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.adapters.pades_signer.MOST_BYTES", 100)

    with pytest.raises(TooLargeError):
        signer.sign(ORDER)


def test_an_outage_of_the_store_of_keys_can_be_retried(signer: PadesSigner, parameters: Parameters) -> None:
    parameters.refuse = ClientError({"Error": {"Code": "ThrottlingException", "Message": ""}}, "GetParameter")

    with pytest.raises(ServiceUnavailableError):
        signer.check(ORDER)


def test_neither_keys_nor_passwords_are_shown(parameters: Parameters) -> None:
    parameters.kept["/k/demo/seal"] = signing_key()

    key = SSMSigningKeys(parameters, "/k").key("demo", "seal", TODAY)  # type: ignore[arg-type]

    assert "object at" in repr(key)
    assert "secret" not in repr(replace(ORDER, password="secret"))
