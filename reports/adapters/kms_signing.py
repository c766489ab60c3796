"""Sign by asymmetric keys in KMS, which never leave it.

The function may use keys with the tag ``pressrun-signing`` of its stage, and no others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from asn1crypto.keys import PublicKeyInfo
from asn1crypto.x509 import Certificate
from botocore.exceptions import ClientError
from pyhanko.sign.signers import Signer
from pyhanko_certvalidator.registry import SimpleCertificateStore

from reports.adapters.aws_errors import error_code, translated
from reports.errors import SigningKeyUnusableError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_kms.literals import SigningAlgorithmSpecType

_LONGEST_SIGNATURE = 512
"""Bytes: of RSA with 4,096 bits. Signatures by elliptic curves are shorter."""

_REASONS = {
    "NotFoundException": "its key is not in KMS",
    "DisabledException": "its key in KMS is disabled",
    "KMSInvalidStateException": "its key in KMS cannot be used in the state that it is in",
    "InvalidKeyUsageException": "its key in KMS is not for signatures",
    "UnsupportedOperationException": "its key in KMS is not for signatures",
    "AccessDeniedException": "Pressrun may not use its key in KMS, which needs the tag `pressrun-signing` of the stage",
}
_STATES = {
    "Disabled": "its key in KMS is disabled",
    "PendingDeletion": "its key in KMS is going to be deleted",
}


class KmsSigning:
    """The keys in KMS by which tenants sign. Each is named by its ARN."""

    def __init__(self, client: KMSClient) -> None:
        self._client = client

    def check(self, name: str, arn: str, certificate: Certificate) -> None:
        """Look at a key. Raises SigningKeyUnusableError if it cannot sign now, and ServiceUnavailableError."""
        with _told(name):
            found = self._client.describe_key(KeyId=arn)["KeyMetadata"]
        state, usage = found.get("KeyState", ""), found.get("KeyUsage", "")
        if usage != "SIGN_VERIFY":
            raise SigningKeyUnusableError(name, _REASONS["InvalidKeyUsageException"])
        if state != "Enabled":
            raise SigningKeyUnusableError(name, _STATES.get(state, _REASONS["KMSInvalidStateException"]))
        with _told(name):
            public = self._client.get_public_key(KeyId=arn)["PublicKey"]
        if PublicKeyInfo.load(public).sha256 != certificate.public_key.sha256:
            raise SigningKeyUnusableError(name, "its certificate belongs to another key")

    def sign(self, name: str, arn: str, algorithm: SigningAlgorithmSpecType, digest: bytes) -> bytes:
        """Return the signature of a digest. Raises SigningKeyUnusableError and ServiceUnavailableError."""
        with _told(name):
            response = self._client.sign(KeyId=arn, Message=digest, MessageType="DIGEST", SigningAlgorithm=algorithm)
        return response["Signature"]


class KmsSigner(Signer):
    """A Signer of pyHanko that asks KMS for the signature. ``name`` is that of the tenant's key, for errors."""

    def __init__(
        self, keys: KmsSigning, name: str, arn: str, certificate: Certificate, chain: Iterable[Certificate]
    ) -> None:
        registry = SimpleCertificateStore.from_certs(chain)  # type: ignore[no-untyped-call]
        super().__init__(signing_cert=certificate, cert_registry=registry)
        self._keys, self._name, self._arn = keys, name, arn
        self._kind = "ECDSA" if certificate.public_key.algorithm == "ec" else "RSASSA_PKCS1_V1_5"

    async def async_sign_raw(self, data: bytes, digest_algorithm: str, dry_run: bool = False) -> bytes:
        """Return the signature of data, or as many bytes as it may have at most. See Signer."""
        if dry_run:
            return bytes(_LONGEST_SIGNATURE)
        algorithm: SigningAlgorithmSpecType = f"{self._kind}_SHA_{digest_algorithm[3:]}"  # type: ignore[assignment]
        return self._keys.sign(self._name, self._arn, algorithm, hashlib.new(digest_algorithm, data).digest())


@contextmanager
def _told(name: str) -> Iterator[None]:
    with translated("KMS"):
        try:
            yield
        except ClientError as error:
            reason = _REASONS.get(error_code(error))
            if reason is None:
                raise
            raise SigningKeyUnusableError(name, reason) from error
