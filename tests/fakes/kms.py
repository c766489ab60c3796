"""Asymmetric keys of KMS in memory."""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVES: dict[str, ec.EllipticCurve] = {
    "ECC_NIST_P256": ec.SECP256R1(),
    "ECC_NIST_P384": ec.SECP384R1(),
    "ECC_NIST_P521": ec.SECP521R1(),
}
HASHES: dict[str, hashes.HashAlgorithm] = {"256": hashes.SHA256(), "384": hashes.SHA384(), "512": hashes.SHA512()}
DIGESTS = {"ECC_NIST_P256": "256", "ECC_NIST_P384": "384", "ECC_NIST_P521": "512"}


class InMemoryKMS:
    """KMS's calls on keys to sign by. ``state``, ``usage`` and ``refuse`` are for tests to set."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[str, Any]] = {}
        self.tags: dict[str, list[dict[str, str]]] = {}
        self.state = "Enabled"
        self.usage = "SIGN_VERIFY"
        self.refuse: dict[str, str] = {}
        self.signed: list[str] = []

    def create_key(self, **request: Any) -> dict[str, Any]:
        assert request["KeyUsage"] == "SIGN_VERIFY"
        spec = request["KeySpec"]
        key = ec.generate_private_key(CURVES[spec]) if spec in CURVES else rsa.generate_private_key(65537, 2048)
        arn = f"arn:aws:kms:eu-central-1:000000000000:key/{len(self.keys)}"
        self.keys[arn] = (spec, key)
        self.tags[arn] = request["Tags"]
        return {"KeyMetadata": {"Arn": arn}}

    def list_resource_tags(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        return {"Tags": self.tags[KeyId]}

    def describe_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        self._found(KeyId, "DescribeKey")
        return {"KeyMetadata": {"Arn": KeyId, "KeyState": self.state, "KeyUsage": self.usage}}

    def get_public_key(self, *, KeyId: str) -> dict[str, Any]:  # noqa: N803
        key = self._found(KeyId, "GetPublicKey")[1].public_key()
        return {"PublicKey": key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)}

    def sign(self, *, KeyId: str, Message: bytes, MessageType: str, SigningAlgorithm: str) -> dict[str, Any]:  # noqa: N803
        assert MessageType == "DIGEST"
        spec, key = self._found(KeyId, "Sign")
        kind, bits = SigningAlgorithm.rsplit("_SHA_", 1)
        algorithm = Prehashed(HASHES[bits])
        if spec in CURVES:
            # KMS signs by a curve with the digest of its size alone.
            assert (kind, bits) == ("ECDSA", DIGESTS[spec])
            signature = key.sign(Message, ec.ECDSA(algorithm))
        else:
            assert kind == "RSASSA_PKCS1_V1_5"
            signature = key.sign(Message, padding.PKCS1v15(), algorithm)
        self.signed.append(KeyId)
        return {"Signature": signature}

    def _found(self, arn: str, action: str) -> tuple[str, Any]:
        if action in self.refuse:
            raise ClientError({"Error": {"Code": self.refuse[action], "Message": ""}}, action)
        if arn not in self.keys:
            raise ClientError({"Error": {"Code": "NotFoundException", "Message": ""}}, action)
        return self.keys[arn]
