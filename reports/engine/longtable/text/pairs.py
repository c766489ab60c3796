"""Set texts from pairs of neighbours that were shaped before: the same glyphs and advances, without shaping again.

Two things make a text more than its characters: rules that change glyphs, and kerning. ``text_rules`` tells which texts
no rule can change. Of a text that one can change, such as "INV-0047" with its hyphen at the height of capitals, another
of the same *form*, "INV-0048", is changed in the same places. And where kerning only looks at a glyph and the next one,
a glyph's advance is known once it was seen before that next one, in whatever text.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from operator import add
from typing import Any, NamedTuple

from reports.engine.longtable import native
from reports.engine.weasy.font_rules import FontRules
from reports.engine.weasy.shaping import Glyph, Shaper, characters_of

MOST_PAIRS = 50_000
MOST_FORMS = 5_000
LONGEST_FORM = 50
"""Characters; of longer texts hardly two have the same form."""

_OF_NUMBERS = "0123456789.,-+\u2212 \u00a0\u202f%€$£/:"
_NOTHING = "\x00"  # stands after the last character
_CHANGED = 0xF0000  # plus a glyph's number: a glyph that is not the usual one of its character

_Changes = tuple[tuple[int, str, str], ...]
"""Index, character, and what stands for the changed glyph."""


class Setting(NamedTuple):
    """A text's glyphs, as in a PDF's hexadecimal string with kerning between its parts, and its width in units."""

    glyphs: str
    width: int


class PairTable:
    """Remember pairs of one script in one style, and set texts from them.

    A table for characters common to all scripts serves for Latin as well, where the font treats both alike.
    """

    def __init__(self, shaper: Shaper, rules: FontRules) -> None:
        """Read the font's rules. Raises UnfollowableFontError when pairs are not enough to tell how it sets a text."""
        rules.require_pair_kerning(shaper.active_lookups("GPOS"))
        script = "Latn" if shaper.script == "Zyyy" else shaper.script
        self._forms = _forms(rules, tuple(shaper.active_lookups("GSUB")), script)
        self._usual = self._forms.usual_glyphs
        self._glyphs: dict[str, str] = {}
        self._advances: dict[str, int] = {}
        self._unchanged: dict[frozenset[str], bool] = {}
        self._quiet: set[str] = set()  # characters that no rule changes, in whatever order
        self._quiet_kinds: frozenset[str] = frozenset()
        self._changes: dict[str, _Changes | None] = {}
        # Of numbers' characters those that nothing changes or kerns, among each other: set one by one, once seen.
        self._even = self._evenly_set(shaper)
        self._seen_even: set[str] = set()
        self._even_glyphs: dict[int, str] = {}
        self._even_advances: dict[str, int] = {}
        self._in_c: Any = None

    def in_c(self) -> Any:
        """Return what sets texts in C from what this has learnt, and will learn."""
        if self._in_c is None:
            even = self._seen_even, self._even_glyphs, self._even_advances
            self._in_c = native.core.Pairs(self._glyphs, self._advances, self._quiet, *even, self._marked)
        return self._in_c

    def setting(self, text: str) -> Setting | None:
        """Set a text (not empty) from known pairs; None when it has to be shaped."""
        if self._seen_even.issuperset(text):
            return Setting(text.translate(self._even_glyphs), sum(map(self._even_advances.__getitem__, text)))
        if not self._quiet.issuperset(text):
            marked = self._marked(text)
            if marked is None:
                return None
            text = marked
        pairs = list(map(add, text, text[1:] + _NOTHING))
        try:
            return Setting("".join(map(self._glyphs.__getitem__, pairs)), sum(map(self._advances.__getitem__, pairs)))
        except KeyError:
            return None

    def learn(self, text: str, shaped: Sequence[Glyph], written: Sequence[str]) -> None:
        """Remember the pairs of a shaped text, each glyph with how it is ``written``, and the form of the text."""
        form = text.translate(self._forms)
        is_unchanged = self._is_unchanged(frozenset(form))
        if not is_unchanged and len(text) > LONGEST_FORM:
            return
        if [glyph.cluster for glyph in shaped] != list(range(len(text))):
            self._remember_form(form, None)
            return
        marked = "".join(
            character if glyph.id == self._usual.get(character) else chr(_CHANGED + glyph.id)
            for character, glyph in zip(text, shaped, strict=True)
        )
        if len(self._glyphs) > MOST_PAIRS:
            self._glyphs.clear()
            self._advances.clear()
        for pair, glyph, digits in zip(map(add, marked, marked[1:] + _NOTHING), shaped, written, strict=True):
            self._glyphs[pair] = digits
            self._advances[pair] = glyph.advance
            if pair[0] in self._even and (pair[1] in self._even or pair[1] == _NOTHING):
                self._seen_even.add(pair[0])
                self._even_glyphs[ord(pair[0])] = digits
                self._even_advances[pair[0]] = glyph.advance
        if not is_unchanged:
            changes = [
                (index, old, new) for index, (old, new) in enumerate(zip(text, marked, strict=True)) if old != new
            ]
            self._remember_form(form, tuple(changes))

    def parts(self, text: str) -> tuple[list[str], list[int]] | None:
        """Return what ``setting`` would join, character by character; None when the text has to be shaped.

        Only of a text that no rule changes, so that an end of it has the same parts.
        """
        if not self._quiet.issuperset(text):
            return None
        pairs = list(map(add, text, text[1:] + _NOTHING))
        try:
            return list(map(self._glyphs.__getitem__, pairs)), list(map(self._advances.__getitem__, pairs))
        except KeyError:
            return None

    def _evenly_set(self, shaper: Shaper) -> frozenset[str]:
        even: dict[str, tuple[int, int]] = {}
        for character in _OF_NUMBERS:
            alone = shaper.shape(character)
            kinds = frozenset("".join([*even, character]).translate(self._forms))
            if not alone or not self._is_unchanged(kinds):
                continue
            expected = {**even, character: (alone[0].id, alone[0].advance)}
            text = "".join(f"{character}{each}" for each in expected)  # each pair of it and another, in either order
            shaped = shaper.shape(text)
            if shaped and [(glyph.id, glyph.advance) for glyph in shaped] == [expected[each] for each in text]:
                even = expected
        return frozenset(even)

    def _marked(self, text: str) -> str | None:
        """Return a text with its changed glyphs marked as such; None when it is not known which these are."""
        form = text.translate(self._forms)
        changes = self._changes.get(form)
        if changes:
            marked = list(text)
            for index, old, new in changes:
                if marked[index] != old:
                    return None
                marked[index] = new
            return "".join(marked)
        kinds = frozenset(form)
        if self._is_unchanged(kinds):
            if self._is_unchanged(self._quiet_kinds | kinds):
                self._quiet_kinds |= kinds
                self._quiet.update(text)
            return text
        return text if changes is not None else None

    def _is_unchanged(self, kinds: frozenset[str]) -> bool:
        known = self._unchanged.get(kinds)
        if known is None:
            if len(self._unchanged) > MOST_FORMS:
                self._unchanged.clear()
            known = self._unchanged[kinds] = not self._forms.may_change(kinds)
        return known

    def _remember_form(self, form: str, changes: _Changes | None) -> None:
        if len(self._changes) > MOST_FORMS:
            self._changes.clear()
        self._changes[form] = changes


class _Forms(dict[int, str]):
    """Give characters that all rules treat alike one character, the same for all of them, by ``str.translate``."""

    def __init__(self, rules: FontRules, lookups: Sequence[int], characters: str) -> None:
        """Keep the rules that can concern a text of these characters: most wait for marks, which are none of them."""
        super().__init__()
        self._rules = rules
        self._single, places = rules.substitutions(lookups)
        self.usual_glyphs: dict[str, int] = {}
        glyphs = frozenset(name for character in characters for _, name in self._stages(ord(character)))
        narrowed = (tuple(place & glyphs for place in rule) for rule in places)
        self._places = list(dict.fromkeys(rule for rule in narrowed if all(rule)))
        self._sets = list(dict.fromkeys(place for rule in self._places for place in rule))
        self._first_of_kind: dict[tuple[object, ...], str] = {}
        self._glyphs_of_kind: dict[str, frozenset[str]] = {}

    def __missing__(self, code_point: int) -> str:
        character = chr(code_point)
        stages = self._stages(code_point)
        kind = tuple((index, tuple(name in glyphs for glyphs in self._sets)) for index, name in stages)
        first = self._first_of_kind.setdefault(kind, character)
        self._glyphs_of_kind.setdefault(first, frozenset(name for _, name in stages))
        self[code_point] = first
        return first

    def may_change(self, kinds: frozenset[str]) -> bool:
        """Tell whether a text of characters of these kinds could have a glyph for every place of some rule."""
        glyphs = frozenset[str]().union(*(self._glyphs_of_kind[kind] for kind in kinds))
        return any(all(not place.isdisjoint(glyphs) for place in places) for places in self._places)

    def _stages(self, code_point: int) -> list[tuple[int, str]]:
        """Return the glyphs that a character goes through, each with the number of the lookup that made it."""
        name = self._rules.characters.get(code_point)
        if name is None:
            return []
        stages = [(-1, name)]
        for index, mapping in enumerate(self._single):
            if name in mapping:
                name = mapping[name]
                stages.append((index, name))
        self.usual_glyphs[chr(code_point)] = self._rules.glyph_id(name)
        return stages


@lru_cache(maxsize=64)
def _forms(rules: FontRules, lookups: tuple[int, ...], script: str) -> _Forms:
    """Return what all styles of a font have in common that use the same lookups."""
    return _Forms(rules, lookups, characters_of(script))
