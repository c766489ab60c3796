"""Choose the index that a list of jobs is read from, and tell the places in it."""

from __future__ import annotations

import base64
import binascii
from datetime import datetime
from typing import Any

from reports.adapters.dynamodb.job_items import JOB, sortable, status_place
from reports.jobs.listing import JobFilter
from reports.jobs.values import JobStatus

# Where an interval is open: before and after all times.
_FIRST, _LAST = "0", "9"


class JobQuery:
    """A query of the keys of a tenant's jobs, by the narrowest index there is.

    Some of them may be of other jobs: an index has little more than keys, as DynamoDB bills each change of what it has.
    """

    def __init__(self, table: str, tenant: str, wanted: JobFilter) -> None:
        self._template = wanted.template
        self.may_pass_over_some = wanted.template is not None or wanted.status is not None or wanted.batch is not None
        if wanted.source is not None:
            index, self._attribute, self._value = "by_source", "tenant_source", f"{tenant}#{wanted.source}"
        elif wanted.batch is not None:
            index, self._attribute, self._value = "by_batch", "tenant_batch", f"{tenant}#{wanted.batch}"
            self.may_pass_over_some = wanted.template is not None or wanted.status is not None
        elif wanted.status is not None and wanted.status is not JobStatus.SUCCEEDED:
            index, self._attribute, self._value = "by_status", "tenant_status", status_place(tenant, wanted.status)
        else:
            index, self._attribute, self._value = "by_tenant", "tenant", tenant
        self.parameters: dict[str, Any] = {
            "TableName": table,
            "IndexName": index,
            "KeyConditionExpression": "#key = :key",
            "ExpressionAttributeNames": {"#key": self._attribute},
            "ExpressionAttributeValues": {":key": {"S": self._value}},
            "ScanIndexForward": False,
        }
        self._filter()
        self._created_between(wanted.created_after, wanted.created_before)

    def _filter(self) -> None:
        # Of a job for good, so that to have it in each index costs nothing more.
        if self._template is not None:
            self.parameters["FilterExpression"] = "#template = :template"
            self.parameters["ExpressionAttributeNames"] |= {"#template": "template"}
            self.parameters["ExpressionAttributeValues"] |= {":template": {"S": self._template}}

    def _created_between(self, after: datetime | None, before: datetime | None) -> None:
        """Leave out what was created before the one time, or at the other or later."""
        if after is None and before is None:
            return
        # A place in the index goes on behind its time, so that it is after this time itself.
        self.parameters["KeyConditionExpression"] += " AND created BETWEEN :after AND :before"
        self.parameters["ExpressionAttributeValues"] |= {
            ":after": {"S": _FIRST if after is None else sortable(after)},
            ":before": {"S": _LAST if before is None else sortable(before)},
        }

    def start_after(self, place: str) -> None:
        """Go on behind a place. The key holds the tenant asked for, so no cursor leads into another's list."""
        self.parameters["ExclusiveStartKey"] = {
            "job_id": {"S": place.partition("#")[2]},
            "item": {"S": JOB},
            self._attribute: {"S": self._value},
            "created": {"S": place},
        }


def encode_cursor(place: str) -> str:
    """Make a cursor of a place."""
    return base64.urlsafe_b64encode(place.encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> str:
    """Return the place of a cursor. Raises ValueError for one that is not ours."""
    try:
        place = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, separator, job_id = place.partition("#")
        datetime.fromisoformat(moment)
    except (binascii.Error, ValueError):
        raise ValueError("the cursor is not one that this list gave out") from None
    if not separator or not job_id:
        raise ValueError("the cursor is not one that this list gave out")
    return place
