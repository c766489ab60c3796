from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from reports.adapters.oidc_tokens import OidcTokens, fetch
from reports.errors import ServiceUnavailableError, UnauthenticatedError

ISSUER = "https://issuer.example/pool"
KEYS_URL = "https://keys.example/jwks.json"

RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
EC = ec.generate_private_key(ec.SECP256R1())
ED = ed25519.Ed25519PrivateKey.generate()


def jwk(key: Any, algorithm: type[Any], kid: str | None, **more: str) -> dict[str, Any]:
    described = algorithm.to_jwk(key.public_key(), as_dict=True)
    return {**described, **({} if kid is None else {"kid": kid}), **more}


RSA_JWK = jwk(RSA, jwt.algorithms.RSAAlgorithm, "rsa", alg="RS256", use="sig")
KEYS = [
    RSA_JWK,
    jwk(EC, jwt.algorithms.ECAlgorithm, "ec"),
    jwk(ED, jwt.algorithms.OKPAlgorithm, "ed"),
    jwk(OTHER_RSA, jwt.algorithms.RSAAlgorithm, "for-encryption", alg="RS256", use="enc"),
    jwk(OTHER_RSA, jwt.algorithms.RSAAlgorithm, "of-sha-1", alg="RS512"),
    {"kty": "oct", "k": "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA", "kid": "oct", "alg": "HS256"},
    {"kty": "of the future", "kid": "future"},
    "no key at all",
]


class Issuer:
    """An issuer in memory that counts its requests."""

    def __init__(self) -> None:
        self.keys: list[Any] = list(KEYS)
        self.about: dict[str, Any] = {"issuer": ISSUER, "jwks_uri": KEYS_URL}
        self.asked = 0
        self.is_down = False
        self.seconds = 1000.0
        self.tokens = OidcTokens(ISSUER, self.document, monotonic=lambda: self.seconds)

    def document(self, url: str) -> Mapping[str, Any]:
        if self.is_down:
            self.asked += 1
            raise ServiceUnavailableError("down")
        if url == f"{ISSUER}/.well-known/openid-configuration":
            return self.about
        assert url == KEYS_URL
        self.asked += 1
        return {"keys": self.keys}


@pytest.fixture
def issuer() -> Issuer:
    return Issuer()


def token(key: Any = RSA, algorithm: str = "RS256", kid: str | None = "rsa", **claims: Any) -> str:
    now = int(time.time())
    said = {"iss": ISSUER, "sub": "user-1", "iat": now, "exp": now + 600} | claims
    headers = {} if kid is None else {"kid": kid}
    return jwt.encode({k: v for k, v in said.items() if v is not None}, key, algorithm, headers)


@pytest.mark.parametrize(("key", "algorithm", "kid"), [(RSA, "RS256", "rsa"), (EC, "ES256", "ec"), (ED, "EdDSA", "ed")])
def test_a_token_of_the_issuer_says_what_it_says(issuer: Issuer, key: Any, algorithm: str, kid: str) -> None:
    assert issuer.tokens.claims(token(key, algorithm, kid, tenant="acme"))["tenant"] == "acme"


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": 1},
        {"exp": None},
        {"exp": "never"},
        {"iss": "https://other.example"},
        {"iss": None},
        {"iss": f"{ISSUER}/"},
        {"nbf": 99999999999},
        {"iat": 99999999999},
        {"sub": None},
    ],
)
def test_a_token_of_another_time_or_issuer_is_refused(issuer: Issuer, claims: dict[str, Any]) -> None:
    with pytest.raises(UnauthenticatedError):
        issuer.tokens.claims(token(**claims))


def test_clocks_may_differ_by_some_seconds(issuer: Issuer) -> None:
    assert issuer.tokens.claims(token(exp=int(time.time()) - 5, nbf=int(time.time()) + 5))


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any] | None = None) -> str:
    now = int(time.time())
    said = claims or {"iss": ISSUER, "sub": "user-1", "iat": now, "exp": now + 600}
    return ".".join(
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in (header, said)
    )


def by_secret(header: Mapping[str, Any], secret: bytes) -> str:
    signed = unsigned(header)
    signature = hmac.digest(secret, signed.encode(), "sha256")
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


PEM = RSA.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)


@pytest.mark.parametrize(
    "forged",
    [
        unsigned({"alg": "none", "kid": "rsa"}) + ".",
        unsigned({"alg": "None", "kid": "rsa"}) + ".",
        unsigned({"kid": "rsa"}) + ".",
        unsigned({"alg": "RS256", "kid": "rsa"}) + ".",
        unsigned({"alg": "RS256", "kid": ["rsa"]}) + ".AAAA",
        unsigned({"alg": ["RS256"], "kid": "rsa"}) + ".AAAA",
        # The public key, taken for a secret that both sides share.
        by_secret({"alg": "HS256", "kid": "rsa"}, PEM),
        by_secret({"alg": "HS256", "kid": "oct"}, b"secret-secret-secret-secret-secret"),
        by_secret({"alg": "RS256", "kid": "rsa"}, PEM),
        token(OTHER_RSA),
        token(OTHER_RSA, kid="unknown"),
        token(OTHER_RSA, kid="for-encryption"),
        token(OTHER_RSA, "RS512", "of-sha-1"),
        token(RSA, "PS256", "rsa"),
        token(RSA, "RS256", "ec"),
        token(kid=None),
        token()[:-4] + "AAAA",
        f"{base64.urlsafe_b64encode(b'[' * 6000).decode()}.e30.AAAA",
        "no.token.here",
        "x",
        "..",
        "a.b.c.d.e",
    ],
)
def test_a_forged_token_is_refused(issuer: Issuer, forged: str) -> None:
    with pytest.raises(UnauthenticatedError):
        issuer.tokens.claims(forged)


def test_a_key_that_the_token_brings_along_is_not_used(issuer: Issuer) -> None:
    its_own = jwk(OTHER_RSA, jwt.algorithms.RSAAlgorithm, "mine")
    headers = {"kid": "mine", "jwk": its_own, "jku": "https://evil.example/keys", "x5u": "https://evil.example"}
    now = int(time.time())
    forged = jwt.encode({"iss": ISSUER, "sub": "x", "exp": now + 60}, OTHER_RSA, "RS256", headers)

    with pytest.raises(UnauthenticatedError):
        issuer.tokens.claims(forged)


def test_keys_are_asked_for_once_an_hour(issuer: Issuer) -> None:
    for _ in range(3):
        issuer.tokens.claims(token())
    assert issuer.asked == 1

    issuer.seconds += 3601
    issuer.tokens.claims(token())
    assert issuer.asked == 2


def test_a_new_key_of_the_issuers_is_known_within_a_minute(issuer: Issuer) -> None:
    issuer.tokens.claims(token())
    issuer.keys.append(jwk(OTHER_RSA, jwt.algorithms.RSAAlgorithm, "new"))

    issuer.seconds += 61

    assert issuer.tokens.claims(token(OTHER_RSA, kid="new"))


def test_made_up_keys_do_not_have_the_issuer_asked_each_time(issuer: Issuer) -> None:
    for n in range(20):
        with pytest.raises(UnauthenticatedError):
            issuer.tokens.claims(token(OTHER_RSA, kid=f"made-up-{n}"))

    assert issuer.asked == 1


def test_a_key_that_the_issuer_has_withdrawn_is_forgotten_within_the_hour(issuer: Issuer) -> None:
    issuer.tokens.claims(token())
    issuer.keys.remove(RSA_JWK)

    issuer.seconds += 3601

    with pytest.raises(UnauthenticatedError):
        issuer.tokens.claims(token())


def test_an_issuer_that_is_down_does_not_lock_out_those_whose_key_is_known(issuer: Issuer) -> None:
    issuer.tokens.claims(token())
    issuer.is_down = True
    issuer.seconds += 3601

    assert issuer.tokens.claims(token())["sub"] == "user-1"


def test_an_issuer_that_was_down_at_first_is_asked_again(issuer: Issuer) -> None:
    issuer.is_down = True
    with pytest.raises(ServiceUnavailableError):
        issuer.tokens.claims(token())
    issuer.is_down = False
    issuer.seconds += 5

    assert issuer.tokens.claims(token())["sub"] == "user-1"


def test_an_issuer_that_is_down_is_not_asked_for_every_token(issuer: Issuer) -> None:
    issuer.is_down = True

    for n in range(50):
        with pytest.raises(ServiceUnavailableError):
            issuer.tokens.claims(token(OTHER_RSA, kid=f"made-up-{n}"))

    assert issuer.asked == 1


def test_a_renewal_that_failed_is_tried_again_within_a_minute(issuer: Issuer) -> None:
    issuer.tokens.claims(token())
    issuer.is_down = True
    issuer.seconds += 3601
    issuer.tokens.claims(token())
    issuer.is_down = False
    issuer.keys[:] = [jwk(OTHER_RSA, jwt.algorithms.RSAAlgorithm, "new")]

    issuer.seconds += 61

    with pytest.raises(UnauthenticatedError):
        issuer.tokens.claims(token())


def test_an_unknown_key_is_no_wrong_one_while_the_issuer_is_down(issuer: Issuer) -> None:
    issuer.tokens.claims(token())
    issuer.is_down = True
    issuer.seconds += 61

    for _ in range(2):
        with pytest.raises(ServiceUnavailableError):
            issuer.tokens.claims(token(OTHER_RSA, kid="perhaps new"))


def test_an_empty_list_of_keys_does_not_lock_out_those_whose_key_is_known(issuer: Issuer) -> None:
    issuer.tokens.claims(token())
    issuer.keys.clear()
    issuer.seconds += 3601

    assert issuer.tokens.claims(token())["sub"] == "user-1"


@pytest.mark.gate
@pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning")
@pytest.mark.parametrize("bits", [1024, 2040])
@pytest.mark.parametrize("algorithm", ["RS256", "PS256"])
def test_a_key_of_rsa_that_is_too_short_is_none(issuer: Issuer, bits: int, algorithm: str) -> None:
    short = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    issuer.keys.append(jwk(short, jwt.algorithms.RSAAlgorithm, "short", alg=algorithm))

    with pytest.raises(UnauthenticatedError, match="does not have"):
        issuer.tokens.claims(token(short, algorithm, "short"))
    assert issuer.tokens.claims(token())["sub"] == "user-1"


@pytest.mark.parametrize("about", [{"issuer": "https://other.example"}, {"jwks_uri": None}])
def test_an_issuer_that_describes_another_one_is_not_believed(issuer: Issuer, about: dict[str, Any]) -> None:
    issuer.about |= about

    with pytest.raises(ServiceUnavailableError):
        issuer.tokens.claims(token())


class Documents(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path == "/elsewhere":
            self.send_response(302)
            self.send_header("Location", "/keys")
            self.end_headers()
            return
        body = {"/keys": b'{"keys": []}', "/list": b"[]", "/text": b"hello", "/large": b" " * 600_000}.get(self.path)
        self.send_response(200 if body else 404)
        self.end_headers()
        self.wfile.write(body or b"{}")

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def host() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Documents) as server:
        thread = Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def test_a_document_is_fetched_from_a_host_that_is_known(host: str) -> None:
    assert fetch(f"http://{host}/keys", known_hosts=frozenset({host})) == {"keys": []}


@pytest.mark.parametrize("path", ["/elsewhere", "/list", "/text", "/large", "/none"])
def test_what_is_no_document_is_a_fault_of_the_issuers(host: str, path: str) -> None:
    with pytest.raises(ServiceUnavailableError):
        fetch(f"http://{host}{path}", known_hosts=frozenset({host}))


@pytest.mark.parametrize("url", ["http://127.0.0.1:1/keys", "file:///etc/passwd", "ftp://127.0.0.1/keys", "keys"])
def test_nothing_is_fetched_without_tls_from_a_host_that_is_not_known(url: str) -> None:
    with pytest.raises(ServiceUnavailableError, match="without TLS"):
        fetch(url)
