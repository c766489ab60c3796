"""Read all that a query finds, and the index ``by_due``: items of the table of jobs for which a step is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from heapq import merge
from typing import TYPE_CHECKING, Any

from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.job_items import DUE_SHARDS, sortable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


def due_items(client: DynamoDBClient, table: str, shards: str, before: datetime) -> Iterator[Mapping[str, Any]]:
    """Yield the keys of items that were due before a moment, those that wait longest first, in pages as it goes on.

    ``shards`` is what the names of their shards begin with. Raises ServiceUnavailableError.
    """
    queries = (
        {
            "TableName": table,
            "IndexName": "by_due",
            "KeyConditionExpression": "due_shard = :shard AND due_at < :before",
            "ExpressionAttributeValues": {":shard": {"S": f"{shards}{shard}"}, ":before": {"S": sortable(before)}},
        }
        for shard in range(DUE_SHARDS)
    )
    return merge(*(all_items(client, query) for query in queries), key=lambda item: str(item["due_at"]["S"]))


def all_items(client: DynamoDBClient, query: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield all that a query finds, page by page. Raises ServiceUnavailableError."""
    start: dict[str, Any] = {}
    while True:
        with translated("DynamoDB"):
            response = client.query(**query, **start)
        yield from response["Items"]
        if "LastEvaluatedKey" not in response:
            return
        start = {"ExclusiveStartKey": response["LastEvaluatedKey"]}
