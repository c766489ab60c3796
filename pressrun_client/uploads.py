"""Uploads: files of which reports are made."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike
from pathlib import Path
from typing import Any

from pressrun_client import transfers
from pressrun_client.calls import PAGE
from pressrun_client.errors import InputError, NotAllowedError
from pressrun_client.forms import FormBody
from pressrun_client.model import Report
from pressrun_client.outcomes import Uploaded
from pressrun_client.reports import ReportCalls
from pressrun_client.transfers import ProgressOf


class UploadCalls(ReportCalls):
    """Calls about uploaded files."""

    def upload(
        self,
        path: str | PathLike[str],
        *,
        template: str,
        filename: str | None = None,
        options: Mapping[str, Any] | None = None,
        progress: ProgressOf | None = None,
    ) -> Uploaded:
        """Upload a file, of which a report is then made; ``wait`` takes what this returns.

        ``options`` are those of the report, as ``submit`` takes them.

        Raises InputError when it cannot be read, or is larger than the service takes; TransferError.
        """
        source = Path(path)
        name = filename or source.name
        wanted = {"template": template, "filename": name} | ({"options": options} if options else {})
        try:
            with source.open("rb") as file:
                size = file.seek(0, 2)
                file.seek(0)
                form = self._call("POST", "/uploads", body=wanted).document
                key, most = form.text("key"), form.number("max_bytes")
                if size > most:
                    raise InputError(f"{source} has {size:,} bytes; the service takes at most {most:,}.")
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
