"""Keys and certificates that tests sign by."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import CertificatePublicKeyTypes
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption
from cryptography.hazmat.primitives.serialization.pkcs12 import serialize_key_and_certificates
from cryptography.x509.oid import NameOID

from tools.kms_signing_key import kept as kept_of_kms
from tools.kms_signing_key import made, request_of
from tools.signing_key import kept

Key = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
PASSWORD = "of the file"
TODAY = datetime.now(UTC)


@cache
def authority() -> tuple[Key, x509.Certificate]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, certificate("Test Authority", key, (key, None), is_authority=True)


def certificate(
    name: str,
    key: Key | CertificatePublicKeyTypes,
    by: tuple[Key, x509.Certificate | None],
    *,
    days: tuple[int, int] = (-1, 30),
    signs: bool = True,
    is_authority: bool = False,
) -> x509.Certificate:
    """Return a certificate that is valid between two days from now."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issuer = subject if by[1] is None else by[1].subject
    usage = x509.KeyUsage(
        digital_signature=signs,
        content_commitment=signs,
        key_encipherment=not signs,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        encipher_only=False,
        decipher_only=False,
    )
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key() if isinstance(key, Key) else key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(TODAY + timedelta(days=days[0]))
        .not_valid_after(TODAY + timedelta(days=days[1]))
        .add_extension(x509.BasicConstraints(ca=is_authority, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .sign(by[0], hashes.SHA256())
    )


def pkcs12(
    name: str = "Acme GmbH",
    *,
    key: Key | None = None,
    days: tuple[int, int] = (-1, 30),
    signs: bool = True,
    chain: bool = True,
) -> bytes:
    """Return a PKCS #12 file with a key, its certificate and that of the authority."""
    private = key or ec.generate_private_key(ec.SECP256R1())
    own = certificate(name, private, authority(), days=days, signs=signs)
    encryption = BestAvailableEncryption(PASSWORD.encode()) if PASSWORD else NoEncryption()
    return serialize_key_and_certificates(b"key", private, own, [authority()[1]] if chain else None, encryption)


def signing_key(name: str = "Acme GmbH", *, days: tuple[int, int] = (-1, 30), key: Key | None = None) -> str:
    """Return a key as the sign function reads it, also one that is no longer valid."""
    begin = TODAY + timedelta(days=days[0])
    return kept(pkcs12(name, key=key, days=days), PASSWORD, begin)


def pem(*certificates: x509.Certificate) -> bytes:
    return b"".join(each.public_bytes(Encoding.PEM) for each in certificates)


def kms_key(kms: Any, spec: str = "ECC_NIST_P256", stage: str = "dev", **validity: Any) -> str:
    """Make a key in KMS and its certificate, and return them as the sign function reads them."""
    arn = made(kms, spec, stage=stage, tenant="demo", name="seal")
    request = x509.load_pem_x509_csr(request_of(kms, arn, "Acme GmbH").encode())
    assert request.is_signature_valid
    own = certificate("Acme GmbH", request.public_key(), authority(), **validity)
    return kept_of_kms(kms, arn, pem(own, authority()[1]))[0]
