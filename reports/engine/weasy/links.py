"""Find links and bookmarks as WeasyPrint does, and resolve addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from weasyprint.anchors import gather_anchors
from weasyprint.html import parse_url
from weasyprint.urls import get_link


def external_address(target: str, base_url: str | None) -> str | None:
    """Return the address of a link out of the document; None when it is not one."""
    url = parse_url(target, base_url, allow_relative=True)
    kind, address = (get_link(url, base_url) or ("", ("", "")))[1] if url else ("", "")
    return str(address) if kind == "external" else None


def links_of(box: Any) -> Sequence[tuple[str, str, tuple[float, float, float, float], Any]]:
    """Return the links in a box: the kind of each, its target, its area, and the box of the link."""
    found: list[Any] = []
    gather_anchors(box, {}, found, [], {None: []})
    return found


def bookmarks_of(box: Any) -> Sequence[tuple[int, str, tuple[float, float], str]]:
    """Return the bookmarks in a box: the level of each, its label, its place, and whether it is open."""
    found: list[Any] = []
    gather_anchors(box, {}, [], found, {None: []})
    return found
