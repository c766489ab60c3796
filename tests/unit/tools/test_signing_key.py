"""Signing keys of tenants are kept by a command, and refused before that if they could not sign."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.certificates import PASSWORD, TODAY, authority, certificate, pem, pkcs12
from tests.fakes.kms import InMemoryKMS
from tools import signing_key
from tools.kms_signing_key import check_chain

NAME = "/pressrun/dev/signing/demo/seal"
ORDER = ["--stage", "dev", "--tenant", "demo", "--name", "seal"]


class StubSSM(InMemoryKMS):
    """Keep parameters as SSM does, and keys as KMS does."""

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[str, str] = {}

    def put_parameter(self, **request: Any) -> None:
        assert request["Type"] == "SecureString"
        assert request["Tier"] == "Intelligent-Tiering"
        self.kept[request["Name"]] = request["Value"]

    def delete_parameters(self, **request: Any) -> dict[str, Any]:
        return {"DeletedParameters": [name for name in request["Names"] if self.kept.pop(name, None)]}


@pytest.fixture
def ssm() -> StubSSM:
    return StubSSM()


def keep(ssm: StubSSM, folder: Path, body: bytes, monkeypatch: pytest.MonkeyPatch, password: str = PASSWORD) -> int:
    (folder / "seal.p12").write_bytes(body)
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{password}\n"))
    return signing_key.main([*ORDER, "--file", str(folder / "seal.p12")], client=ssm)


def test_a_key_is_kept_with_its_chain_and_removed(
    ssm: StubSSM, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert keep(ssm, tmp_path, pkcs12(), monkeypatch) == 0

    assert len(json.loads(ssm.kept[NAME])["certificates"]) == 2
    assert signing_key.main([*ORDER, "--remove"], client=ssm) == 0
    assert ssm.kept == {}
    assert PASSWORD not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("make", "password", "told"),
    [
        (lambda: b"no file of keys", PASSWORD, "no PKCS #12 file, or has another password"),
        (pkcs12, "another", "no PKCS #12 file, or has another password"),
        (lambda: pkcs12(days=(-9, -1)), PASSWORD, "its certificate expired on"),
        (lambda: pkcs12(chain=False), PASSWORD, "the certificate of its issuer is missing: CN=Test Authority"),
        (lambda: pkcs12(signs=False), PASSWORD, "not for signatures"),
        (lambda: pkcs12(key=ec.generate_private_key(ec.SECP256K1())), PASSWORD, "P-256, P-384 or P-521"),
        (lambda: pkcs12(key=rsa.generate_private_key(65537, 1024)), PASSWORD, "RSA of at least 2,048 bits"),
    ],
    ids=["no file", "another password", "expired", "no chain", "for encryption", "another curve", "short"],
)
def test_a_key_that_could_not_sign_is_refused(
    make: Any,
    password: str,
    told: str,
    ssm: StubSSM,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert keep(ssm, tmp_path, make(), monkeypatch, password) == 1

    assert told in capsys.readouterr().err
    assert ssm.kept == {}


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "Give a FILE, or SPEC=…, or REMOVE=1."),
        (["--file", "x.p12", "--remove"], "Give a FILE, or SPEC=…, or REMOVE=1."),
        (["--file", "there is none.p12"], "can't be read: No such file"),
        (["--spec", "RSA_2048"], "SUBJECT belongs to SPEC"),
        (["--subject", "Acme", "--file", "x.p12"], "SUBJECT belongs to SPEC"),
        (["--kms-key", "1", "--remove"], "KMS_KEY to FILE"),
        (["--tenant", "A!", "--remove"], "is no tenant"),
        (["--name", "a/b", "--remove"], "is no name"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused(
    arguments: list[str], told: str, ssm: StubSSM, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(""))

    assert signing_key.main([*ORDER, *arguments], client=ssm) == 1

    assert told in capsys.readouterr().err


def ask(ssm: StubSSM, *arguments: str) -> int:
    return signing_key.main([*ORDER, *arguments], client=ssm)


def test_a_key_is_made_in_kms_and_its_certificate_kept_without_it(
    ssm: StubSSM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(ssm, "--spec", "ECC_NIST_P384", "--subject", "CN=Acme GmbH,O=Acme,C=DE") == 0
    request = x509.load_pem_x509_csr(capsys.readouterr().out.encode())
    [arn] = ssm.keys
    chain = tmp_path / "chain.pem"
    chain.write_bytes(pem(certificate("Acme GmbH", request.public_key(), authority()), authority()[1]))

    assert ask(ssm, "--kms-key", arn, "--file", str(chain)) == 0

    assert request.is_signature_valid
    assert request.subject.rfc4514_string() == "CN=Acme GmbH,O=Acme,C=DE"
    assert {"TagKey": "pressrun-signing", "TagValue": "dev"} in ssm.tags[arn]
    content = json.loads(ssm.kept[NAME])
    assert (content["kms"], len(content["certificates"]), "key" in content) == (arn, 2, False)


def self_signed(key: Any) -> x509.Certificate:
    return certificate("Acme", key, (key, None))


@pytest.mark.parametrize(
    ("chain", "told"),
    [
        (lambda _: b"no certificates", "no certificates in PEM"),
        (lambda key: pem(certificate("Acme", key, authority())), "the certificate of its issuer is missing"),
        (lambda _: pem(self_signed(ec.generate_private_key(ec.SECP256R1()))), "belongs to another key"),
        (lambda key: pem(certificate("Acme", key, authority(), days=(-9, -1)), authority()[1]), "expired on"),
        (lambda key: pem(certificate("Acme", key, authority(), signs=False), authority()[1]), "not for signatures"),
    ],
    ids=["no certificates", "no chain", "another key", "expired", "another usage"],
)
def test_a_certificate_that_could_not_be_used_is_refused(
    chain: Any, told: str, ssm: StubSSM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(ssm, "--spec", "ECC_NIST_P256", "--subject", "Acme")
    [arn] = ssm.keys
    file = tmp_path / "chain.pem"
    file.write_bytes(chain(ssm.keys[arn][1]))

    assert ask(ssm, "--kms-key", arn, "--file", str(file)) == 1

    assert told in capsys.readouterr().err
    assert ssm.kept == {}


def test_a_key_in_kms_without_the_tag_of_the_stage_is_refused(
    ssm: StubSSM, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ask(ssm, "--spec", "ECC_NIST_P256", "--subject", "Acme")
    [arn] = ssm.keys
    ssm.tags[arn] = [{"TagKey": "pressrun-signing", "TagValue": "prod"}]
    file = tmp_path / "chain.pem"
    file.write_bytes(pem(self_signed(ssm.keys[arn][1])))

    assert ask(ssm, "--kms-key", arn, "--file", str(file)) == 1

    assert "needs the tag pressrun-signing=dev" in capsys.readouterr().err


def test_an_issuer_that_has_not_signed_the_certificate_is_refused() -> None:
    other = ec.generate_private_key(ec.SECP256R1())
    named_alike = certificate("Test Authority", other, (other, None), is_authority=True)

    with pytest.raises(ValueError, match="is not signed by CN=Test Authority"):
        check_chain([certificate("Acme", other, authority()), named_alike], TODAY)
