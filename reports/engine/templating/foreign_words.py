"""Give words of another language than the document's theirs: labels that there are only in English.

A label does not know where it will be printed. So it carries marks, which become elements among text, and nothing in
attributes, titles, styles and drawings, where no element can be.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

BEGIN, END = "\x0e", "\x0f"
"""Characters that no document prints, see rows_tag.PRINTED."""

_PART = re.compile(f"<!--|</?[A-Za-z][A-Za-z0-9-]*|[>\"'{BEGIN}{END}]")
_WITHOUT_ELEMENTS = frozenset({"title", "style", "script", "textarea", "svg"})
_MARKS = str.maketrans("", "", BEGIN + END)
_ELEMENTS = {BEGIN: '<bdi lang="en">', END: "</bdi>"}


def marked(text: str) -> str:
    """Return an English text as one of a document of another language."""
    return f"{BEGIN}{text}{END}"


def are_marked(labels: object) -> bool:
    """Tell whether any of the labels of a document is in another language than that."""
    return isinstance(labels, dict) and any(text.startswith(BEGIN) for text in labels.values())


def without_marks(html: str) -> str:
    """Return HTML without marks, for places where elements would change what they stand in."""
    return html.translate(_MARKS)


def with_languages(html: str) -> str:
    """Return a document whose marks are elements."""
    return "".join(_written(html)) if BEGIN in html or END in html else html


def _written(html: str) -> Iterator[str]:
    at, tag, quote, closed = 0, "", "", ""
    for found in _PART.finditer(html):
        part = found[0]
        if found.start() < at:
            continue  # in a comment
        if part in _ELEMENTS:
            yield html[at : found.start()]
            yield "" if tag or closed else _ELEMENTS[part]
            at = found.end()
        elif tag and quote:
            quote = "" if part == quote else quote
        elif tag and part in "\"'":
            quote = part
        elif tag and part == ">":
            if tag in _WITHOUT_ELEMENTS and html[found.start() - 1] != "/":
                closed = tag
            tag = ""
        elif not tag and closed:
            closed = "" if part.lower() == f"</{closed}" else closed
        elif not tag and part == "<!--":
            end = html.find("-->", found.end())
            end = len(html) if end < 0 else end
            yield without_marks(html[at:end])
            at = end
        elif not tag and part[0] == "<":
            tag = part[1:].lower()
    yield html[at:]
