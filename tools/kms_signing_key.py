"""Make keys in KMS by which tenants sign, ask for their certificates, and keep these."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode
from datetime import datetime
from typing import Any

from asn1crypto import csr, keys
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

SPECS = ("ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521", "RSA_2048", "RSA_3072", "RSA_4096")
TAG = "pressrun-signing"
"""The sign function of a stage may use keys with this tag, whose value is the stage."""


def made(kms: Any, spec: str, *, stage: str, tenant: str, name: str) -> str:
    """Make a key, and return its ARN."""
    tags = {TAG: stage, "pressrun-tenant": tenant, "pressrun-name": name}
    answer = kms.create_key(
        Description=f"Signs PDFs of {tenant} on Pressrun {stage}: {name}",
        KeySpec=spec,
        KeyUsage="SIGN_VERIFY",
        Tags=[{"TagKey": key, "TagValue": value} for key, value in tags.items()],
    )
    return str(answer["KeyMetadata"]["Arn"])


def request_of(kms: Any, arn: str, subject: str) -> str:
    """Return what an authority makes a certificate of (PKCS #10, PEM), signed by the key. Raises ValueError."""
    public = kms.get_public_key(KeyId=arn)["PublicKey"]
    content = csr.CertificationRequestInfo(
        {
            "version": "v1",
            "subject": csr.Name.load(_name(subject).public_bytes()),
            "subject_pk_info": keys.PublicKeyInfo.load(public),
            "attributes": [],
        }
    )
    digest, algorithm, kind = _algorithm(content["subject_pk_info"])
    signature = kms.sign(
        KeyId=arn,
        Message=hashlib.new(digest, content.dump()).digest(),
        MessageType="DIGEST",
        SigningAlgorithm=algorithm,
    )["Signature"]
    made = csr.CertificationRequest(
        {
            "certification_request_info": content,
            "signature_algorithm": {"algorithm": f"{digest}_{kind}"},
            "signature": signature,
        }
    )
    return x509.load_der_x509_csr(made.dump()).public_bytes(Encoding.PEM).decode()


def kept(kms: Any, arn: str, pem: bytes) -> tuple[str, list[x509.Certificate]]:
    """Return what the sign function reads, and the certificates. Raises ValueError with what is wrong."""
    try:
        certificates = x509.load_pem_x509_certificates(pem)
    except ValueError:
        raise ValueError("no certificates in PEM are in it") from None
    described = kms.describe_key(KeyId=arn)["KeyMetadata"]
    if described["KeyUsage"] != "SIGN_VERIFY":
        raise ValueError("the key in KMS is not for signatures (SIGN_VERIFY)")
    public = kms.get_public_key(KeyId=arn)["PublicKey"]
    own = certificates[0].public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    if own != public:
        raise ValueError("its first certificate belongs to another key than that in KMS")
    der = [b64encode(each.public_bytes(Encoding.DER)).decode() for each in certificates]
    return json.dumps({"kms": described["Arn"], "certificates": der}), certificates


def is_tagged(kms: Any, arn: str, stage: str) -> bool:
    """Tell whether the sign function of a stage may use a key."""
    tags = kms.list_resource_tags(KeyId=arn)["Tags"]
    return {"TagKey": TAG, "TagValue": stage} in [{k: each[k] for k in ("TagKey", "TagValue")} for each in tags]


def check_chain(certificates: list[x509.Certificate], now: datetime) -> None:
    """Raise ValueError unless the issuer's certificate is there, has signed the first one, and is valid."""
    first, *others = certificates
    if first.issuer == first.subject:
        return
    by_name = {each.subject: each for each in others}
    below = first
    while above := by_name.pop(below.issuer, None):
        try:
            below.verify_directly_issued_by(above)
        except Exception:  # noqa: BLE001 - one of three kinds, all of which mean the same
            raise ValueError(
                f"the certificate of {_words(below.subject)} is not signed by {_words(above.subject)}"
            ) from None
        if now > above.not_valid_after_utc:
            raise ValueError(
                f"the certificate of {_words(above.subject)} expired on {above.not_valid_after_utc:%Y-%m-%d}"
            )
        below = above
    if below is first:
        raise ValueError(f"the certificate of its issuer is missing: {_words(first.issuer)}")


def _words(name: x509.Name) -> str:
    return name.rfc4514_string()


def _name(subject: str) -> x509.Name:
    if "=" not in subject:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, subject)])
    return x509.Name.from_rfc4514_string(subject)


def _algorithm(public: keys.PublicKeyInfo) -> tuple[str, str, str]:
    if public.algorithm == "rsa":
        return "sha256", "RSASSA_PKCS1_V1_5_SHA_256", "rsa"
    bits = {"secp384r1": "384", "secp521r1": "512"}.get(public.curve[1], "256")
    return f"sha{bits}", f"ECDSA_SHA_{bits}", "ecdsa"
