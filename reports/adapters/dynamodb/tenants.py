"""Keep what is settled for tenants, an item for each beside the API keys.

::

    id        [usage_key  class  reports_per_day  compute_seconds_per_day  rows_per_report  bytes_per_report]
    tenant#T  …           trial  5000
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any

from reports.access.buckets import BucketDestination
from reports.access.tenants import LIMITS, Tenant, TenantClass
from reports.adapters.aws_errors import translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoDBTenants:
    """Tenants in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, name: str) -> Tenant:
        """Return what is settled. See Tenants.get."""
        with translated("DynamoDB"):
            # What is settled is replaced as a whole, so a change of a part of it needs the latest.
            key: dict[str, Any] = {"id": {"S": f"tenant#{name}"}}
            response = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
        item = response.get("Item", {})
        numbers = {field: int(item[field]["N"]) for field in LIMITS if field in item}
        return Tenant(
            name,
            usage_key=item["usage_key"]["S"] if "usage_key" in item else None,
            email_to=tuple(each["S"] for each in item["email_to"]["L"]) if "email_to" in item else None,
            email_titles=item["email_titles"]["BOOL"] if "email_titles" in item else None,
            tenant_class=_class_of(item),
            destinations=tuple(_destination_of(each["M"]) for each in item.get("destinations", {"L": []})["L"]),
            legal_hold=item["legal_hold"]["S"] if "legal_hold" in item else None,
            **numbers,
        )

    def put(self, tenant: Tenant) -> None:
        """Replace the settings of a tenant. See Tenants.put."""
        item: dict[str, Any] = {"id": {"S": f"tenant#{tenant.name}"}}
        if tenant.usage_key is not None:
            item["usage_key"] = {"S": tenant.usage_key}
        for field in LIMITS:
            value = getattr(tenant, field)
            if value is not None:
                item[field] = {"N": str(value)}
        if tenant.email_to is not None:
            item["email_to"] = {"L": [{"S": each} for each in tenant.email_to]}
        if tenant.email_titles is not None:
            item["email_titles"] = {"BOOL": tenant.email_titles}
        if tenant.tenant_class is not TenantClass.STANDARD:
            item["class"] = {"S": tenant.tenant_class}
        if tenant.destinations:
            item["destinations"] = {"L": [{"M": _texts(asdict(each))} for each in tenant.destinations]}
        if tenant.legal_hold is not None:
            item["legal_hold"] = {"S": tenant.legal_hold}
        with translated("DynamoDB"):
            self._client.put_item(TableName=self._table, Item=item)


def _destination_of(texts: Mapping[str, Any]) -> BucketDestination:
    known = {field.name for field in fields(BucketDestination)}
    return BucketDestination(**{name: text["S"] for name, text in texts.items() if name in known})


def _texts(values: Mapping[str, str | None]) -> dict[str, Any]:
    return {name: {"S": value} for name, value in values.items() if value is not None}


def _class_of(item: Mapping[str, Any]) -> TenantClass:
    try:
        return TenantClass(item["class"]["S"]) if "class" in item else TenantClass.STANDARD
    except ValueError:
        return TenantClass.STANDARD  # one that only a later release knows
