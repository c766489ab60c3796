"""Find elements that a document never closes, and those that print nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote

from reports.engine.templating.authored_places import PLACE
from reports.findings import Finding, Severity, did_you_mean

_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
# HTML closes these by itself: by what follows, or at the end of what they are in.
_CLOSED_BY_ITSELF = {"html", "head", "body", "p", "li", "dt", "dd", "tr", "td", "th", "thead", "tbody", "tfoot",
                     "colgroup", "caption", "option", "optgroup", "rt", "rp"}  # fmt: skip
_PRINT_NOTHING = {
    "script": "Documents run no scripts. Draw it as SVG, or let view.py calculate it.",
    "canvas": "It is drawn by scripts, and documents run none. Draw it as SVG.",
    "video": "Paper does not move. Use a picture.",
    "audio": "Paper makes no sound.",
    "iframe": "A document holds no other. Write its content here.",
    "button": "Paper has nothing to press. Leave it out.",
}
_AUTHORED = re.compile(r"(.+):(\d+)")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, str]] = []
        self.found: list[tuple[str, str, str, Severity]] = []
        self.last = ""
        self.styles: list[tuple[str, str]] = []
        self.names: set[str] = set()
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        place = self._look(attrs)
        if tag in _PRINT_NOTHING:
            self.found.append((place, f"<{tag}> prints nothing", _PRINT_NOTHING[tag], Severity.WARNING))
        if tag not in _VOID:
            self.open.append((tag, place))

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1][0] == "style":
            self.styles.append((data, self.open[-1][1]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        self._look(attrs)

    def _look(self, attrs: list[tuple[str, str | None]]) -> str:
        """Keep the names of an element and where it leads, and return where it was written."""
        values = dict(attrs)
        self.last = values.get(PLACE) or self.last
        self.names |= {name for name in (values.get("id"), values.get("name")) if name}
        if style := values.get("style"):
            self.styles.append((f"* {{ {style} }}", self.last))
        link = values.get("href") or values.get("xlink:href") or ""
        if link.startswith("#") and link != "#":
            self.links.append((unquote(link[1:]), self.last))
        return self.last

    def handle_endtag(self, tag: str) -> None:
        names = [name for name, _ in self.open]
        if tag not in names:
            if tag not in _VOID and tag != "p":
                self._say(self.last, f"</{tag}> closes nothing", "It stands behind this tag. Leave it out.")
            return
        index = len(names) - 1 - names[::-1].index(tag)
        self._unclosed(self.open[index + 1 :], f"</{tag}>")
        del self.open[index:]

    def close(self) -> None:
        super().close()
        self._unclosed(self.open, "the end")
        self.open = []
        for name, place in self.links:
            if name not in self.names:
                cure = did_you_mean(name, self.names) or f'Write id="{name}" on the element that it leads to.'
                self._say(place, f"the link to {'#' + name!r} leads to no element", cure)

    def _unclosed(self, open_tags: list[tuple[str, str]], before: str) -> None:
        for tag, place in open_tags:
            if tag not in _CLOSED_BY_ITSELF:
                self._say(place, f"<{tag}> is not closed before {before}", f"Write </{tag}> where it ends.")

    def _say(self, place: str, message: str, cure: str) -> None:
        self.found.append((place, message, cure, Severity.ERROR))


def styles_of(html: str) -> Iterator[tuple[str, str, int]]:
    """Yield the style sheets of a document, each once: the text, and file and line of its start tag."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for text, place in dict.fromkeys(reader.styles):
        if (found := _AUTHORED.fullmatch(place)) is not None:
            yield text, found[1], int(found[2])


def findings_of_html(html: str) -> Iterator[Finding]:
    """Yield what is wrong with the tags of a document whose start tags say where they were written."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    for place, message, cure, severity in dict.fromkeys(reader.found):
        found = _AUTHORED.fullmatch(place)
        if found is not None:
            yield Finding(found[1], int(found[2]), message, cure=cure, severity=severity)
