"""Read what callers prefer (RFC 7240), and in which form they want the answer."""

from __future__ import annotations

from handlers.http.openapi_notes import PDF

LONGEST_WAIT = 20
"""Seconds. API Gateway ends a request after 29, and the answer takes some, too."""


def wait_of(prefer: str | None) -> int:
    """Return for how many seconds a caller prefers to wait: 0 for not at all, or for what cannot be understood."""
    for preference in (prefer or "").split(","):
        name, _, value = preference.partition(";")[0].partition("=")
        seconds = value.strip().strip('"')
        if name.strip().lower() == "wait" and seconds.isascii() and seconds.isdecimal():
            # int() would take thousands of digits.
            return min(int(seconds), LONGEST_WAIT) if len(seconds) < 6 else LONGEST_WAIT
    return 0


def wants_pdf(accept: str | None) -> bool:
    """Tell whether the caller wants the PDF itself. Of several types API Gateway goes by the first, and so do we."""
    return (accept or "").partition(",")[0].partition(";")[0].strip().lower() == PDF
