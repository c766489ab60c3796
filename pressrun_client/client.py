"""Be the client of one Pressrun service."""

from __future__ import annotations

import copy
from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import Any, TypeVar

import requests

from pressrun_client import polling, transfers
from pressrun_client.batches import BatchCalls
from pressrun_client.config import connection
from pressrun_client.deliveries import DeliveryCalls
from pressrun_client.errors import NotOverError
from pressrun_client.me import CallerCalls
from pressrun_client.model import Accepted, Report
from pressrun_client.outcomes import Batch, Uploaded
from pressrun_client.own_templates import OwnTemplateCalls
from pressrun_client.receipts import ReceiptCalls
from pressrun_client.templates import TemplateCalls
from pressrun_client.timing import IN_REAL_TIME, PATIENTLY, Deadline, RetryPolicy, Waiting
from pressrun_client.transfers import ProgressOf
from pressrun_client.transport import Transport
from pressrun_client.uploads import UploadCalls
from pressrun_client.usage import UsageCalls

Named = str | Report | Accepted | Uploaded
"""What names a report: its id, what it came as, or the file that it is made of."""

Timeout = float | Deadline | None
"""How long to wait: seconds, a deadline that several waits share, or for ever."""

AT_FIRST = 5
"""For so many seconds the service itself is to wait. Small reports take less, and large ones are worth looking at."""

Name = TypeVar("Name", bound=Hashable)


class Client(
    UploadCalls,
    BatchCalls,
    TemplateCalls,
    OwnTemplateCalls,
    DeliveryCalls,
    CallerCalls,
    UsageCalls,
    ReceiptCalls,
):
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
        transport = Transport(url, api_key, allow_http=allow_http, session=session, policy=policy, waiting=waiting)
        super().__init__(transport, waiting)

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

    def deadline(self, seconds: float | None) -> Deadline:
        """Return a deadline so many seconds from now, for several waits to share."""
        return Deadline(seconds, self._waiting)

    def submit_and_wait(
        self,
        template: str,
        data: Mapping[str, Any],
        *,
        options: Mapping[str, Any] | None = None,
        idempotency_key: str | None = None,
        timeout: Timeout = None,
    ) -> Report:
        """Ask for a report and return it when it is over, however it has ended. Raises NotOverError.

        A report that takes no longer than a few seconds takes a single request.
        """
        until = self._until(timeout)
        wait = min(AT_FIRST, until.left)
        accepted = self.submit(template, data, options=options, idempotency_key=idempotency_key, wait=wait)
        return self.wait(accepted, timeout=until)

    def watch(self, what: Named, *, timeout: Timeout = None) -> Iterator[Report]:
        """Yield a report as it is now, again whenever it has changed, and last as it has ended.

        Raises NotOverError when that takes longer than the timeout.
        """
        name = what.key if isinstance(what, Uploaded) else _id_of(what)
        return (report for _, report in self.watch_all({name: what}, timeout=timeout))

    def watch_all(self, what: Mapping[Name, Named], *, timeout: Timeout = None) -> Iterator[tuple[Name, Report]]:
        """Yield reports as ``watch`` does, each with its name, until all are over. Raises NotOverError."""
        until = self._until(timeout)
        return polling.follow(what, self._within(until).look, self._waiting, until)

    def wait_for_batch(self, batch_id: str, *, timeout: Timeout = None) -> Iterator[Batch]:
        """Yield the counts of a batch, until all of its reports are over. Raises NotOverError."""
        until = self._until(timeout)
        return polling.follow_batch(partial(self._within(until).batch, batch_id), self._waiting, until)

    def wait(self, what: Named, *, timeout: Timeout = None) -> Report:
        """Return a report when it is over, however it has ended: see Report.raise_for_failure. Raises NotOverError."""
        *_, last = self.watch(what, timeout=timeout)
        return last

    def look(self, what: Named) -> Report | None:
        """Return a report as it is now; None for a file that no worker has seen yet."""
        if isinstance(what, Uploaded):
            found = self.find(what)
            return None if found is None else self.get(found.id)
        if isinstance(what, Accepted) and what.report is not None:
            # It has succeeded, which nothing can change any more.
            return what.report
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
            raise NotOverError("This report has no file yet, because it has not ended.")
        report.raise_for_failure()
        return transfers.save(
            self._transport, report, partial(self.get, report.id), Path(path), name=artifact, progress=progress
        )

    def _until(self, timeout: Timeout) -> Deadline:
        return timeout if isinstance(timeout, Deadline) else self.deadline(timeout)

    def _within(self, deadline: Deadline) -> Client:
        """Return this client, but one that sends nothing again after a deadline."""
        hurried = copy.copy(self)
        hurried._transport = self._transport.within(deadline)
        return hurried


def _id_of(what: str | Report | Accepted) -> str:
    return what if isinstance(what, str) else what.id
