"""Allow a tenant to have its reports put into a bucket of its own, show what is allowed, or take it back.

The bucket's owner makes the role. This prints the policies that it needs, with the external id that this makes.
"""

from __future__ import annotations

import argparse
import json
import secrets
import sys
from dataclasses import replace
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from reports.access.buckets import MOST_DESTINATIONS, BucketDestination
from reports.access.identity import is_tenant
from reports.access.ports import Tenants
from reports.access.tenants import Tenant
from reports.errors import PressrunError
from tools.access import client_for, tenants_of
from tools.connection import UnreachableError
from tools.options import MakeParser
from tools.reasons import why


def main(arguments: list[str] | None = None, *, tenants: Tenants | None = None, functions: Any = None) -> int:
    """Show or settle. Returns 1 with the reason when that can't be."""
    options = _parser().parse_args(arguments)
    if not is_tenant(options.tenant):
        return _told(f"{options.tenant!r} is no tenant: small letters, digits and dashes.")
    try:
        store = tenants or tenants_of(options.stage)
        tenant = store.get(options.tenant)
        if options.name is None:
            return _show(tenant)
        if options.remove:
            return _remove(store, tenant, options.name)
        destination = _wanted(tenant, options)
        others = [each for each in tenant.destinations if each.name != destination.name]
        if len(others) >= MOST_DESTINATIONS:
            raise ValueError(f"The tenant has {len(others)} destinations, as many as it may. Remove one first.")
        store.put(replace(tenant, destinations=(*others, destination)))
        _explain(destination, options.stage, functions or client_for("lambda", options.stage))
    except (ValueError, UnreachableError, PressrunError, ClientError, BotoCoreError) as error:
        return _told(why(error))
    return 0


def _wanted(tenant: Tenant, options: argparse.Namespace) -> BucketDestination:
    if options.bucket is None or options.role is None:
        raise ValueError("BUCKET and ROLE are missing.")
    prefix = f"{options.prefix.strip('/')}/" if options.prefix.strip("/") else ""
    known = next((each for each in tenant.destinations if each.name == options.name), None)
    # The role asks for it already.
    external_id = known.external_id if known else f"pressrun-{options.stage}-{tenant.name}-{secrets.token_hex(16)}"
    return BucketDestination(options.name, options.bucket, prefix, options.role, external_id, options.region or None)


def _show(tenant: Tenant) -> int:
    for each in tenant.destinations:
        print(f"{each.name:<20} s3://{each.bucket}/{each.prefix}  {each.role}  {each.external_id}")
    if not tenant.destinations:
        print(f"{tenant.name} has no destinations.")
    return 0


def _remove(store: Tenants, tenant: Tenant, name: str) -> int:
    others = tuple(each for each in tenant.destinations if each.name != name)
    if len(others) == len(tenant.destinations):
        print(f"{tenant.name} has no destination {name!r}.")
        return 0
    store.put(replace(tenant, destinations=others))
    print(f"{name} is removed. Deliveries that are still to be made there fail.")
    return 0


def _explain(destination: BucketDestination, stage: str, functions: Any) -> None:
    notify = functions.get_function_configuration(FunctionName=f"pressrun-{stage}-notify")["Role"]
    print(f"Reports can name it: {json.dumps({'options': {'deliver_to': {'destination': destination.name}}})}")
    print(f"The role {destination.role} has to trust this:")
    print(json.dumps(trust(destination, notify), indent=1))
    print("and be allowed this, with kms:GenerateDataKey if the bucket has a key of its own:")
    print(json.dumps(rights(destination), indent=1))


def trust(destination: BucketDestination, notify: str) -> dict[str, Any]:
    """Return what the role has to trust: the stage's notify function, with the external id."""
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": notify},
        "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": destination.external_id}},
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def rights(destination: BucketDestination) -> dict[str, Any]:
    """Return what the role has to be allowed."""
    statement = {
        "Effect": "Allow",
        "Action": ["s3:PutObject", "s3:AbortMultipartUpload"],
        "Resource": f"arn:{destination.partition}:s3:::{destination.bucket}/{destination.prefix}*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def _parser() -> MakeParser:
    parser = MakeParser(prog="python -m tools.destination", description=__doc__)
    parser.add_argument("--stage", default="local")
    parser.add_argument("--tenant", required=True)
    parser.add_argument("--name", help="as requests give it; without one, all are shown")
    parser.add_argument("--bucket")
    parser.add_argument("--prefix", default="", help="the folder in the bucket that all files go below")
    parser.add_argument("--role", help="the ARN of the role, in the account of the bucket")
    parser.add_argument("--region", help="of the bucket, if it is not that of the stage")
    parser.add_argument("--remove", action="store_true")
    return parser


def _told(message: str) -> int:
    print(f"error: {message}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
