"""Keep passwords by a key of KMS, and read secrets of tenants from SSM."""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from reports.adapters.aws_errors import error_code, translated
from reports.errors import SecretUnusableError

if TYPE_CHECKING:
    from mypy_boto3_kms import KMSClient
    from mypy_boto3_ssm import SSMClient

_AT_ONCE = 10


class AwsPasswords:
    """Passwords over KMS and SSM. ``prefix`` is what the names of secrets begin with, such as ``/pressrun/dev/…``.

    Without ``key``, none can be sealed.
    Nothing is remembered: a password is in this process for as long as its report is made.
    """

    def __init__(self, kms: KMSClient, ssm: SSMClient, *, key: str, prefix: str) -> None:
        self._kms = kms
        self._ssm = ssm
        self._key = key
        self._prefix = prefix

    @property
    def can_seal(self) -> bool:
        """Tell whether there is a key. See Passwords.can_seal."""
        return bool(self._key)

    def seal(self, tenant: str, texts: Sequence[str]) -> Sequence[str]:
        """Encrypt texts. See Passwords.seal."""
        if len(texts) < 2:
            return [self._sealed(tenant, text) for text in texts]
        with ThreadPoolExecutor(min(_AT_ONCE, len(texts))) as threads:
            return list(threads.map(lambda text: self._sealed(tenant, text), texts))

    def _sealed(self, tenant: str, text: str) -> str:
        with translated("KMS"):
            response = self._kms.encrypt(KeyId=self._key, Plaintext=text.encode(), EncryptionContext=_for(tenant))
        return b64encode(response["CiphertextBlob"]).decode()

    def unseal(self, tenant: str, sealed: str) -> str:
        """Decrypt a text. See Passwords.unseal."""
        if not self.can_seal:
            raise SecretUnusableError(
                "/options/protect", "this stage has no key for passwords of requests any more: ask for the report anew"
            )
        with translated("KMS"):
            response = self._kms.decrypt(
                KeyId=self._key, CiphertextBlob=b64decode(sealed), EncryptionContext=_for(tenant)
            )
        return response["Plaintext"].decode()

    def secret(self, tenant: str, name: str) -> str | None:
        """Read a secret. See Passwords.secret."""
        with translated("SSM"):
            try:
                response = self._ssm.get_parameter(Name=f"{self._prefix}/{tenant}/{name}", WithDecryption=True)
            except ClientError as error:
                if error_code(error) != "ParameterNotFound":
                    raise
                return None
        return response["Parameter"].get("Value", "")


def _for(tenant: str) -> dict[str, str]:
    return {"tenant": tenant, "for": "passwords of PDFs"}
