"""Tell API Gateway who asks, as its Lambda authorizer of the type REQUEST.

The answer is remembered by the header Authorization, for all routes, so it must not depend on the route that was asked
for first. The API function decides what a caller may do; only the direct door has no function behind it.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from handlers import logs
from reports import bootstrap
from reports.access.identity import Identity, Scope
from reports.errors import NoTenantError, UnauthenticatedError

log = logging.getLogger("reports.handlers.authorizer")

# API Gateway matches the path as it was sent, and takes `/queue/reports/` for the direct door as well. So what is to be
# denied cannot be named, but what a caller without the scope may reach can.
_BUT_THE_DIRECT_DOOR = (
    *(f"{method}/*" for method in ("GET", "HEAD", "OPTIONS", "PUT", "PATCH", "DELETE")),
    *("POST/reports", "POST/reports/*", "POST/uploads", "POST/templates/*"),
)


class Unauthorized(Exception):  # noqa: N818 - the word that API Gateway waits for
    """Have API Gateway answer 401, which it does for an error of just this text."""

    def __init__(self) -> None:
        super().__init__("Unauthorized")


def handler(event: Mapping[str, Any], _context: Any) -> dict[str, Any]:
    """Answer API Gateway. Any other error than Unauthorized has it answer 500."""
    logger = logs.configure("authorizer")
    request_id = str((event.get("requestContext") or {}).get("requestId") or "")
    # arn:aws:execute-api:<region>:<account>:<api>/<stage>/<method>/<path>
    api = "/".join(str(event["methodArn"]).split("/")[:2])
    with logs.bound(logger, correlation_id=request_id):
        service = bootstrap.service()
        try:
            identity = service.authenticate(_header(event, "authorization"))
        except UnauthenticatedError as error:
            log.info("refused", extra={"reason": error.reason or error.message})
            raise Unauthorized from None
        except NoTenantError as error:
            log.info("refused", extra={"reason": error.message})
            return {"principalId": "nobody", "policyDocument": _policy("Deny", f"{api}/*")}
        log.info("let in", extra={"tenant": identity.tenant, "subject": identity.subject})
        return {
            "principalId": identity.subject,
            "policyDocument": _policy_for(identity, api),
            "context": identity.as_context(),
            "usageIdentifierKey": service.ports.tenants.get(identity.tenant).usage_key or service.settings.usage_key,
        }


def _policy_for(identity: Identity, api: str) -> dict[str, Any]:
    if Scope.SUBMIT in identity.scopes:
        return _policy("Allow", f"{api}/*")
    return _policy("Allow", *(f"{api}/{resource}" for resource in _BUT_THE_DIRECT_DOOR))


def _policy(effect: str, *resources: str) -> dict[str, Any]:
    statement = {"Effect": effect, "Action": "execute-api:Invoke", "Resource": list(resources)}
    return {"Version": "2012-10-17", "Statement": [statement]}


def _header(event: Mapping[str, Any], name: str) -> str | None:
    headers = event.get("headers") or {}
    return next((str(value) for given, value in headers.items() if given.lower() == name), None)


bootstrap.at_init(bootstrap.service, "authenticate")
