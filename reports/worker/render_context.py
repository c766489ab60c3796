"""Make the context of a render from a report's options, with the defaults of what they leave out."""

from __future__ import annotations

from datetime import datetime

from reports.jobs.request import ReportOptions
from reports.render_contract import Accessibility, PdfClaims, RenderContext

DEFAULT_LOCALE = "en"


def context_of(
    options: ReportOptions, *, job_id: str, created_at: datetime, source: str, is_sample: bool, tenant: str = ""
) -> RenderContext:
    """Return what a report knows of itself; ``source`` is the name of the file that it is made of, if any."""
    return RenderContext(
        job_id=job_id,
        created_at=created_at,
        locale=options.locale or DEFAULT_LOCALE,
        title=options.title,
        source=source,
        is_sample=is_sample,
        accessibility=Accessibility(options.accessibility or Accessibility.WARN),
        tenant=tenant,
        pdf=options.pdf.claims() if options.pdf else PdfClaims(),
        einvoice=options.einvoice if options.einvoice != "none" else None,
    )
