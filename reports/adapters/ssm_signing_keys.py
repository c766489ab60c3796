"""Read the signing keys of tenants from SSM's Parameter Store.

::

    <prefix>/<tenant>/<name>    SecureString, JSON: the private key (PKCS #8) and the certificates, that of the signer
                                first, each as DER in Base64
"""

from __future__ import annotations

import json
from base64 import b64decode
from binascii import Error as Base64Error
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

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
    """A private key with its certificate, and those above it."""

    private: PrivateKeyInfo
    certificate: Certificate
    chain: tuple[Certificate, ...]


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
        key, *chain = (b64decode(each, validate=True) for each in (content["key"], *content["certificates"]))
        private, (first, *others) = PrivateKeyInfo.load(key), [Certificate.load(each) for each in chain]
        fits = load_der_private_key(key, None).public_key() == load_der_x509_certificate(chain[0]).public_key()
    except (ValueError, TypeError, KeyError, IndexError, Base64Error, UnsupportedAlgorithm):
        # Nothing of it may stand in a log, so the cause is left out.
        raise SigningKeyUnusableError(name, "what is kept is no key with certificates") from None
    if not fits:
        raise SigningKeyUnusableError(name, "its certificate belongs to another key")
    return SigningKey(private, first, tuple(others))


def _valid(key: SigningKey, name: str, now: datetime) -> SigningKey:
    begin, end = key.certificate.not_valid_before, key.certificate.not_valid_after
    if now < begin:
        raise SigningKeyUnusableError(name, f"its certificate is valid from {begin:%Y-%m-%d %H:%M} UTC on")
    if now > end:
        raise SigningKeyUnusableError(name, f"its certificate expired at {end:%Y-%m-%d %H:%M} UTC")
    return key
