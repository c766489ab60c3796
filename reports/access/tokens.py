"""Decide who the bearer of a token is, by what the token says. That it says so truly, Tokens has found out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reports.access.identity import Identity, is_tenant, scopes_in
from reports.errors import NoTenantError, UnauthenticatedError

SCOPE_PREFIX = "pressrun/"
"""What scopes and groups of ours begin with at an issuer, which has those of others, too."""


@dataclass(frozen=True, slots=True)
class TokenRules:
    """The tokens that are for us, and the claims that name tenant and scopes. A claim may have several words."""

    audience: str
    tenant_claim: str
    scopes_claim: str
    token_use: str | None = None
    """What Cognito calls ``id`` or ``access``; other issuers have no such claim."""


def identity_of(claims: Mapping[str, Any], rules: TokenRules) -> Identity:
    """Return who a token's bearer is. Raises UnauthenticatedError and NoTenantError."""
    if not _is_for(claims, rules.audience):
        raise UnauthenticatedError("The token was not issued for this API.", reason="audience")
    if rules.token_use is not None and claims.get("token_use") != rules.token_use:
        raise UnauthenticatedError(f"The token is not one of the kind {rules.token_use!r}.", reason="token_use")
    subject, tenant = claims.get("sub"), claims.get(rules.tenant_claim)
    if not isinstance(subject, str) or not subject:
        raise UnauthenticatedError("The token names no user.", reason="sub")
    if not isinstance(tenant, str) or not is_tenant(tenant):
        raise NoTenantError(
            f"The token names no tenant in the claim {rules.tenant_claim!r}. Ask the operator of Pressrun for one."
        )
    words = _words(claims, rules.scopes_claim)
    ours = (word.removeprefix(SCOPE_PREFIX) for word in words if word.startswith(SCOPE_PREFIX))
    return Identity(tenant, scopes_in(ours), f"user:{subject}")


def _is_for(claims: Mapping[str, Any], audience: str) -> bool:
    """Tell whether we are meant. Access tokens of Cognito have the client in place of an audience."""
    if "aud" not in claims:
        return claims.get("client_id") == audience
    aud = claims["aud"]
    return audience in aud if isinstance(aud, list) else aud == audience


def _words(claims: Mapping[str, Any], name: str) -> Iterator[str]:
    said = claims.get(name)
    if isinstance(said, str):
        yield from said.split()
    elif isinstance(said, list):
        yield from (word for word in said if isinstance(word, str))
