"""Read the tokens of an issuer of OpenID Connect, with PyJWT."""

from __future__ import annotations

import json
import logging
import threading
import time
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reports.errors import ServiceUnavailableError, UnauthenticatedError

if TYPE_CHECKING:
    from jwt import PyJWK

log = logging.getLogger(__name__)

ALGORITHMS = frozenset({"RS256", "PS256", "ES256", "EdDSA"})
"""What signatures may be made by: nothing that is signed by a secret of both sides, and never `none`."""

_LEEWAY_SECONDS = 30
_KEYS_LIVE_SECONDS = 3600
# A key that is not known may be new. Made-up ids of keys have the issuer asked once a minute, not each time.
_ASK_AGAIN_SECONDS = 60
# While none of the issuer's keys is known, no token is let in.
_ASK_AGAIN_FOR_THE_FIRST_SECONDS = 5
_ANSWER_SECONDS = 3
_MOST_BYTES = 512 * 1024
# Shorter keys of RSA can be taken apart (NIST SP 800-131A).
_LEAST_RSA_BITS = 2048

Documents = Callable[[str], Mapping[str, Any]]
"""What returns the JSON object at a URL. Raises ServiceUnavailableError."""


class OidcTokens:
    """Tokens of an OpenID Connect issuer. ``issuer`` is its URL, below which it says where its keys are."""

    def __init__(self, issuer: str, documents: Documents, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._issuer = issuer
        self._documents = documents
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._keys: Mapping[str, PyJWK] = {}
        self._renewed_at = float("-inf")
        self._asked_at = float("-inf")

    def claims(self, token: str) -> Mapping[str, Any]:
        """Return what a token says. See Tokens.claims."""
        # It takes a tenth of a second to load, which callers with API keys need not wait for.
        import jwt

        try:
            header = jwt.get_unverified_header(token)
        except (jwt.InvalidTokenError, ValueError, RecursionError):
            raise UnauthenticatedError("This is neither an API key nor a token.", reason="malformed") from None
        key_id, algorithm = header.get("kid"), header.get("alg")
        if not isinstance(key_id, str) or not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
            raise UnauthenticatedError("The token is not signed as tokens have to be.", reason="algorithm")
        key = self._key(key_id)
        if key is None:
            raise UnauthenticatedError("The token is signed by a key that its issuer does not have.", reason="kid")
        try:
            return jwt.decode(
                token,
                key,
                algorithms=[key.algorithm_name],
                issuer=self._issuer,
                leeway=_LEEWAY_SECONDS,
                # Who it is for is decided by reports.access.tokens.
                options={"require": ["exp", "iss", "sub"], "verify_aud": False},
            )
        except jwt.ExpiredSignatureError:
            raise UnauthenticatedError("The token has expired. Get a new one.", reason="exp") from None
        except (jwt.InvalidTokenError, ValueError, RecursionError) as error:
            raise UnauthenticatedError("The token is not right.", reason=type(error).__name__) from None

    def _key(self, key_id: str) -> PyJWK | None:
        """Return a key, from what is known, or by asking the issuer."""
        with self._lock:
            now = self._monotonic()
            known = self._keys.get(key_id)
            if known is not None and now - self._renewed_at < _KEYS_LIVE_SECONDS:
                return known
            pause = _ASK_AGAIN_SECONDS if self._keys else _ASK_AGAIN_FOR_THE_FIRST_SECONDS
            if now - self._asked_at >= pause:
                self._asked_at = now
                self._renew(now)
            found = self._keys.get(key_id)
            if found is None and self._asked_at != self._renewed_at:
                # It may be a good key; this cannot be known now.
                raise ServiceUnavailableError("The issuer of tokens does not answer.", service="OIDC")
            return found

    def _renew(self, now: float) -> None:
        try:
            found = _usable(self._documents(self._keys_url()))
        except ServiceUnavailableError:
            log.warning("the issuer's keys could not be renewed", exc_info=True)
            return
        if not found:
            log.warning("the issuer has no key that can be used; those that were known are kept")
            return
        self._keys, self._renewed_at = found, now

    def _keys_url(self) -> str:
        about = self._documents(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        url = about.get("jwks_uri")
        if about.get("issuer") != self._issuer or not isinstance(url, str):
            raise ServiceUnavailableError("The issuer of tokens describes another one.", service="OIDC")
        return url


def _usable(document: Mapping[str, Any]) -> dict[str, PyJWK]:
    """Return those keys that are for signatures of ours, by their ids."""
    import jwt

    found: dict[str, PyJWK] = {}
    listed = document.get("keys")
    for described in listed if isinstance(listed, list) else []:
        try:
            key = jwt.PyJWK(described)
        except (jwt.PyJWTError, AttributeError, TypeError, ValueError):
            continue  # of an unknown kind: others may be of use
        if not key.key_id or key.algorithm_name not in ALGORITHMS or key.public_key_use not in (None, "sig"):
            continue
        if key.key_type == "RSA" and key.key.key_size < _LEAST_RSA_BITS:
            log.warning("a key of the issuer is too short and not used", extra={"bits": key.key.key_size})
            continue
        found[key.key_id] = key
    return found


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A handler that follows no redirection: the issuer's addresses are to be what they say."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def fetch(url: str, *, known_hosts: frozenset[str] = frozenset()) -> Mapping[str, Any]:
    """Return the JSON object at a URL, by TLS unless the host is a known one (``host:port``). See Documents."""
    parts = urlsplit(url)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.netloc in known_hosts):
        raise ServiceUnavailableError("The issuer of tokens has an address without TLS.", service="OIDC")
    opener = urllib.request.build_opener(_NoRedirects)
    try:
        with opener.open(url, timeout=_ANSWER_SECONDS) as answer:
            body = answer.read(_MOST_BYTES + 1)
        content = json.loads(body) if len(body) <= _MOST_BYTES else None
    except (OSError, HTTPException, ValueError) as error:
        reason = type(error).__name__
        raise ServiceUnavailableError("The issuer of tokens does not answer.", service="OIDC", reason=reason) from error
    if not isinstance(content, dict):
        raise ServiceUnavailableError("The issuer of tokens answers something else than JSON.", service="OIDC")
    return content
