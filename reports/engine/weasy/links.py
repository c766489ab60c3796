"""Resolve the addresses of links as WeasyPrint does."""

from __future__ import annotations

from weasyprint.html import parse_url
from weasyprint.urls import get_link


def external_address(target: str, base_url: str | None) -> str | None:
    """Return the address of a link out of the document; None when it is not one."""
    url = parse_url(target, base_url, allow_relative=True)
    kind, address = (get_link(url, base_url) or ("", ("", "")))[1] if url else ("", "")
    return str(address) if kind == "external" else None
