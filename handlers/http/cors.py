"""Set what browsers may do with answers: which pages may read them (CORS), and what may be made of them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

# Pages may send these, and read those, besides what every page may (https://fetch.spec.whatwg.org/#http-cors-protocol).
_SENT = "Authorization, Content-Type, Idempotency-Key, Prefer, X-Correlation-Id"
_READ = (
    "Allow, Content-Disposition, Location, Preference-Applied, Retry-After, WWW-Authenticate, X-Correlation-Id, "
    # What API Gateway makes of WWW-Authenticate where a function answers.
    "x-amzn-Remapped-WWW-Authenticate"
)
_PREFLIGHT_SECONDS = "600"

# No answer is a page but one, which says so itself.
_PROTECTION = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
_HTTPS_ALONE = {"Strict-Transport-Security": "max-age=31536000; includeSubDomains"}


def protected(answer: dict[str, Any], origin: str | None, origins: Collection[str], *, https: bool) -> dict[str, Any]:
    """Return an answer with the headers that browsers go by; ``origins`` are those of the pages that may read it."""
    headers = {name: [value] for name, value in {**_PROTECTION, **(_HTTPS_ALONE if https else {})}.items()}
    headers |= answer.get("multiValueHeaders") or {}
    if origins:
        # Or else a cache might give one page what another one got.
        headers["Vary"] = [*headers.get("Vary", []), "Origin"]
    if origin is not None and origin in origins:
        headers |= {"Access-Control-Allow-Origin": [origin], "Access-Control-Expose-Headers": [_READ]}
    return {**answer, "multiValueHeaders": headers}


def preflight(methods: Collection[str], *, allowed: bool) -> dict[str, Any]:
    """Answer OPTIONS: say which methods there are, and to a page that may whether it may use them."""
    names = ", ".join(sorted(methods))
    headers: Mapping[str, str] = {"Allow": names}
    if allowed:
        headers = {
            **headers,
            "Access-Control-Allow-Methods": names,
            "Access-Control-Allow-Headers": _SENT,
            "Access-Control-Max-Age": _PREFLIGHT_SECONDS,
        }
    return {
        "statusCode": 204,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "body": "",
        "isBase64Encoded": False,
    }
