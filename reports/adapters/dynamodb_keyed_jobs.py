"""Keep jobs together with idempotency keys, an item for each key in the table of jobs.

::

    job_id                         item         used_by  digest  batch  used_at  expires_at
    idempotency#T#<SHA-256 of K>   idempotency  J        …       …      2026-…   …

A key and its job are written in one transaction: a key never stands for a job that does not exist, and of two first
uses of a key at the same time one fails. A key is free again after a day, whether DynamoDB has removed it yet or not.
"""

from __future__ import annotations

import hashlib
import logging
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from reports.adapters.aws_faults import error_code, translated
from reports.adapters.batch_writes import pauses
from reports.adapters.job_items import TIMELINE, item_of, sortable, timeline_of
from reports.errors import ServiceUnavailableError
from reports.model import KeyUse
from reports.ports import KeyedJob

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

log = logging.getLogger(__name__)

KEY_LIFE = timedelta(hours=24)

_ITEM = "idempotency"
_MOST_READ_AT_ONCE = 100
# Two items each; a transaction has a hundred at the most.
_MOST_ADDED_AT_ONCE = 50


class DynamoDBKeyedJobs:
    """Be KeyedJobs."""

    def __init__(
        self,
        client: DynamoDBClient,
        table: str,
        *,
        retention: timedelta,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._client = client
        self._table = table
        self._retention = retention
        self._sleep = sleep

    def uses(self, tenant: str, keys: Collection[str], now: datetime) -> Mapping[str, KeyUse]:
        """Return what keys stand for. See KeyedJobs.uses."""
        places = {_place(tenant, key): key for key in keys}
        names = list(places)
        found: dict[str, KeyUse] = {}
        for start in range(0, len(names), _MOST_READ_AT_ONCE):
            items: list[Any] = [_key(place) for place in names[start : start + _MOST_READ_AT_ONCE]]
            with translated("DynamoDB"):
                # What there was no capacity for is missing, and found out when it is to be added.
                response = self._client.batch_get_item(
                    RequestItems={self._table: {"Keys": items, "ConsistentRead": True}}
                )
            for item in response.get("Responses", {}).get(self._table, []):
                if item["used_at"]["S"] > _horizon(now):
                    found[places[item["job_id"]["S"]]] = _use_of(item)
        return found

    def add(self, jobs: Sequence[KeyedJob]) -> Mapping[str, KeyUse]:
        """Keep new jobs with their keys. See KeyedJobs.add."""
        uses: dict[str, KeyUse] = {}
        for start in range(0, len(jobs), _MOST_ADDED_AT_ONCE):
            try:
                uses |= self._add_chunk(jobs[start : start + _MOST_ADDED_AT_ONCE])
            except ServiceUnavailableError:
                log.warning("the rest is not kept", extra={"left": len(jobs) - start}, exc_info=True)
                break
        return uses

    def _add_chunk(self, jobs: Sequence[KeyedJob]) -> Mapping[str, KeyUse]:
        uses: dict[str, KeyUse] = {}
        waits = pauses()
        while jobs:
            with translated("DynamoDB"):
                reasons = self._transact(jobs)
                if reasons is None:
                    return uses | {each.job.id: _new_use(each) for each in jobs}
                taken = {each.job.id: self._standing(each, reason) for each, reason in _refused(jobs, reasons)}
            uses |= taken
            jobs = [each for each in jobs if each.job.id not in uses]
            if not taken:
                # Another transaction with one of these keys is under way, or there is no capacity for this one.
                wait = next(waits, None)
                if wait is None:
                    log.warning("not kept", extra={"left": len(jobs)})
                    break
                self._sleep(wait)
        return uses

    def _transact(self, jobs: Sequence[KeyedJob]) -> Sequence[Mapping[str, Any]] | None:
        """Write keys and jobs, or none of them: then return the reasons, those of a key before those of its job."""
        try:
            self._client.transact_write_items(TransactItems=[put for each in jobs for put in self._puts(each)])
        except ClientError as error:
            if error_code(error) != "TransactionCanceledException":
                raise
            reasons: Sequence[Mapping[str, Any]] = error.response.get("CancellationReasons", [])
            return reasons
        return None

    def _puts(self, each: KeyedJob) -> list[Any]:
        job = each.job
        use = {
            "used_by": job.id,
            "digest": each.digest,
            "used_at": sortable(job.created_at),
            **({"batch": job.batch} if job.batch else {}),
        }
        key = {
            **_key(_place(job.tenant, each.key)),
            **{name: {"S": value} for name, value in use.items()},
            "expires_at": {"N": str(int((job.created_at + KEY_LIFE).timestamp()))},
        }
        expires_at = int((job.created_at + self._retention).timestamp())
        return [
            {
                "Put": {
                    "TableName": self._table,
                    "Item": key,
                    "ConditionExpression": "attribute_not_exists(job_id) OR used_at <= :horizon",
                    "ExpressionAttributeValues": {":horizon": {"S": _horizon(job.created_at)}},
                    "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
                }
            },
            {
                "Put": {
                    "TableName": self._table,
                    "Item": item_of(job, expires_at) | {TIMELINE: timeline_of(each.event)},
                    "ConditionExpression": "attribute_not_exists(job_id)",
                }
            },
        ]

    def _standing(self, each: KeyedJob, reason: Mapping[str, Any]) -> KeyUse:
        if "Item" in reason:
            return _use_of(reason["Item"])
        # Not every emulator tells the item.
        place = _key(_place(each.job.tenant, each.key))
        return _use_of(self._client.get_item(TableName=self._table, Key=place, ConsistentRead=True)["Item"])


def _refused(
    jobs: Sequence[KeyedJob], reasons: Sequence[Mapping[str, Any]]
) -> list[tuple[KeyedJob, Mapping[str, Any]]]:
    """Return those whose key stands for another job."""
    return [
        (each, reason)
        for each, reason in zip(jobs, reasons[::2], strict=False)
        if reason.get("Code") == "ConditionalCheckFailed"
    ]


def _new_use(each: KeyedJob) -> KeyUse:
    return KeyUse(each.job.id, each.digest, each.job.batch)


def _use_of(item: Mapping[str, Any]) -> KeyUse:
    return KeyUse(item["used_by"]["S"], item["digest"]["S"], item["batch"]["S"] if "batch" in item else None)


def _horizon(now: datetime) -> str:
    """Return when a key must have been used to stand for something still: later than this."""
    return sortable(now - KEY_LIFE)


def _place(tenant: str, key: str) -> str:
    return f"idempotency#{tenant}#{hashlib.sha256(key.encode()).hexdigest()}"


def _key(place: str) -> dict[str, Any]:
    return {"job_id": {"S": place}, "item": {"S": _ITEM}}
