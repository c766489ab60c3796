"""Show what is settled for a tenant of a stage, or settle it. Limits that are not settled are those of all others.

A limit of `-` is taken back. On AWS, API Gateway counts the tenant's requests by themselves from then on.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.identity import is_tenant
from reports.access.ports import Tenants
from reports.access.recipients import recipients_of
from reports.access.retention import CLASSES, RetentionBounds
from reports.access.tenants import LIMITS, Tenant, TenantClass
from reports.errors import PressrunError
from tools.access import bounds_of, client_for, tenants_of
from tools.connection import UnreachableError, connect
from tools.options import MakeParser
from tools.reasons import why
from tools.usage_keys import UsagePlanMissingError, ensure_usage_key

_VARIABLES = {
    "--compute-seconds-per-day": "COMPUTE_SECONDS",
    "--waiting-requests": "WAITING",
    "--rows-per-report": "ROWS",
    "--bytes-per-report": "BYTES",
    "--tenant-class": "CLASS",
}
_AS_FOR_ALL = "-"
_NOBODY = "none"
_TITLES = {None: "as for all", True: "yes", False: "no"}


def main(
    arguments: list[str] | None = None,
    *,
    tenants: Tenants | None = None,
    gateway: Any = None,
    bounds: RetentionBounds | None = None,
) -> int:
    """Show or settle. Returns 1 with the reason when that can't be."""
    options = _parser().parse_args(arguments)
    if not is_tenant(options.tenant):
        print(f"error: {options.tenant!r} is no tenant: small letters, digits and dashes.", file=sys.stderr)
        return 1
    try:
        store = tenants or tenants_of(options.stage)
        known = store.get(options.tenant)
        tenant = _changed(known, options)
        if options.retention_days is not None:
            _check_days(tenant.retention_days, options.stage, bounds)
        if options.stage != "local":
            tenant = _counted_apart(tenant, options.stage, gateway)
        if tenant != known:
            store.put(tenant)
    except (ValueError, UsagePlanMissingError, UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        print(f"error: {why(error)}", file=sys.stderr)
        return 1
    for limit in LIMITS:
        value = getattr(tenant, limit)
        print(f"{limit:<23} {'as for all' if value is None else f'{value:,}'}")
    print(f"{'class':<23} {tenant.tenant_class}")
    print(f"{'email_to':<23} {_shown_list(tenant.email_to)}")
    print(f"{'email_titles':<23} {_TITLES[tenant.email_titles]}")
    print(f"{'legal_hold':<23} {'no' if tenant.legal_hold is None else tenant.legal_hold}")
    if tenant.retention_days != known.retention_days:
        print(f"What it has already is kept as before. `make retention TENANT={tenant.name}` changes that.")
    return 0


def _check_days(days: int | None, stage: str, bounds: RetentionBounds | None) -> None:
    if days is None:
        return
    bounds = bounds or bounds_of(connect(stage), stage)
    if not bounds.allows(days):
        allowed = ", ".join(str(each) for each in CLASSES if bounds.allows(each))
        raise ValueError(f"RETENTION_DAYS has to be one of {allowed}: {days}.")


def _shown_list(entries: tuple[str, ...] | None) -> str:
    return "as for all" if entries is None else ", ".join(entries) or "nobody"


def count_apart(stage: str, name: str, *, tenants: Tenants | None = None, gateway: Any = None) -> None:
    """Have API Gateway count a tenant's requests by themselves, unless it does so already."""
    store = tenants or tenants_of(stage)
    tenant = store.get(name)
    if tenant.usage_key is None:
        store.put(_counted_apart(tenant, stage, gateway))


def _counted_apart(tenant: Tenant, stage: str, gateway: Any) -> Tenant:
    client = gateway or client_for("apigateway", stage)
    return replace(tenant, usage_key=ensure_usage_key(client, stage, tenant.name))


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.tenant", description=__doc__, variables=_VARIABLES)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    for limit in LIMITS:
        parser.add_argument(f"--{limit.replace('_', '-')}", metavar="N", help="a number, or - for that of all others")
    parser.add_argument(
        "--email-to", metavar="LIST", help="addresses and domains such as @example.com, *, none, or - as for all others"
    )
    classes = [str(each) for each in TenantClass]
    parser.add_argument("--tenant-class", choices=classes, help="by which operators tell reports apart")
    parser.add_argument("--email-titles", choices=["yes", "no", "-"], help="whether titles stand in subjects of e-mail")
    return parser


def _changed(tenant: Tenant, options: argparse.Namespace) -> Tenant:
    changes: dict[str, Any] = {}
    for limit in LIMITS:
        given = getattr(options, limit)
        if given is None:
            continue
        number = given.replace(",", "").replace("_", "")
        if given != _AS_FOR_ALL and not (number.isascii() and number.isdecimal()):
            raise ValueError(f"{limit} has to be a number, or -: {given!r}.")
        changes[limit] = None if given == _AS_FOR_ALL else int(number)
    if options.tenant_class is not None:
        changes["tenant_class"] = TenantClass(options.tenant_class)
    if options.email_to is not None:
        changes["email_to"] = _email_to(options.email_to)
    if options.email_titles is not None:
        changes["email_titles"] = {words: value for value, words in _TITLES.items()}.get(options.email_titles)
    return replace(tenant, **changes)


def _email_to(given: str) -> tuple[str, ...] | None:
    if given == _AS_FOR_ALL:
        return None
    return () if given == _NOBODY else recipients_of(given)


if __name__ == "__main__":
    sys.exit(main())
