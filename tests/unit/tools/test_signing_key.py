"""Signing keys of tenants are kept by a command, and refused before that if they could not sign."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.certificates import PASSWORD, pkcs12
from tools import signing_key

NAME = "/pressrun/dev/signing/demo/seal"
ORDER = ["--stage", "dev", "--tenant", "demo", "--name", "seal"]


class StubSSM:
    """Keep parameters as SSM does."""

    def __init__(self) -> None:
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
        (lambda: pkcs12(signs=False), PASSWORD, "not for signatures"),
        (lambda: pkcs12(key=ec.generate_private_key(ec.SECP256K1())), PASSWORD, "P-256, P-384 or P-521"),
        (lambda: pkcs12(key=rsa.generate_private_key(65537, 1024)), PASSWORD, "RSA of at least 2,048 bits"),
    ],
    ids=["no file", "another password", "expired", "for encryption", "another curve", "short"],
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
        ([], "Give a FILE, or REMOVE=1."),
        (["--file", "x.p12", "--remove"], "Give a FILE, or REMOVE=1."),
        (["--file", "there is none.p12"], "can't be read: No such file"),
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
