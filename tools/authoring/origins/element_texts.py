"""Gather the text of each element of a document, and which slot has printed each of its characters."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import Any

from tools.authoring.origins.marked_html import RAW, SLOTS, Slot


@dataclass(slots=True)
class ElementText:
    """The text that stands in an element itself, folded: without spaces, in small letters.

    ``slots`` has one for each character, ``tag_slots`` are those of its start tag, with the texts of ``attributes``.
    """

    folded: str = ""
    slots: list[Slot | None] = field(default_factory=list)
    tag_slots: list[Slot] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    at: int = 0

    def take(self, text: str) -> list[Slot | None] | None:
        """Return the slots of a part of it that a line shows, the next one first; None for what it does not have."""
        for shown in (text, text.rstrip("-\u2010")):
            for start in (self.at, 0):
                found = self.folded.find(shown, start)
                if shown and found >= 0:
                    self.at = found + len(shown)
                    return self.slots[found : self.at] + [None] * (len(text) - len(shown))
        return None


def folded(text: str) -> str:
    """Return a text as it is compared: pages may show it in capitals, in lines, with signs for its direction."""
    return "".join(_folded(sign) for sign in text)


def _folded(sign: str) -> str:
    if sign.isspace() or unicodedata.category(sign) in ("Cf", "Cn"):
        return ""
    return unicodedata.normalize("NFKC", sign).casefold().replace(" ", "")


def element_texts(root: Any) -> list[ElementText]:
    """Return the texts of all elements, in the order of the document, of one that has comments in place of marks."""
    reader = _Reader()
    reader.read(root)
    return reader.found


class _Reader:
    def __init__(self) -> None:
        self.found: list[ElementText] = []
        self._slot: Slot | None = None

    def read(self, element: Any) -> None:
        text = ElementText(
            tag_slots=[_slot_of(each) for each in element.attrib.get(SLOTS, "").split()],
            attributes=[folded(value) for name, value in element.attrib.items() if name != SLOTS],
        )
        self.found.append(text)
        if element.tag not in RAW:
            self._add(text, element.text)
        for child in element:
            if isinstance(child.tag, str):
                self.read(child)
            elif re.fullmatch("[0-9]+:[0-9]+", child.text or ""):
                self._slot = _slot_of(child.text)
            self._add(text, child.tail)

    def _add(self, text: ElementText, written: str | None) -> None:
        more = folded(written or "")
        text.folded += more
        text.slots += [self._slot] * len(more)


def _slot_of(written: str) -> Slot:
    site, _, number = written.partition(":")
    return int(site), int(number)
