"""Be the client of one Pressrun service."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import requests

from pressrun_client import batches, following, transfers
from pressrun_client.config import connection
from pressrun_client.deliveries import Delivery
from pressrun_client.errors import InputError, NotAllowedError, NotOverError
from pressrun_client.forms import FormBody
from pressrun_client.model import Accepted, Event, Report, Status
from pressrun_client.outcomes import Batch, ManyOutcome, Retried, Uploaded
from pressrun_client.templates import Template, TemplateSummary
from pressrun_client.transfers import ProgressOf
from pressrun_client.transport import IN_REAL_TIME, PATIENTLY, Answer, RetryPolicy, Transport, Waiting, segment

Named = str | Report | Accepted | Uploaded
"""What names a report: its id, what it came as, or the file that it is made of."""

_PAGE = 100

Name = TypeVar("Name", bound=Hashable)


class Client:
    """Ask a service for reports, wait for them, and get them. One thread may use it at a time.

    Every method may raise ServiceError, of a kind that fits the answer, UnreachableError and UnexpectedAnswerError.
    Requests are sent again as ``policy`` says, wherever a report cannot be made twice by that.
    """

    def __init__(
        self,
        url: str,
        api_key: str | None = None,
        *,
        allow_http: bool = False,
        session: requests.Session | None = None,
        policy: RetryPolicy = PATIENTLY,
        waiting: Waiting = IN_REAL_TIME,
    ) -> None:
        """Raises ConfigurationError when the URL or the key is none, or the key would go over the network in clear."""
        self._transport = Transport(
            url, api_key, allow_http=allow_http, session=session, policy=policy, waiting=waiting
        )
        self._waiting = waiting

    @classmethod
    def from_environment(cls, profile: str | None = None) -> Client:
        """Make a client as PRESSRUN_URL and PRESSRUN_API_KEY say, or a profile. Raises ConfigurationError."""
        found = connection(profile)
        return cls(found.url, found.api_key, allow_http=found.allow_http)

    def __repr__(self) -> str:
        return f"Client({self._transport.url!r})"

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._transport.http.close()

    # Ask for reports

    def submit(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        options: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
    ) -> Accepted:
        """Ask for a report. With the same key, which is random by default, and the same request it is made once."""
        body = {"template": template, "data": data} | ({"options": options} if options else {})
        key = idempotency_key or str(uuid.uuid4())
        return Accepted.read(self._call("POST", "/reports", body=body, headers={"Idempotency-Key": key}).document)

    def submit_many(
        self, items: Iterable[Mapping[str, Any]], *, progress: Callable[[int], object] = lambda _: None
    ) -> ManyOutcome:
        """Ask for many reports, a thousand to a call; each is accepted or refused for itself.

        An item is ``{"template": …, "data": …, "options": …, "idempotency_key": …}``, of which the last two may be
        left out. ``progress`` hears how many are through.
        """
        return ManyOutcome(tuple(batches.submit_all(self._transport, items, progress)))

    def upload(
        self,
        path: str | PathLike[str],
        *,
        template: str,
        filename: str | None = None,
        progress: ProgressOf | None = None,
    ) -> Uploaded:
        """Upload a file, of which a report is then made; ``wait`` takes what this returns.

        Raises InputError when it cannot be read, or is larger than the service takes; TransferError.
        """
        source = Path(path)
        name = filename or source.name
        try:
            with source.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(0)
                form = self._call("POST", "/uploads", body={"template": template, "filename": name}).document
                key, most = form.text("key"), form.number("max_bytes")
                if size > most:
                    raise InputError(f"{source} has {size:,} bytes; the service takes {most:,} at the most.")
                before = self._reports_of(key)
                fields = {field: str(value) for field, value in form.mapping("fields").items()}
                transfers.post_form(self._transport, form.text("url"), FormBody(fields, name, file, size, progress))
        except OSError as error:
            raise InputError(f"{source} can't be read: {error.strerror or error}.") from error
        return Uploaded(key, size, before)

    # Look at reports

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
            query["limit"] = str(_PAGE if left is None else min(left, _PAGE))
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

    def find(self, uploaded: Uploaded) -> Report | None:
        """Return the report of a file that was uploaded; None until a worker has seen the file."""
        for report in self.list(source=uploaded.key, limit=_PAGE):
            if report.id not in uploaded.before:
                return report
        return None

    # Wait, and get the files

    def watch(self, what: Named, *, timeout: float | None = None) -> Iterator[Report]:
        """Yield a report as it is now, again whenever it has changed, and last as it has ended.

        Raises NotOverError when that takes longer than the timeout, in seconds.
        """
        name = what.key if isinstance(what, Uploaded) else _id_of(what)
        return (report for _, report in self.watch_all({name: what}, timeout=timeout))

    def watch_all(self, what: Mapping[Name, Named], *, timeout: float | None = None) -> Iterator[tuple[Name, Report]]:
        """Yield reports as ``watch`` does, each with its name, until all are over. Raises NotOverError."""
        return following.follow(what, self.look, self._waiting, timeout=timeout)

    def wait_for_batch(self, batch_id: str, *, timeout: float | None = None) -> Iterator[Batch]:
        """Yield the counts of a batch, until all of its reports are over. Raises NotOverError."""
        return following.follow_batch(partial(self.batch, batch_id), self._waiting, timeout=timeout)

    def wait(self, what: Named, *, timeout: float | None = None) -> Report:
        """Return a report when it is over, however it has ended: see Report.raise_for_failure. Raises NotOverError."""
        *_, last = self.watch(what, timeout=timeout)
        return last

    def look(self, what: Named) -> Report | None:
        """Return a report as it is now; None for a file that no worker has seen yet."""
        if isinstance(what, Uploaded):
            found = self.find(what)
            return None if found is None else self.get(found.id)
        return self.get(_id_of(what))

    def download(
        self,
        what: Named,
        path: str | PathLike[str],
        *,
        artifact: str | None = None,
        progress: ProgressOf | None = None,
    ) -> Path:
        """Download the PDF, or the file of that name, whole or not at all. Returns where it is.

        A path that is a folder gets the file under its own name. Raises ReportFailedError for a report without a PDF,
        NotOverError for one that goes on; TransferError, InputError.
        """
        report = self.look(what)
        if report is None or not report.is_over:
            raise NotOverError("There is no file of this report yet: it is not over.")
        report.raise_for_failure()
        return transfers.save(
            self._transport, report, partial(self.get, report.id), Path(path), name=artifact, progress=progress
        )

    # Change the course of reports

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

    # Templates, and who was told

    def templates(self) -> Sequence[TemplateSummary]:
        """Return what reports can be made from."""
        return [TemplateSummary.read(each) for each in self._call("GET", "/templates").document.parts("templates")]

    def template(self, name: str) -> Template:
        """Return a template with its schema and its sample."""
        return Template.read(self._call("GET", f"/templates/{segment(name)}").document)

    def deliveries(self, report_id: str) -> Sequence[Delivery]:
        """Return who was told of a report's end, and how that went."""
        answer = self._call("GET", f"/reports/{segment(report_id)}/deliveries")
        return [Delivery.read(each) for each in answer.document.parts("deliveries")]

    def replay(self, report_id: str, number: int) -> Delivery:
        """Tell somebody once more. Raises ConflictError while that is being sent."""
        path = f"/reports/{segment(report_id)}/deliveries/{number}/replay"
        return Delivery.read(self._call("POST", path, repeatable=False).document)

    def health(self) -> Mapping[str, Any]:
        """Return what the service says of itself."""
        return self._call("GET", "/health").document.content

    def _reports_of(self, key: str) -> frozenset[str]:
        try:
            return frozenset(report.id for report in self.list(source=key, limit=_PAGE))
        except NotAllowedError:
            # A key that may only submit can upload, too; it could not look for the report anyway.
            return frozenset()

    def _call(self, method: str, path: str, **more: Any) -> Answer:
        return self._transport.call(method, path, **more)


def _id_of(what: str | Report | Accepted) -> str:
    return what if isinstance(what, str) else what.id
