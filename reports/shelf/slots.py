"""Let a tenant change the look of a template of the product without a template of its own: by slots.

A slot is a colour, the typeface, a text of the labels, or a part of the data that stands there unless a request says
otherwise: a logo, the seller, which columns a table has and in which order.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from reports import strict_json
from reports.errors import Violation
from reports.render_contract import EINVOICE, Look

COLOURS = ("accent", "accent-wash", "on-accent", "ink", "ink-2", "ink-3", "line", "hair", "wash", "good", "bad", "warn")
"""The colours that all templates of the product share: see templates/_shared/base.css."""

TYPEFACES: Mapping[str, tuple[str, str]] = {
    "Inter": ("Inter", "Inter Display"),
    "Noto Sans": ("Noto Sans", "Noto Sans"),
}
"""The typefaces that may be chosen, each with the family of texts, and that of headings."""

MOST_BYTES = 2_000_000
_OTHERS = '"Noto Sans Arabic", "Noto Sans Hebrew", sans-serif'
_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")
_PLACE = re.compile(r"\{ *(\w+)")
_LONGEST_TEXT = 500
_PARTS = ("colours", "typeface", "texts", "data")

Texts = Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Slots:
    """What a tenant has put into the slots of a template."""

    colours: Mapping[str, str] = field(default_factory=dict)
    typeface: str | None = None
    texts: Texts = field(default_factory=dict)
    data: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def read(cls, body: bytes) -> Slots:
        """Return what packed() wrote."""
        return cls(**strict_json.parse(body))

    @property
    def content(self) -> dict[str, Any]:
        """Return what is in them."""
        return {name: getattr(self, name) for name in _PARTS if getattr(self, name)}

    def packed(self) -> bytes:
        """Write it, always to the same bytes."""
        return json.dumps(self.content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()

    @cached_property
    def sha256(self) -> str:
        """Return the digest of it."""
        return hashlib.sha256(self.packed()).hexdigest()

    @property
    def look(self) -> Look:
        """Return what the engine is told of it."""
        tokens = {f"--{name}": value for name, value in self.colours.items()}
        if self.typeface is not None:
            text, display = TYPEFACES[self.typeface]
            tokens |= {"--text": f'"{text}", {_OTHERS}', "--display": f'"{display}", "{text}", {_OTHERS}'}
        return Look(tokens, self.texts)

    def filled(self, data: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the data of a report, with what stands in the slots where they say nothing."""
        return data if EINVOICE in data else _merged(self.data, data)

    def shown_in(self, sample: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return a sample with all that stands in the slots."""
        return _merged(sample, self.data)


def faults_of_slots(slots: Slots, labels: Texts) -> Iterator[Violation]:
    """Yield what is wrong with slots, but for their data, which are held to the template's schema."""
    for name, colour in slots.colours.items():
        if name not in COLOURS:
            yield Violation(f"/colours/{name[:40]}", f"there is no such colour; choose one of {', '.join(COLOURS)}")
        elif not _COLOUR.fullmatch(colour):
            yield Violation(f"/colours/{name}", "a colour is six hexadecimal digits behind a #, such as #1d4f73")
    if slots.typeface is not None and slots.typeface not in TYPEFACES:
        yield Violation("/typeface", f"there is no such typeface; choose one of {', '.join(TYPEFACES)}")
    for language, texts in slots.texts.items():
        for name, text in texts.items():
            yield from _faults_of_text(f"/texts/{language[:20]}/{name[:60]}", text, labels.get(language, {}).get(name))


def _faults_of_text(place: str, text: str, original: str | None) -> Iterator[Violation]:
    if original is None:
        yield Violation(place, "the template has no such text in this language: see the texts of GET")
        return
    if not 0 < len(text) <= _LONGEST_TEXT:
        yield Violation(place, f"a text has 1 to {_LONGEST_TEXT} characters")
    if strange := set(_PLACE.findall(text)) - set(_PLACE.findall(original)):
        yield Violation(place, f"this text has no value {{{sorted(strange)[0]}}} to be filled in")


def _merged(below: Mapping[str, Any], above: Mapping[str, Any]) -> dict[str, Any]:
    """Return both, objects member by member; else what is above counts."""
    both = dict(below)
    for name, value in above.items():
        lower = below.get(name)
        is_object = isinstance(lower, Mapping) and isinstance(value, Mapping)
        both[name] = _merged(lower, value) if is_object else value  # type: ignore[arg-type]
    return both
