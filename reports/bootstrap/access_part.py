"""Build what finds out who asks."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, partial

from reports.access.authenticate import Authenticate
from reports.access.ports import Tenants
from reports.access.tokens import TokenRules
from reports.bootstrap import adapters
from reports.bootstrap.settings import Settings


@dataclass(frozen=True, slots=True)
class Authorizer:
    """What the authorizer function needs."""

    settings: Settings
    authenticate: Authenticate
    tenants: Tenants


@cache
def authenticate() -> Authenticate:
    """Build what finds out who asks. Raises SettingsError."""
    from reports.adapters.oidc_tokens import OidcTokens, fetch
    from reports.adapters.system_clock import SystemClock

    settings = Settings.from_environment()
    keys = adapters.api_keys(settings)
    if settings.jwt_issuer is None:
        return Authenticate(keys=keys, clock=SystemClock())
    rules = TokenRules(
        audience=settings.jwt_audience,
        tenant_claim=settings.jwt_tenant_claim,
        scopes_claim=settings.jwt_scopes_claim,
        token_use=settings.jwt_token_use,
    )
    tokens = OidcTokens(settings.jwt_issuer, partial(fetch, known_hosts=settings.jwt_allowed_hosts))
    return Authenticate(keys=keys, clock=SystemClock(), tokens=tokens, rules=rules)


@cache
def authorizer() -> Authorizer:
    """Build the authorizer function's part. Raises SettingsError."""
    settings = Settings.from_environment()
    return Authorizer(settings, authenticate(), adapters.tenants(settings))
