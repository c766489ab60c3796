"""Be the client of one Pressrun service."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from types import TracebackType
from typing import TypeVar

import requests

from pressrun_client import following, transfers
from pressrun_client.config import connection
from pressrun_client.errors import NotOverError
from pressrun_client.making import Making
from pressrun_client.model import Accepted, Report
from pressrun_client.outcomes import Batch, Uploaded
from pressrun_client.steering import Steering
from pressrun_client.transfers import ProgressOf
from pressrun_client.transport import IN_REAL_TIME, PATIENTLY, RetryPolicy, Transport, Waiting

Named = str | Report | Accepted | Uploaded
"""What names a report: its id, what it came as, or the file that it is made of."""

Name = TypeVar("Name", bound=Hashable)


class Client(Making, Steering):
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


def _id_of(what: str | Report | Accepted) -> str:
    return what if isinstance(what, str) else what.id
