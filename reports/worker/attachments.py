"""Gather the files that are put into a PDF: what the report is made from, and the caller's own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from reports import strict_json
from reports.csv_rows import as_csv
from reports.errors import InvalidOptionsError, TooLargeError, Violation
from reports.jobs.pdf_request import MEDIA_TYPES, AttachmentRequest, body_of, suffix_of
from reports.render_contract import Attachment, InputKind, Template

MOST_BYTES_ATTACHED = 16 * 2**20
"""Bytes that all files in a PDF may have together; they are in memory while the report is rendered."""

_UNKNOWN = "application/octet-stream"


def attachments_of_request(
    wanted: Sequence[AttachmentRequest], template: Template, data: Mapping[str, Any]
) -> tuple[Attachment, ...]:
    """Return the attachments of a report that is made from the data of a request.

    Raises InvalidOptionsError for rows where there are none and for names that are given twice, or TooLargeError.
    """
    return _checked(
        _attachment(
            each,
            f"data.{each.source if each.source == 'csv' else 'json'}",
            lambda each=each, index=index: _csv(template, data, index) if each.source == "csv" else _json(data),
        )
        for index, each in enumerate(wanted)
    )


def attachments_of_file(wanted: Sequence[AttachmentRequest], name: str, path: Path) -> tuple[Attachment, ...]:
    """Return the attachments of a report that is made from an uploaded file.

    Raises InvalidOptionsError for rows as CSV of another file, and for names that are given twice, or TooLargeError.
    """
    for index, each in enumerate(wanted):
        if each.source == "csv" and suffix_of(name) != "csv":
            fault = "of an uploaded file, only itself can be attached: ask for the source `data`"
            raise InvalidOptionsError([Violation(f"/options/attach/{index}/source", fault)])
    size = path.stat().st_size if any(each.source for each in wanted) else 0
    if size > MOST_BYTES_ATTACHED:
        raise _too_large(size)
    return _checked(_attachment(each, name, path.read_bytes) for each in wanted)


def _attachment(wanted: AttachmentRequest, name: str, source: Any) -> Attachment:
    name = wanted.name or name
    return Attachment(
        name=name,
        content_type=MEDIA_TYPES.get(suffix_of(name), _UNKNOWN),
        body=source() if wanted.content is None else body_of(wanted.content),
        relationship=(wanted.relationship or ("data" if wanted.content is None else "supplement")).capitalize(),
        description=wanted.description or "",
    )


def _checked(attachments: Iterable[Attachment]) -> tuple[Attachment, ...]:
    found = tuple(attachments)
    names = [each.name.lower() for each in found]
    for index, name in enumerate(names):
        if name in names[:index]:
            fault = f"another attachment is called {found[index].name!r} as well: give it another name"
            raise InvalidOptionsError([Violation(f"/options/attach/{index}/name", fault)])
    size = sum(len(each.body) for each in found)
    if size > MOST_BYTES_ATTACHED:
        raise _too_large(size)
    return found


def _too_large(size: int) -> TooLargeError:
    return TooLargeError(
        f"The attachments have {size:,} bytes, and may have {MOST_BYTES_ATTACHED:,}. Attach less.",
        max_bytes=MOST_BYTES_ATTACHED,
    )


def _json(data: Mapping[str, Any]) -> bytes:
    return strict_json.dumps(data, indent=1).encode()


def _csv(template: Template, data: Mapping[str, Any], index: int) -> bytes:
    """Write the rows that a report is made from."""
    rows = data.get(str(template.property)) if template.kind is InputKind.ROWS else None
    if not isinstance(rows, list):
        fault = f"the template {template.name!r} has no rows: ask for the source `data`"
        raise InvalidOptionsError([Violation(f"/options/attach/{index}/source", fault)])
    return as_csv(rows)
