"""Ask for reports."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping
from http import HTTPStatus
from os import PathLike
from pathlib import Path
from typing import Any

from pressrun_client import batches, transfers
from pressrun_client.calls import PAGE
from pressrun_client.errors import REPORT_FAILED, InputError, NotAllowedError, ServiceError
from pressrun_client.forms import FormBody
from pressrun_client.looking import Looking
from pressrun_client.model import Accepted, Report
from pressrun_client.outcomes import ItemOutcome, ManyOutcome, Uploaded
from pressrun_client.transfers import ProgressOf


class Making(Looking):
    """Ask for reports, one by one, many at once, or of files."""

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

    def submit_each(self, items: Iterable[Mapping[str, Any]]) -> Iterator[ItemOutcome]:
        """Ask for many reports, a thousand to a call; yield of each whether it was accepted, or why it was refused.

        An item is ``{"template": …, "data": …, "options": …, "idempotency_key": …}``, of which the last two may be
        left out. When this raises, what was yielded before was accepted or refused all the same.
        """
        return batches.submit_each(self._transport, items)

    def submit_many(self, items: Iterable[Mapping[str, Any]]) -> ManyOutcome:
        """Ask for many reports as ``submit_each`` does, and return what became of all."""
        return ManyOutcome(tuple(self.submit_each(items)))

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

    def find(self, uploaded: Uploaded) -> Report | None:
        """Return the report of a file that was uploaded; None until a worker has seen the file."""
        for report in self.list(source=uploaded.key, limit=PAGE):
            if report.id not in uploaded.before:
                return report
        return None

    def _reports_of(self, key: str) -> frozenset[str]:
        try:
            return frozenset(report.id for report in self.list(source=key, limit=PAGE))
        except NotAllowedError:
            # A key that may only submit can upload, too; it could not look for the report anyway.
            return frozenset()
