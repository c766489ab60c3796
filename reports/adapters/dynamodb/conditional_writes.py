"""Write to DynamoDB on a condition, and find out what stands there when the condition fails."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.adapters.aws_errors import error_code, translated

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Item = Mapping[str, Any]

REFUSED = "ConditionalCheckFailedException"


def put_if(client: DynamoDBClient, table: str, key: Item, attributes: Item, **condition: Any) -> Item | None:
    """Put an item on a condition, given as PutItem's parameters. Raises ServiceUnavailableError.

    Returns None when the item is written. Otherwise returns the item that stands there, which is empty when there is
    none. When the answer to a write is lost, botocore sends it again: what stands there may be your own.
    """
    return _write_if(client, "put_item", table, key, {"Item": {**key, **attributes}, **condition})


def update_if(client: DynamoDBClient, table: str, key: Item, **update: Any) -> Item | None:
    """Update an item on a condition, both given as UpdateItem's parameters. Returns and raises what put_if() does."""
    return _write_if(client, "update_item", table, key, {"Key": key, **update})


def _write_if(client: DynamoDBClient, method: str, table: str, key: Item, request: Mapping[str, Any]) -> Item | None:
    with translated("DynamoDB"):
        try:
            getattr(client, method)(TableName=table, **request)
        except ClientError as error:
            if error_code(error) != REFUSED:
                raise
            # DynamoDB can tell the item with its refusal. LocalStack's answers 500 then, if the item has bytes.
            return client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
    return None
