"""Receipts: what reports were made of, and which report a file comes from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pressrun_client.calls import Calls
from pressrun_client.documents import Document
from pressrun_client.model import Accepted
from pressrun_client.transport import segment


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a report was made of. ``jws`` is its signed form; ``rendered_sha256`` is of a PDF before its signature."""

    report: str
    pdf_sha256: str
    rendered_sha256: str | None
    files: Mapping[str, str]
    """The names of its files by SHA-256."""
    jws: str | None
    content: Mapping[str, Any] = field(repr=False)

    @classmethod
    def read(cls, document: Document) -> Receipt:
        """Read an answer, or a file that has one."""
        return cls.of(document.required_part("receipt"), document.optional_text("jws"))

    @classmethod
    def of(cls, receipt: Document, jws: str | None) -> Receipt:
        """Read the receipt itself."""
        pdf = receipt.required_part("pdf")
        files = {
            digest: each.text("name") for each in receipt.parts("files") if (digest := each.optional_text("sha256"))
        }
        return cls(
            receipt.text("report"),
            pdf.text("sha256"),
            pdf.optional_text("rendered_sha256"),
            files,
            jws,
            receipt.content,
        )

    @property
    def rendered(self) -> str:
        """Return the digest of the PDF as it was rendered, which a signature has no part in."""
        return self.rendered_sha256 or self.pdf_sha256

    @property
    def document(self) -> dict[str, Any]:
        """Return it as the service gives it."""
        return {"receipt": dict(self.content), **({} if self.jws is None else {"jws": self.jws})}


class ReceiptCalls(Calls):
    """Calls about receipts."""

    def receipt(self, report_id: str) -> Receipt:
        """Return the receipt of a report that has succeeded. Raises ConflictError for another one."""
        return Receipt.read(self._call("GET", f"/reports/{segment(report_id)}/receipt").document)

    def find_receipt(self, sha256: str) -> Receipt:
        """Return the receipt of the report that has a file with this digest. Raises NotFoundError."""
        return Receipt.read(self._call("GET", f"/receipts/{segment(sha256)}").document)

    def rerender(self, report_id: str) -> Accepted:
        """Make a report that has succeeded once more, to compare both. Raises ConflictError when that can't be done."""
        path = f"/reports/{segment(report_id)}/rerender"
        return Accepted.read(self._call("POST", path, repeatable=False).document)

    def receipt_keys(self) -> Sequence[Mapping[str, Any]]:
        """Return the public keys of receipts, each as a JWK."""
        return [each.content for each in self._call("GET", "/receipt-keys").document.parts("keys")]
