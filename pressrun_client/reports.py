"""Reports: ask for one, look at it, cancel and retry."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from pressrun_client.calls import PAGE, Calls
from pressrun_client.errors import REPORT_FAILED, ServiceError
from pressrun_client.model import Accepted, Event, Report, Status
from pressrun_client.outcomes import Retried
from pressrun_client.transport import segment


class ReportCalls(Calls):
    """Calls about reports."""

    def submit(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        options: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        wait: float = 0,
    ) -> Accepted:
        """Ask for a report. With the same key, which is random by default, and the same request it is made once.

        With ``wait``, the service answers when the report is over, or after so many whole seconds, 20 at the most.
        One that knows no waiting answers at once.
        """
        body = {"template": template, "data": data} | ({"options": options} if options else {})
        headers = {"Idempotency-Key": idempotency_key or str(uuid.uuid4())}
        if wait >= 1:
            headers["Prefer"] = f"wait={int(wait)}"
        try:
            answer = self._call("POST", "/reports", body=body, headers=headers)
        except ServiceError as error:
            if error.code != REPORT_FAILED:
                raise
            # It was accepted: what became of it is told by its own status, not as an error of this request.
            return Accepted.in_vain(error.problem)
        if answer.status == HTTPStatus.CREATED:
            return Accepted.made(Report.read(answer.document))
        return Accepted.read(answer.document)

    def get(self, report_id: str) -> Report:
        """Return a report, with links to its files once it has succeeded."""
        return Report.read(self._call("GET", f"/reports/{segment(report_id)}").document)

    def latest(self, key: str) -> Report:
        """Return the latest report that was asked for with ``replaces`` as this key."""
        return Report.read(self._call("GET", f"/reports/latest/{segment(key)}").document)

    def list(
        self,
        *,
        status: Status | str | None = None,
        template: str | None = None,
        source: str | None = None,
        batch: str | None = None,
        limit: int | None = None,
    ) -> Iterator[Report]:
        """Yield reports, newest first: all of them, unless there is a limit. Pages are asked for as they are needed."""
        wanted = {"status": status, "template": template, "source": source, "batch": batch}
        query = {name: str(value) for name, value in wanted.items() if value is not None}
        left = limit
        while left is None or left > 0:
            query["limit"] = str(PAGE if left is None else min(left, PAGE))
            page = self._call("GET", "/reports", query=query).document
            for entry in page.parts("reports"):
                yield Report.read(entry)
                left = None if left is None else left - 1
            cursor = page.optional_text("cursor")
            if cursor is None:
                return
            query["cursor"] = cursor

    def events(self, report_id: str) -> Sequence[Event]:
        """Return a report's timeline, oldest first."""
        answer = self._call("GET", f"/reports/{segment(report_id)}/events")
        return [Event.read(each) for each in answer.document.parts("events")]

    def cancel(self, report_id: str) -> Report:
        """End a report that is not over. Raises ConflictError when it is."""
        return Report.read(self._call("DELETE", f"/reports/{segment(report_id)}").document)

    def retry(self, report_id: str) -> Accepted:
        """Give a failed report another life. Raises ConflictError when it has not failed."""
        path = f"/reports/{segment(report_id)}/retry"
        return Accepted.read(self._call("POST", path, repeatable=False).document)

    def retry_many(
        self,
        *,
        error_code: str | None = None,
        template: str | None = None,
        batch: str | None = None,
        created_after: str | None = None,
        created_before: str | None = None,
        limit: int = 100,
        dry_run: bool = False,
    ) -> Retried:
        """Give those failed reports another life to which all of it applies, the newest first.

        Times are texts with their zone, such as ``2026-11-20T12:00:00Z``. A dry run only says which these are.
        """
        chosen = {
            "error_code": error_code,
            "template": template,
            "batch": batch,
            "created_after": created_after,
            "created_before": created_before,
        }
        wanted = {name: value for name, value in chosen.items() if value is not None}
        body = {"filter": wanted, "limit": limit, "dry_run": dry_run}
        return Retried.read(self._call("POST", "/reports/retry", body=body, repeatable=dry_run).document)
