"""Keep a key by which PDFs of a tenant are signed, under a name that requests can give.

FILE is a PKCS #12 file (.p12, .pfx) with the private key, its certificate, and the certificates above it. Its password
is read from the standard input, so that no history of commands has it.
"""

from __future__ import annotations

import getpass
import json
import re
import sys
from base64 import b64encode
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, SECP384R1, SECP521R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.hazmat.primitives.serialization.pkcs12 import load_pkcs12

from reports.access.identity import is_tenant
from reports.jobs.filenames import PLAIN_NAME
from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import reason

_LEAST_RSA_BITS = 2048
_MOST = 8192
"""Characters that a parameter of SSM may have, of the advanced tier."""


def main(arguments: list[str] | None = None, *, client: Any = None) -> int:
    """Keep, replace or remove a signing key. Returns 1 with the reason when that can't be."""
    parser = MakeParser(prog="python -m tools.signing_key", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--name", required=True)
    parser.add_argument("--file", type=Path)
    parser.add_argument("--remove", action="store_true")
    options = parser.parse_args(arguments)
    if not is_tenant(options.tenant):
        return _told(f"{options.tenant!r} is no tenant: small letters, digits and dashes.")
    if not re.fullmatch(PLAIN_NAME, options.name):
        return _told(f"{options.name!r} is no name: up to 63 letters, digits, dashes and underscores.")
    if options.remove == (options.file is not None):
        return _told("Give a FILE, or REMOVE=1.")
    name = f"/pressrun/{options.stage}/signing/{options.tenant}/{options.name}"
    try:
        value = None if options.remove else kept(options.file.read_bytes(), _password(), datetime.now(UTC))
        ssm = client or connect(options.stage).client("ssm")
        return _remove(ssm, name) if value is None else _keep(ssm, name, value)
    except OSError as error:
        return _told(f"{options.file} can't be read: {error.strerror}.")
    except ValueError as error:
        return _told(f"{options.file} has no key to sign by: {error}.")
    except UnreachableError as error:
        return _told(f"error: {error}")
    except (ClientError, BotoCoreError) as error:
        return _told(f"error: The signing key can't be kept in {name}. {reason(error)}")


def kept(pkcs12: bytes, password: str, now: datetime) -> str:
    """Return a key and its certificates as the sign function reads them. Raises ValueError with what is wrong."""
    try:
        content = load_pkcs12(pkcs12, password.encode() or None)
    except ValueError:
        raise ValueError("it is no PKCS #12 file, or has another password") from None
    if content.key is None or content.cert is None:
        raise ValueError("a private key and its certificate have to be in it")
    _check_key(content.key)
    _check_certificate(content.cert.certificate, now)
    certificates = [content.cert.certificate, *(each.certificate for each in content.additional_certs)]
    private = content.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    der = [each.public_bytes(Encoding.DER) for each in certificates]
    text = json.dumps({"key": _base64(private), "certificates": [_base64(each) for each in der]})
    if len(text) > _MOST:
        told = f"key and certificates have {len(text):,} characters, and {_MOST:,} can be kept"
        raise ValueError(f"{told}. Leave the root's certificate out")
    return text


def _check_key(key: object) -> None:
    match key:
        case RSAPrivateKey() if key.key_size >= _LEAST_RSA_BITS:
            return
        case EllipticCurvePrivateKey(curve=SECP256R1() | SECP384R1() | SECP521R1()):
            return
    raise ValueError(f"the key has to be RSA of at least {_LEAST_RSA_BITS:,} bits, or of P-256, P-384 or P-521")


def _check_certificate(certificate: x509.Certificate, now: datetime) -> None:
    if now > certificate.not_valid_after_utc:
        raise ValueError(f"its certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return
    if not (usage.digital_signature or usage.content_commitment):
        raise ValueError("its certificate is not for signatures, as its key usage says")


def _password() -> str:
    typed = getpass.getpass("The password of the file: ") if sys.stdin.isatty() else sys.stdin.read()
    return typed.removesuffix("\n")


def _base64(value: bytes) -> str:
    return b64encode(value).decode()


def _keep(client: Any, name: str, value: str) -> int:
    # The standard tier holds half of that, and costs nothing.
    client.put_parameter(Name=name, Value=value, Type="SecureString", Tier="Intelligent-Tiering", Overwrite=True)
    print(f"Kept in {name}. Reports that are made from now on can be signed by it.")
    return 0


def _remove(client: Any, name: str) -> int:
    gone = client.delete_parameters(Names=[name])["DeletedParameters"]
    print(f"{name} is removed." if gone else f"{name} was not there.")
    return 0


def _told(message: str) -> int:
    print(message, file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
