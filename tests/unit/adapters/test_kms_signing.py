"""Keys in KMS sign PDFs as those kept here do, and are looked at before any work."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader

from reports.adapters.pades_signer import PadesSigner
from reports.errors import ServiceUnavailableError, SigningKeyUnusableError
from tests.certificates import authority, certificate, kms_key, pem
from tests.fakes.kms import InMemoryKMS
from tests.fakes.objects import InMemoryObjectStore
from tests.unit.adapters.test_pades_signer import (
    ORDER,
    Parameters,
    artifacts,
    kms,
    parameters,
    signed,
    signer,
    validated,
)
from tools.kms_signing_key import made

__all__ = ["artifacts", "kms", "parameters", "signer"]
NAME = "/pressrun/dev/signing/demo/seal"


@pytest.mark.parametrize(
    ("spec", "digest"),
    [
        ("ECC_NIST_P256", "sha256"),
        ("ECC_NIST_P384", "sha384"),
        ("ECC_NIST_P521", "sha512"),
        pytest.param("RSA_2048", "sha256", marks=pytest.mark.gate),
    ],
)
def test_a_key_in_kms_signs_with_the_digest_of_its_size(
    spec: str,
    digest: str,
    signer: PadesSigner,
    artifacts: InMemoryObjectStore,
    parameters: Parameters,
    kms: InMemoryKMS,
) -> None:
    parameters.kept[NAME] = kms_key(kms, spec)
    signer.check(ORDER)
    assert kms.signed == list(kms.keys)  # the request for the certificate

    status = validated(signed(signer, artifacts))

    assert status.bottom_line
    assert status.md_algorithm == digest
    assert len(kms.signed) == 2


@pytest.mark.gate
def test_openssl_finds_the_signature_valid_by_the_chain(
    signer: PadesSigner, artifacts: InMemoryObjectStore, parameters: Parameters, kms: InMemoryKMS, tmp_path: Path
) -> None:
    parameters.kept[NAME] = kms_key(kms, "RSA_2048")
    body = signed(signer, artifacts)
    [signature] = PdfFileReader(BytesIO(body)).embedded_signatures
    a, b, c, d = signature.byte_range
    (tmp_path / "content").write_bytes(body[a : a + b] + body[c : c + d])
    (tmp_path / "signature").write_bytes(signature.pkcs7_content)
    (tmp_path / "root.pem").write_bytes(pem(authority()[1]))
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-purpose", "any", "-in", "signature"]

    def judged() -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [*command, "-content", "content", "-CAfile", "root.pem", "-out", "out"],
            cwd=tmp_path,
            capture_output=True,
            check=False,
        )

    assert judged().returncode == 0, judged().stderr
    (tmp_path / "content").write_bytes(body[a : a + b] + body[c : c + d - 1] + b"?")
    assert judged().returncode != 0


def of_another_key(kms: InMemoryKMS) -> str:
    content = json.loads(kms_key(kms))
    return json.dumps({**content, "kms": made(kms, "ECC_NIST_P256", stage="dev", tenant="demo", name="other")})


@pytest.mark.parametrize(
    ("make", "state", "refuse", "why"),
    [
        (kms_key, {"state": "Disabled"}, {}, "is disabled"),
        (kms_key, {"state": "PendingDeletion"}, {}, "going to be deleted"),
        (kms_key, {"state": "Unavailable"}, {}, "the state that it is in"),
        (kms_key, {"usage": "ENCRYPT_DECRYPT"}, {}, "not for signatures"),
        (kms_key, {}, {"DescribeKey": "AccessDeniedException"}, "needs the tag"),
        (kms_key, {}, {"DescribeKey": "NotFoundException"}, "is not in KMS"),
        (kms_key, {}, {"GetPublicKey": "UnsupportedOperationException"}, "not for signatures"),
        (of_another_key, {}, {}, "belongs to another key"),
        (lambda kms: kms_key(kms, days=(-9, -1)), {}, {}, "expired at"),
        (lambda kms: kms_key(kms, signs=False), {}, {}, "key usage"),
        (lambda kms: json.dumps({**json.loads(kms_key(kms)), "certificates": []}), {}, {}, "no key with certificates"),
    ],
    ids=[
        *("disabled", "to be deleted", "another state", "to encrypt", "no tag", "gone", "symmetric", "another's"),
        *("expired", "another usage", "no certificate"),
    ],
)
def test_a_key_that_cannot_sign_is_told_before_any_work(
    make: Callable[[InMemoryKMS], str],
    state: dict[str, str],
    refuse: dict[str, str],
    why: str,
    signer: PadesSigner,
    parameters: Parameters,
    kms: InMemoryKMS,
) -> None:
    parameters.kept[NAME] = make(kms)
    vars(kms).update(state)
    kms.refuse = refuse

    with pytest.raises(SigningKeyUnusableError, match=why):
        signer.check(ORDER)


def test_a_chain_without_the_issuer_is_told_before_any_work(
    signer: PadesSigner, parameters: Parameters, kms: InMemoryKMS
) -> None:
    content = json.loads(kms_key(kms))
    parameters.kept[NAME] = json.dumps({**content, "certificates": content["certificates"][:1]})

    with pytest.raises(SigningKeyUnusableError, match=r"its issuer is not kept beside it \(Common Name: Test Auth"):
        signer.check(ORDER)


@pytest.mark.parametrize("code", ["DisabledException", "KMSInvalidStateException"])
def test_a_key_that_is_disabled_during_the_render_signs_nothing(
    code: str, signer: PadesSigner, artifacts: InMemoryObjectStore, parameters: Parameters, kms: InMemoryKMS
) -> None:
    parameters.kept[NAME] = kms_key(kms)
    signer.check(ORDER)
    kms.refuse = {"Sign": code}

    with pytest.raises(SigningKeyUnusableError):
        signer.sign(ORDER)

    assert ORDER.destination not in artifacts.objects


@pytest.mark.parametrize("action", ["DescribeKey", "GetPublicKey"])
def test_an_outage_of_kms_can_be_retried(
    action: str, signer: PadesSigner, parameters: Parameters, kms: InMemoryKMS
) -> None:
    parameters.kept[NAME] = kms_key(kms)
    kms.refuse = {action: "ThrottlingException"}

    with pytest.raises(ServiceUnavailableError):
        signer.check(ORDER)


def test_an_issuer_of_another_name_is_no_chain(signer: PadesSigner, parameters: Parameters, kms: InMemoryKMS) -> None:
    content = json.loads(kms_key(kms))
    key = authority()[0]
    other = certificate("Another Authority", key, (key, None), is_authority=True).public_bytes(Encoding.DER)
    content["certificates"][1] = b64encode(other).decode()
    parameters.kept[NAME] = json.dumps(content)

    with pytest.raises(SigningKeyUnusableError, match="not kept beside it"):
        signer.check(ORDER)
