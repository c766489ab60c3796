"""Keep the pauses of a stage, all of them in one item of the table of jobs, as JSON: every function can read it there.

::

    job_id  item  pauses
    pauses  all   [{"reason": "…", "since": "2026-…", "tenant": "acme", "template": null, "until": null}, …]

Operators alone write it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter

from reports.adapters.aws_errors import translated
from reports.jobs.pauses import Pause

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_KEY: Any = {"job_id": {"S": "pauses"}, "item": {"S": "all"}}
_pauses = TypeAdapter(list[Pause])


class DynamoDBPauses:
    """The pauses of a stage in DynamoDB. Every method may raise ServiceUnavailableError."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def read(self) -> Sequence[Pause]:
        """Return all pauses, those that have ended not long ago among them."""
        with translated("DynamoDB"):
            item = self._client.get_item(TableName=self._table, Key=_KEY).get("Item")
        return _pauses.validate_json(item["pauses"]["S"]) if item else []

    def write(self, pauses: Sequence[Pause]) -> None:
        """Replace all pauses."""
        kept = _pauses.dump_json(list(pauses)).decode()
        with translated("DynamoDB"):
            self._client.put_item(TableName=self._table, Item={**_KEY, "pauses": {"S": kept}})
