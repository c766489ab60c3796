"""Change the course of reports that were asked for before."""

from __future__ import annotations

from pressrun_client.calls import Calls
from pressrun_client.deliveries import Delivery
from pressrun_client.model import Accepted, Report
from pressrun_client.outcomes import Retried
from pressrun_client.transport import segment


class Steering(Calls):
    """End reports, give them another life, and tell of their ends once more."""

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

    def replay(self, report_id: str, number: int) -> Delivery:
        """Tell somebody once more. Raises ConflictError while that is being sent."""
        path = f"/reports/{segment(report_id)}/deliveries/{number}/replay"
        return Delivery.read(self._call("POST", path, repeatable=False).document)
