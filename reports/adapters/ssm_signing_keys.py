"""Read the signing keys of tenants from SSM's Parameter Store.

::

    <prefix>/<tenant>/<name>    SecureString, JSON: ``key``, the private key (PKCS #8, DER in Base64), or ``kms``, the
                                ARN of a key in KMS; ``certificates``, that of the signer first, each followed by that
                                of its issuer, as DER in Base64
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from botocore.exceptions import ClientError
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_der_private_key
from cryptography.x509 import load_der_x509_certificate

from reports.adapters.aws_errors import error_code, translated
from reports.errors import SigningKeyMissingError, SigningKeyUnusableError

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@dataclass(frozen=True, slots=True, repr=False)
class SigningKey:
    """A private key, or the ARN of one in KMS, with its certificate, and those above it."""

    private: PrivateKeyInfo | str
    certificate: Certificate
    chain: tuple[Certificate, ...]

    @property
    def digest_algorithm(self) -> str:
        """The digest that a key of this size signs, which is also the only one that KMS takes for it."""
        public = self.certificate.public_key
        curve = public.curve[1] if public.algorithm == "ec" else ""
        return {"secp384r1": "sha384", "secp521r1": "sha512"}.get(curve, "sha256")


class SSMSigningKeys:
    """The signing keys of tenants. ``prefix`` is what their names begin with, such as ``/pressrun/dev/signing``.

    Nothing is remembered: a key is in this process for as long as it signs.
    """

    def __init__(self, client: SSMClient, prefix: str) -> None:
        self._client = client
        self._prefix = prefix

    def key(self, tenant: str, name: str, now: datetime) -> SigningKey:
        """Return a key that can sign now.

        Raises SigningKeyMissingError, SigningKeyUnusableError or ServiceUnavailableError.
        """
        with translated("SSM"):
            try:
                response = self._client.get_parameter(Name=f"{self._prefix}/{tenant}/{name}", WithDecryption=True)
            except ClientError as error:
                if error_code(error) != "ParameterNotFound":
                    raise
                raise SigningKeyMissingError(name) from None
        return _valid(_parsed(response["Parameter"].get("Value", ""), name), name, now)


def _parsed(text: str, name: str) -> SigningKey:
    try:
        content = json.loads(text)
        chain = [b64decode(each, validate=True) for each in content["certificates"]]
        first, *others = [Certificate.load(each) for each in chain]
        for each in (first, *others):
            _ = each.native  # asn1crypto reads no part of it before
        private, fits = _private(content, chain[0])
    except (ValueError, TypeError, KeyError, IndexError, Base64Error, UnsupportedAlgorithm):
        # Nothing of it may stand in a log, so the cause is left out.
        raise SigningKeyUnusableError(name, "what is kept is no key with certificates") from None
    if not fits:
        raise SigningKeyUnusableError(name, "its certificate belongs to another key")
    return SigningKey(private, first, tuple(others))


def _private(content: Mapping[str, Any], certificate: bytes) -> tuple[PrivateKeyInfo | str, bool]:
    """Return the private key, and whether it is that of the certificate. Of a key in KMS, KMS is asked later."""
    if "kms" in content:
        return str(content["kms"]), True
    key = b64decode(content["key"], validate=True)
    fits = load_der_private_key(key, None).public_key() == load_der_x509_certificate(certificate).public_key()
    return PrivateKeyInfo.load(key), fits


def _valid(key: SigningKey, name: str, now: datetime) -> SigningKey:
    usage = key.certificate.key_usage_value
    if usage is not None and not usage.native & {"digital_signature", "non_repudiation"}:
        raise SigningKeyUnusableError(name, "its certificate is not for signatures, as its key usage says")
    whose, certificate = "its certificate", key.certificate
    issuers = {each.subject.hashable: each for each in key.chain}
    while True:
        begin, end = certificate.not_valid_before, certificate.not_valid_after
        if now < begin:
            raise SigningKeyUnusableError(name, f"{whose} is valid from {begin:%Y-%m-%d %H:%M} UTC on")
        if now > end:
            raise SigningKeyUnusableError(name, f"{whose} expired at {end:%Y-%m-%d %H:%M} UTC")
        if certificate.issuer == certificate.subject:
            return key
        issuer = issuers.pop(certificate.issuer.hashable, None)
        if issuer is None and certificate is not key.certificate:
            return key  # The root may be left out, because readers have those that they trust.
        if issuer is None:
            missing = f"the certificate of its issuer is not kept beside it ({certificate.issuer.human_friendly})"
            raise SigningKeyUnusableError(name, missing)
        whose, certificate = "the certificate of an issuer", issuer
