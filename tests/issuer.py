"""An issuer of OpenID Connect on this machine, whose tokens a stack can be told to take."""

from __future__ import annotations

import json
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from tests.local_server import LocalServer
from tests.this_machine import address_of


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True
    documents: dict[str, Any]


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        document = self.server.documents.get(self.path)
        body = json.dumps(document or {}).encode()
        self.send_response(404 if document is None else 200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


class Issuer(LocalServer):
    """Publish a key, and sign tokens by it or by others."""

    def __init__(self, url: str, audience: str) -> None:
        self.url = url
        self.audience = audience
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        host, _, port = url.removeprefix("http://").partition(":")
        self._server = _Server((address_of(host), int(port)), _Handler)
        described = jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        # A new key has a new name: those who have asked before ask again for one that they do not know.
        self.key_id = f"key-{time.time_ns()}"
        self._server.documents = {
            "/.well-known/openid-configuration": {"issuer": url, "jwks_uri": f"{url}/keys"},
            "/keys": {"keys": [{**described, "kid": self.key_id, "alg": "RS256", "use": "sig"}]},
        }
        super().__init__(self._server)

    def token(self, *, key: Any = None, key_id: str | None = None, **claims: Any) -> str:
        """Return a token of a user's, who may submit and read, with other claims if some are given; None leaves out."""
        now = int(time.time())
        said = {
            "iss": self.url,
            "aud": self.audience,
            "sub": "user-1",
            "iat": now,
            "exp": now + 600,
            "scope": "openid pressrun/submit pressrun/read",
        } | claims
        kept = {name: value for name, value in said.items() if value is not None}
        return jwt.encode(kept, key or self.key, "RS256", {"kid": key_id or self.key_id})
