"""Keep what is known of the templates of tenants, an item for each in the table of jobs.

::

    job_id           item      revision  record  tenant    created
    template#T#NAME  template  7         {…}     T#beside  template#NAME

``record`` is all of it, as JSON. ``tenant`` and ``created`` have it found by the index ``by_tenant``: in lists, and
when all that its tenant has is to be removed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import put_if
from reports.adapters.dynamodb.job_items import beside
from reports.adapters.dynamodb.packing import pack, unpack
from reports.adapters.dynamodb.queries import all_items
from reports.shelf.own_template import OwnTemplate

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "template"
_templates = TypeAdapter(OwnTemplate)


class DynamoDBOwnTemplates:
    """OwnTemplates in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, tenant: str, name: str) -> OwnTemplate | None:
        """Return a tenant's template. See OwnTemplates.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(tenant, name), ConsistentRead=True)
        return _read(response["Item"]) if "Item" in response else None

    def put(self, template: OwnTemplate) -> bool:
        """Replace the revision before. See OwnTemplates.put."""
        packed = pack(_templates.dump_python(template, mode="json"))
        standing = put_if(
            self._client,
            self._table,
            _key(template.tenant, template.name),
            {
                "tenant": {"S": beside(template.tenant)},
                "created": {"S": f"{_ITEM}#{template.name}"},
                "revision": {"N": str(template.revision)},
                "record": {"B": bytes(packed)},
            },
            ConditionExpression="attribute_not_exists(job_id) OR revision = :before",
            ExpressionAttributeValues={":before": {"N": str(template.revision - 1)}},
        )
        # What stands there may be this very write, sent again.
        return standing is None or (bool(standing) and _read(standing) == template)

    def list(self, tenant: str) -> Sequence[OwnTemplate]:
        """Return a tenant's templates. See OwnTemplates.list."""
        query: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "by_tenant",
            "KeyConditionExpression": "tenant = :tenant AND begins_with(created, :templates)",
            "ExpressionAttributeValues": {":tenant": {"S": beside(tenant)}, ":templates": {"S": f"{_ITEM}#"}},
            "ProjectionExpression": "created",
        }
        names = [item["created"]["S"].removeprefix(f"{_ITEM}#") for item in all_items(self._client, query)]
        return [found for name in names if (found := self.get(tenant, name)) is not None]


def _read(item: Any) -> OwnTemplate:
    return _templates.validate_python(unpack(bytes(item["record"]["B"])))


def _key(tenant: str, name: str) -> dict[str, Any]:
    return {"job_id": {"S": f"{_ITEM}#{tenant}#{name}"}, "item": {"S": _ITEM}}
