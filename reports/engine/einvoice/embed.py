"""Put an electronic invoice where its form says: into the PDF, or beside it."""

from __future__ import annotations

from dataclasses import replace

from reports.engine.einvoice.invoice import PROFILES
from reports.render_contract import Attachment, RenderContext, RenderedFile

VARIANT = "pdf/a-3b"
"""What a PDF has to be at least for Factur-X."""


def with_invoice(context: RenderContext, xml: bytes) -> tuple[RenderContext, tuple[RenderedFile, ...]]:
    """Return what a render knows of its PDF then, and the files beside the PDF."""
    profile = PROFILES[str(context.einvoice)]
    if profile.level is None:
        return context, (RenderedFile(f"{context.einvoice}.xml", "application/xml", xml),)
    invoice = Attachment("factur-x.xml", "text/xml", xml, "Alternative", f"Factur-X invoice, {profile.level}")
    claims = replace(context.pdf, variant=context.pdf.variant or VARIANT, invoice=profile.level)
    return replace(context, pdf=claims, attachments=(*context.attachments, invoice)), ()
