"""Count what tenants do on a day, an item for each day in the table of jobs.

::

    job_id              item   used  compute_ms  emails  reports#invoice  ms#invoice  cost#invoice  expires_at
    quota#T#2026-11-21  count  7     48211       2       6                8211        570000        …

``used`` are reports that were asked for, ``reports#…`` those of a template that workers have begun; ``cost#…`` is in
billionths of a dollar.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from reports.access.ports import Counted
from reports.access.usage import Use, UseOfDays
from reports.adapters.aws_errors import translated
from reports.adapters.dynamodb.conditional_writes import update_if
from reports.errors import ServiceUnavailableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_ITEM = "count"
# A year and a month, for bills.
_KEPT = timedelta(days=400)
# Attributes of a template's use begin so.
_REPORTS, _MS, _COST = "reports#", "ms#", "cost#"
_MOST_KEYS = 100
_MOST_CALLS = 12


class DynamoDBDailyCounts:
    """DailyCounts in DynamoDB."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(
        self, tenant: str, day: date, what: Counted, number: int, *, limits: Mapping[Counted, int]
    ) -> Counted | None:
        """Add a number to a day's count. See DailyCounts.add."""
        room = {each: limit - (number if each is what else 0) for each, limit in limits.items()}
        full = next((each for each, most in room.items() if most < 0), None)
        if full is not None:
            return full
        terms = [f"(attribute_not_exists({each}) OR {each} <= :most_{each})" for each in room]
        condition: Any = {"ConditionExpression": " AND ".join(terms)} if terms else {}
        refused = update_if(
            self._client,
            self._table,
            _key(tenant, day),
            UpdateExpression=f"ADD {what} :number SET expires_at = :expires_at",
            ExpressionAttributeValues={
                ":number": {"N": str(number)},
                ":expires_at": _expiry(day),
                **{f":most_{each}": {"N": str(most)} for each, most in room.items()},
            },
            **condition,
        )
        if refused is None:
            return None
        counts = _counts_in(refused)
        return next((each for each, most in room.items() if counts[each] > most), what)

    def add_use(self, tenant: str, day: date, template: str, use: Use) -> None:
        """Add to what a day's reports have taken. See DailyCounts.add_use."""
        names = {
            "#reports": f"{_REPORTS}{template}",
            "#ms": f"{_MS}{template}",
            "#cost": f"{_COST}{template}",
        }
        with translated("DynamoDB"):
            self._client.update_item(
                TableName=self._table,
                Key=_key(tenant, day),
                UpdateExpression=f"ADD {Counted.COMPUTE_MS} :ms, #ms :ms, #reports :reports, #cost :cost "
                "SET expires_at = :expires_at",
                ExpressionAttributeNames=names,
                ExpressionAttributeValues={
                    ":ms": {"N": str(use.compute_ms)},
                    ":reports": {"N": str(use.reports)},
                    ":cost": {"N": str(use.cost)},
                    ":expires_at": _expiry(day),
                },
            )

    def uses(self, tenant: str, days: Sequence[date]) -> UseOfDays:
        """Return what reports have taken. See DailyCounts.uses."""
        found = {str(key): item for key, item in self._items([_key(tenant, day) for day in days])}
        uses = {day: uses_in(found.get(_key(tenant, day)["job_id"]["S"], {})) for day in days}
        return {day: of_day for day, of_day in uses.items() if of_day}

    def _items(self, keys: Sequence[dict[str, Any]]) -> Iterator[tuple[str, Mapping[str, Any]]]:
        wanted = list(keys)
        for _ in range(_MOST_CALLS):
            asked, wanted = wanted[:_MOST_KEYS], wanted[_MOST_KEYS:]
            if not asked:
                return
            with translated("DynamoDB"):
                answer: Any = self._client.batch_get_item(RequestItems={self._table: {"Keys": asked}})
            for item in answer["Responses"].get(self._table, []):
                yield item["job_id"]["S"], item
            # More than fits into an answer, or than the table gives just now.
            wanted += answer.get("UnprocessedKeys", {}).get(self._table, {}).get("Keys", [])
        raise ServiceUnavailableError("DynamoDB does not answer for all days just now. Ask for fewer, or later.")

    def get(self, tenant: str, day: date) -> Mapping[Counted, int]:
        """Return all counts of a day. See DailyCounts.get."""
        with translated("DynamoDB"):
            response = self._client.get_item(TableName=self._table, Key=_key(tenant, day), ConsistentRead=True)
        return _counts_in(response.get("Item", {}))


def uses_in(item: Mapping[str, Any]) -> dict[str, Use]:
    """Return what an item has of each template."""
    templates = {name.removeprefix(_COST) for name in item if name.startswith(_COST)}

    def number(name: str) -> int:
        return int(item[name]["N"]) if name in item else 0

    return {
        each: Use(number(f"{_REPORTS}{each}"), number(f"{_MS}{each}"), number(f"{_COST}{each}")) for each in templates
    }


def key_parts(item: Mapping[str, Any]) -> tuple[str, date]:
    """Return the tenant and the day of an item."""
    _, tenant, day = item["job_id"]["S"].split("#")
    return tenant, date.fromisoformat(day)


def _expiry(day: date) -> dict[str, str]:
    return {"N": str(int((datetime.combine(day, datetime.min.time(), UTC) + _KEPT).timestamp()))}


def _counts_in(item: Mapping[str, Any]) -> Mapping[Counted, int]:
    return {each: int(item[each]["N"]) if each in item else 0 for each in Counted}


def _key(tenant: str, day: date) -> dict[str, Any]:
    return {"job_id": {"S": f"quota#{tenant}#{day.isoformat()}"}, "item": {"S": _ITEM}}
