"""Look at reports, at what they can be made from, and at who asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pressrun_client.callers import Caller
from pressrun_client.calls import PAGE, Calls
from pressrun_client.deliveries import Delivery, PlannedDelivery
from pressrun_client.documents import Document
from pressrun_client.model import Event, Report, Status
from pressrun_client.outcomes import Batch
from pressrun_client.templates import Template, TemplateSummary
from pressrun_client.transport import segment


class Looking(Calls):
    """Look at what a service has; nothing is changed by it."""

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

    def batch(self, batch_id: str) -> Batch:
        """Count the reports of a batch."""
        page = self._call("GET", "/reports", query={"batch": batch_id, "limit": "1"}).document
        counts = page.part("counts")
        known = {status: counts.optional_number(status) or 0 for status in Status} if counts else {}
        return Batch(batch_id, known, page.number("total"))

    def events(self, report_id: str) -> Sequence[Event]:
        """Return a report's timeline, oldest first."""
        answer = self._call("GET", f"/reports/{segment(report_id)}/events")
        return [Event.read(each) for each in answer.document.parts("events")]

    def templates(self) -> Sequence[TemplateSummary]:
        """Return what reports can be made from."""
        return [TemplateSummary.read(each) for each in self._call("GET", "/templates").document.parts("templates")]

    def template(self, name: str) -> Template:
        """Return a template with its schema and its sample."""
        return Template.read(self._call("GET", f"/templates/{segment(name)}").document)

    def deliveries(self, report_id: str) -> Sequence[Delivery]:
        """Return who was told of a report's end, and how that went."""
        return [Delivery.read(each) for each in self._deliveries(report_id).parts("deliveries")]

    def planned_deliveries(self, report_id: str) -> Sequence[PlannedDelivery]:
        """Return who will be told when a report has ended; services of earlier releases do not say."""
        return [PlannedDelivery.read(each) for each in self._deliveries(report_id).parts("planned")]

    def _deliveries(self, report_id: str) -> Document:
        return self._call("GET", f"/reports/{segment(report_id)}/deliveries").document

    def me(self) -> Caller:
        """Return as whom the service knows this client, and what it may ask for."""
        return Caller.read(self._call("GET", "/me").document)

    def health(self) -> Mapping[str, Any]:
        """Return what the service says of itself. Raises UnexpectedAnswerError when it is none of Pressrun's."""
        document = self._call("GET", "/health").document
        document.text("status"), document.text("stage")
        return document.content
