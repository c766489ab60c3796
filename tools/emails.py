"""Write sample e-mails to build/emails/, to look at in a browser or a program for mail: ``python -m tools.emails``."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from reports.delivery.emails import EmailTemplates
from reports.delivery.webhook_and_email_content import Download, EmailContent

PROJECT = Path(__file__).resolve().parents[1]
OUT = PROJECT / "build" / "emails"

_ID = "019aa4b2-bdcc-75d4-8939-2cdc466c5014"
_COMMON: dict[str, Any] = {
    "id": _ID,
    "template": "table",
    "created_at": "2026-11-20T09:58:12.020Z",
    "finished_at": "2026-11-20T10:00:03.512Z",
    "attempts": 1,
}
_SUCCEEDED = _COMMON | {"status": "SUCCEEDED", "pages": 2501, "bytes": 9_412_003, "filename": "Orders 2026.pdf"}
_REASON = "Line 5 of the file has 3 cells, but line 1 names 2 columns. Put cells that contain ',' in double quotes."
_FAILED = _COMMON | {"status": "FAILED", "error": {"code": "unreadable_file", "message": _REASON}}


def main() -> int:
    """Write each e-mail in each language."""
    OUT.mkdir(parents=True, exist_ok=True)
    writer = EmailTemplates(PROJECT / "emails")
    download = Download(
        "https://example.com/reports/orders.pdf?X-Amz-Signature=0", datetime(2026, 11, 20, 11, tzinfo=UTC)
    )
    url = f"https://api.example.com/prod/reports/{_ID}"
    for locale in ("en", "de"):
        for name, report, link in (("Succeeded", _SUCCEEDED, download), ("Failed", _FAILED, None)):
            letter = EmailContent(
                f"Report{name}", report, locale, "Orders & returns, October 2026", url, link, False, True
            )
            email = writer.write("somebody@example.com", letter)
            for kind, content in (("html", email.html), ("txt", f"{email.subject}\n\n{email.text}")):
                path = OUT / f"{name.lower()}.{locale}.{kind}"
                path.write_text(content, "utf-8")
                print(path.relative_to(PROJECT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
