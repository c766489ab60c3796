"""Have API Gateway count a tenant's requests by themselves: each tenant gets a key of the stage's usage plan.

The key opens nothing. The authorizer names it, and API Gateway looks for it nowhere else.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import ClientError

_LEAST_LENGTH = 20  # API Gateway's


class UsagePlanMissingError(LookupError):
    """The lack of a usage plan on a stage, without which no requests can be counted."""


def ensure_usage_key(client: Any, stage: str, tenant: str) -> str:
    """Return the value of a tenant's key, made and put into the stage's usage plan unless it is there."""
    value = _name(stage, tenant).ljust(_LEAST_LENGTH, "-")
    plan = _plan(client, f"pressrun-{stage}")
    key_id = _key(client, value)
    try:
        client.create_usage_plan_key(usagePlanId=plan, keyId=key_id, keyType="API_KEY")
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConflictException":
            raise
    return value


def keys_of_tenants(client: Any, stage: str) -> list[str]:
    """Return the ids of the tenants' keys in a stage's usage plan, in which the stack has one, too.

    There are none where there is no plan.
    """
    try:
        plan = _plan(client, f"pressrun-{stage}")
    except UsagePlanMissingError:
        return []
    pages = client.get_paginator("get_usage_plan_keys").paginate(usagePlanId=plan)
    named = _name(stage, "")
    return [str(key["id"]) for page in pages for key in page["items"] if key["name"].startswith(named)]


def _name(stage: str, tenant: str) -> str:
    return f"pressrun-{stage}-tenant-{tenant}"


def _plan(client: Any, name: str) -> str:
    for page in client.get_paginator("get_usage_plans").paginate():
        for plan in page["items"]:
            if plan["name"] == name:
                return str(plan["id"])
    raise UsagePlanMissingError(f"There is no usage plan {name}. Deploy the stage first.")


def _key(client: Any, value: str) -> str:
    # Looked for by name, which is the value: API Gateway shows no values unless it is asked to.
    pages = client.get_paginator("get_api_keys").paginate(nameQuery=value)
    known = next((key for page in pages for key in page["items"] if key["name"] == value), None)
    return str((known or client.create_api_key(name=value, value=value, enabled=True))["id"])
