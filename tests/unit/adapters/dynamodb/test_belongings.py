"""What the store of a tenant's items makes of their contents; tests/contracts hold the rest to DynamoDB."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from reports.access.retention import after
from reports.adapters.dynamodb.belongings import DynamoDBBelongings
from reports.adapters.dynamodb.job_items import item_of
from reports.jobs.belongings import Belonging, Kind
from reports.jobs.values import Failure
from tests.builders import a_job
from tests.fakes.clock import NOON


class Client:
    """A table with one item, which keeps what is to be changed of it."""

    def __init__(self, item: dict[str, Any]) -> None:
        self._item = item
        self.changes: list[dict[str, Any]] = []

    def get_item(self, **_: Any) -> dict[str, Any]:
        return {"Item": self._item}

    def update_item(self, **change: Any) -> None:
        self.changes.append(change)


def test_a_job_is_kept_from_when_it_was_last_opened() -> None:
    late = NOON + timedelta(days=3)
    job = a_job().failed(NOON, Failure("x", "It broke.")).redriven(late)
    client = Client(item_of(job, None))
    store = DynamoDBBelongings(client, "jobs", expiry=after(days=30))  # type: ignore[arg-type]

    store.keep(job.tenant, Belonging(Kind.JOB, (job.id, "job")))

    [change] = client.changes
    expires_at = int(change["ExpressionAttributeValues"][":at"]["N"])
    assert expires_at == (late + timedelta(days=30)).timestamp()
