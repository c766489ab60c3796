"""Read a document with marks: the document without them, and one in which comments stand for them between tags."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from tools.authoring.origins.marked_code import CLOSE, END_OF_NUMBER, MARKS, NUMBERS, OPEN

Slot = tuple[int, int]
"""The number of a site, and how many times it had printed something before."""

SLOTS = "data-printed-by"
_TAG = re.compile(r"[A-Za-z/!?]")
_TAG_NAME = re.compile(r"<([A-Za-z][A-Za-z0-9:-]*)")
RAW = ("style", "script", "title", "textarea")
_NUMBER = str.maketrans(NUMBERS)
_SIGNS = str.maketrans({digit: sign for sign, digit in NUMBERS.items()})


@dataclass(slots=True)
class MarkedHTML:
    """A document as its marks tell of it.

    ``commented`` has a comment such as ``<!--4:0-->`` before each text of another slot, and the slots of a start tag
    in an attribute. ``texts`` is what each slot has printed, ``styles`` are the characters of style sheets.
    """

    plain: str = ""
    commented: str = ""
    texts: dict[Slot, str] = field(default_factory=dict)
    styles: list[tuple[str, list[Slot | None]]] = field(default_factory=list)


class _Reader:
    """What goes through a document once, character by character."""

    def __init__(self, marked: str) -> None:
        self._marked = marked
        self._plain: list[str] = []
        self._out: list[str] = []
        self._seen: dict[int, int] = {}
        self._open: list[tuple[Slot, int]] = []
        self._texts: dict[Slot, str] = {}
        self._said: Slot | None = None
        self._tag: list[str] = []
        self._tag_slots: list[Slot] = []
        self._quote = ""
        self._state = "text"
        self._raw = ""
        self._raw_text: list[str] = []
        self._raw_slots: list[Slot | None] = []
        self._styles: list[tuple[str, list[Slot | None]]] = []

    def read(self) -> MarkedHTML:
        marked, at = self._marked, 0
        while at < len(marked):
            sign = marked[at]
            if sign == OPEN:
                end = marked.index(END_OF_NUMBER, at)
                self._begin(int(marked[at + 1 : end].translate(_NUMBER)))
                at = end + 1
                continue
            if sign == CLOSE:
                slot, start = self._open.pop()
                self._texts[slot] = "".join(self._plain[start:])
            else:
                self._plain.append(sign)
                getattr(self, f"_in_{self._state}")(sign)
            at += 1
        self._out += self._tag
        return MarkedHTML("".join(self._plain), "".join(self._out), self._texts, self._styles)

    def _begin(self, site: int) -> None:
        slot = site, self._seen.get(site, 0)
        self._seen[site] = slot[1] + 1
        self._open.append((slot, len(self._plain)))

    @property
    def _slot(self) -> Slot | None:
        return self._open[-1][0] if self._open else None

    def _in_text(self, sign: str) -> None:
        if sign == "<":
            self._state, self._tag, self._tag_slots = "tag", [sign], []
            return
        slot = self._slot
        if slot is not None and slot != self._said and not sign.isspace():
            self._out.append(f"<!--{slot[0]}:{slot[1]}-->")
            self._said = slot
        self._out.append(sign)

    def _in_tag(self, sign: str) -> None:
        if len(self._tag) == 1 and not _TAG.match(sign):
            self._state = "text"
            self._out += self._tag
            self._in_text(sign)
            return
        self._tag.append(sign)
        slot = self._slot
        if slot is not None and slot not in self._tag_slots:
            self._tag_slots.append(slot)
        if "".join(self._tag[:4]) == "<!--":
            self._state, self._out, self._tag = "comment", [*self._out, *self._tag], []
        elif self._quote:
            self._quote = "" if sign == self._quote else self._quote
        elif sign in "\"'" and len(self._tag) > 1:
            self._quote = sign
        elif sign == ">":
            self._end_tag()

    def _end_tag(self) -> None:
        tag = "".join(self._tag)
        name = _TAG_NAME.match(tag)
        if name is not None and self._tag_slots:
            slots = " ".join(f"{site}:{number}" for site, number in self._tag_slots)
            tag = f'{name[0]} {SLOTS}="{slots}"{tag[name.end() :]}'
        self._out.append(tag)
        self._tag, self._state, self._quote = [], "text", ""
        if name is not None and name[1].lower() in RAW and not tag.endswith("/>"):
            self._state, self._raw, self._raw_text, self._raw_slots = "raw", f"</{name[1].lower()}", [], []

    def _in_comment(self, sign: str) -> None:
        self._out.append(sign)
        if sign == ">" and "".join(self._out[-3:]) == "-->":
            self._state = "text"

    def _in_raw(self, sign: str) -> None:
        """Read what has no tags in it, until its end tag."""
        self._out.append(sign)
        self._raw_text.append(sign)
        self._raw_slots.append(self._slot)
        if sign == ">" and self._raw in "".join(self._raw_text[-len(self._raw) - 8 :]).lower():
            if self._raw == "</style":
                self._styles.append(("".join(self._raw_text), self._raw_slots))
            self._state = "text"


def printed_by(marked: str, slot: Slot) -> str | None:
    """Return what a slot has printed in a document with marks; None if it has printed nothing."""
    opening = f"{OPEN}{str(slot[0]).translate(_SIGNS)}{END_OF_NUMBER}"
    start = -1
    for _ in range(slot[1] + 1):
        start = marked.find(opening, start + 1)
        if start < 0:
            return None
    depth = 0
    for mark in MARKS.finditer(marked, start):
        depth += -1 if mark[0] == CLOSE else 1
        if depth == 0:
            return MARKS.sub("", marked[start : mark.start()])
    return None


def read_marked(marked: str) -> MarkedHTML:
    """Read a document with marks."""
    return _Reader(marked).read()
