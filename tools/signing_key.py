"""Keep a key by which PDFs of a tenant are signed, under a name that requests can give.

FILE is a PKCS #12 file (.p12, .pfx) with the private key, its certificate, and the certificates above it. Its password
is read from the standard input, so that no history of commands has it.

A key in KMS takes two steps: SPEC makes it, and prints the request for its certificate; KMS_KEY with FILE keeps the
certificate that an authority has made of that, with those above it, as PEM.
"""

from __future__ import annotations

import getpass
import json
import re
import sys
from argparse import Namespace
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
from tools.kms_signing_key import SPECS, TAG, check_chain, is_tagged, made, request_of
from tools.kms_signing_key import kept as kept_of_kms
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
    parser.add_argument("--spec", choices=SPECS)
    parser.add_argument("--subject", help="of the certificate: a name, or CN=Acme GmbH,O=Acme,C=DE")
    parser.add_argument("--kms-key", help="the ARN or id of a key in KMS")
    options = parser.parse_args(arguments)
    if not is_tenant(options.tenant):
        return _told(f"{options.tenant!r} is no tenant: small letters, digits and dashes.")
    if not re.fullmatch(PLAIN_NAME, options.name):
        return _told(f"{options.name!r} is no name: up to 63 letters, digits, dashes and underscores.")
    if [options.remove, options.file is not None, options.spec is not None].count(True) != 1:
        return _told("Give a FILE, or SPEC=…, or REMOVE=1.")
    if (options.spec is None) != (options.subject is None) or (options.kms_key and not options.file):
        return _told("SUBJECT belongs to SPEC, and KMS_KEY to FILE.")
    name = f"/pressrun/{options.stage}/signing/{options.tenant}/{options.name}"
    try:
        return _done(options, name, client)
    except OSError as error:
        return _told(f"{options.file} can't be read: {error.strerror}.")
    except ValueError as error:
        return _told(f"{options.file or options.subject} has no key to sign by: {error}.")
    except UnreachableError as error:
        return _told(f"error: {error}")
    except (ClientError, BotoCoreError) as error:
        return _told(f"error: The signing key can't be kept in {name}. {reason(error)}")


def _done(options: Namespace, name: str, client: Any) -> int:
    now = datetime.now(UTC)
    if options.file is not None and not options.kms_key:
        return _keep(_client(options, client, "ssm"), name, kept(options.file.read_bytes(), _password(), now))
    if options.remove:
        return _remove(_client(options, client, "ssm"), name)
    kms = _client(options, client, "kms")
    if options.spec is not None:
        arn = made(kms, options.spec, stage=options.stage, tenant=options.tenant, name=options.name)
        print(request_of(kms, arn, options.subject), end="")
        print(
            f"The key is {arn}. Have a certificate made of this request, then keep it: KMS_KEY={arn} FILE=…",
            file=sys.stderr,
        )
        return 0
    text, certificates = kept_of_kms(kms, options.kms_key, options.file.read_bytes())
    _check_certificate(certificates, now)
    if not is_tagged(kms, options.kms_key, options.stage):
        raise ValueError(f"the key in KMS needs the tag {TAG}={options.stage}, without which Pressrun may not use it")
    return _keep(_client(options, client, "ssm"), name, _short(text))


def _client(options: Namespace, client: Any, service: str) -> Any:
    return client or connect(options.stage).client(service)


def kept(pkcs12: bytes, password: str, now: datetime) -> str:
    """Return a key and its certificates as the sign function reads them. Raises ValueError with what is wrong."""
    try:
        content = load_pkcs12(pkcs12, password.encode() or None)
    except ValueError:
        raise ValueError("it is no PKCS #12 file, or has another password") from None
    if content.key is None or content.cert is None:
        raise ValueError("a private key and its certificate have to be in it")
    _check_key(content.key)
    certificates = [content.cert.certificate, *(each.certificate for each in content.additional_certs)]
    _check_certificate(certificates, now)
    private = content.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    der = [each.public_bytes(Encoding.DER) for each in certificates]
    return _short(json.dumps({"key": _base64(private), "certificates": [_base64(each) for each in der]}))


def _short(text: str) -> str:
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


def _check_certificate(certificates: list[x509.Certificate], now: datetime) -> None:
    certificate = certificates[0]
    if now > certificate.not_valid_after_utc:
        raise ValueError(f"its certificate expired on {certificate.not_valid_after_utc:%Y-%m-%d}")
    check_chain(certificates, now)
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
