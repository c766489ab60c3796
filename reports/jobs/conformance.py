"""Gather which standards the PDF of a report claims, and what was found against those that it does not."""

from __future__ import annotations

from typing import Any

from reports.jobs.job import Job

_UA, _LEFT_OUT = "PDF/UA-1", "more_warnings"
_AGAINST_UA = ("not_accessible", "untagged")
_FACTUR_X_VARIANT = "pdf/a-3b"
"""What a PDF with an electronic invoice is at least, whatever its caller has said."""


def conformance_of(job: Job) -> list[dict[str, Any]]:
    """Return each standard that was asked about, whether it is ``claimed``, and the findings against it.

    ``claimed`` is None where what was found is no longer known. A report that has to keep a standard and does not has
    failed, so all that was asked for is claimed.
    """
    return [_accessible(job), *_archival(job), *_einvoice(job)]


def _accessible(job: Job) -> dict[str, Any]:
    options = job.options
    findings = [str(each["message"]) for each in job.warnings if each["code"] in _AGAINST_UA]
    claimed: bool | None = True
    if options.accessibility == "off" or findings or (options.pdf is not None and options.pdf.ua is False):
        claimed = False
    elif any(each["code"] == _LEFT_OUT for each in job.warnings):
        claimed = None
    by = "the structure of the document, by conditions of the Matterhorn Protocol 1.1"
    return {"standard": _UA, "claimed": claimed, "checked": by, "findings": findings}


def _archival(job: Job) -> list[dict[str, Any]]:
    options = job.options
    variant: str | None = options.pdf.variant if options.pdf is not None else None
    if variant is None and (options.einvoice or "").startswith("facturx"):
        variant = _FACTUR_X_VARIANT
    if variant is None:
        return []
    by = "colours, fonts, attachments and metadata, while they are written"
    return [{"standard": variant.upper(), "claimed": True, "checked": by, "findings": []}]


def _einvoice(job: Job) -> list[dict[str, Any]]:
    form = job.options.einvoice
    if form in (None, "none"):
        return []
    by = "its schema and the rules of EN 16931, before any page was laid out"
    return [{"standard": f"EN 16931 ({form})", "claimed": True, "checked": by, "findings": []}]
