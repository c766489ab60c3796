"""Take what a caller wants of the PDF as a file: accessible, fit for archives, with files in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from weasyprint import Attachment as EmbeddedFile
from weasyprint.document import Document

from reports.engine.weasy.archival import INTENT, Archive, Schema, factur_x, set_intent, sort_key
from reports.engine.weasy.patches.tags import UA
from reports.engine.weasy.structure.faults import PREFIX
from reports.errors import NotAccessibleError
from reports.render_contract import Accessibility, Attachment, PdfClaims, RenderContext


@dataclass(frozen=True, slots=True)
class Conformance:
    """The wishes of a caller, in WeasyPrint's terms."""

    accessibility: Accessibility
    claims: PdfClaims
    attachments: tuple[Attachment, ...]

    @classmethod
    def of(cls, context: RenderContext) -> Conformance:
        """Take them from what a render knows."""
        return cls(context.accessibility, context.pdf, context.attachments)

    @property
    def is_tagged(self) -> bool:
        """Tell whether the document gets a structure."""
        return self.accessibility is not Accessibility.OFF

    @property
    def variant(self) -> str:
        """Return the name of WeasyPrint's variant."""
        return self.claims.variant or UA

    @property
    def intent(self) -> str | None:
        """Return the output intent, which all colours have to be within."""
        return INTENT if self.claims.variant else None

    def describe(self, document: Document, created_at: datetime) -> None:
        """Tell it a document, from whose metadata it is claimed when the PDF is written."""
        metadata = document.metadata
        metadata.archive = Archive.of(self.claims.variant, self._schemas()) if self.claims.variant else None
        if metadata.archive is not None:
            set_intent(document)
        metadata.may_claim_ua = self.claims.ua is not False
        # Readers look them up in the order of their names.
        for each in sorted(self.attachments, key=lambda each: sort_key(each.name)):
            file = EmbeddedFile(
                string=each.body,
                name=each.name,
                description=each.description,
                created=created_at,
                modified=created_at,
                relationship=each.relationship,
            )
            file.content_type = each.content_type
            metadata.attachments.append(file)

    def _schemas(self) -> tuple[Schema, ...]:
        return (factur_x(self.claims.invoice),) if self.claims.invoice else ()

    def require(self, warnings: Sequence[Mapping[str, Any]]) -> None:
        """Raise NotAccessibleError for the first warning that says why a document claims nothing, if it has to."""
        if self.accessibility is not Accessibility.REQUIRED and not self.claims.ua:
            return
        for warning in warnings:
            if warning["code"] in ("not_accessible", "untagged"):
                message = str(warning["message"]).removeprefix(PREFIX)
                raise NotAccessibleError(f"The report has to be accessible (PDF/UA-1), and cannot be: {message}")
