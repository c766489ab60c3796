"""Learn from a font which characters may change each other's glyphs, so that the others need no shaping.

OpenType rules of two kinds change a text. Some look at one glyph at a time: the same character always gets the same
glyph. All others, ligatures and contextual rules, need a certain glyph in each of their places. A text that has no
glyph for one of the places of a rule cannot be changed by it.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

from fontTools.ttLib import TTFont

_SINGLE, _ALTERNATE, _LIGATURE, _CONTEXT, _CHAIN, _REVERSE_CHAIN = 1, 3, 4, 5, 6, 8
_SKIPS_BASES_OR_LIGATURES = 0x2 | 0x4
_SINGLE_POSITION, _PAIR, _MARK_TO_BASE, _MARK_TO_MARK = 1, 2, 4, 6
_X_ADVANCE = 0x4
_OTHER_SHAPING = {"morx", "mort", "kerx", "trak", "fvar"}

Places = tuple[frozenset[str], ...]
"""The glyphs that a rule asks for, place by place."""


class UnfollowableFontError(Exception):
    """The behaviour of a font cannot be told without shaping each text."""


class FontRules:
    """Read the rules of a font file. Glyphs go by their names in it."""

    def __init__(self, file_content: bytes, index: int) -> None:
        """Open the file, without reading its tables. Raises UnfollowableFontError when it is shaped otherwise."""
        self._font = TTFont(io.BytesIO(file_content), fontNumber=index, lazy=True)
        if _OTHER_SHAPING & set(self._font.keys()) or ("kern" in self._font and not self._kerns_by_rules()):
            raise UnfollowableFontError
        self._substitutions: dict[int, tuple[Mapping[str, str], list[Places]]] = {}

    @cached_property
    def characters(self) -> Mapping[int, str]:
        """Return each code point's glyph."""
        cmap: Mapping[int, str] = self._font.getBestCmap()
        return cmap

    def glyph_id(self, name: str) -> int:
        """Return a glyph's number."""
        number: int = self._font.getGlyphID(name)
        return number

    def require_pair_kerning(self, lookups: Sequence[int]) -> None:
        """Raise UnfollowableFontError unless these lookups of GPOS only move a glyph for the one beside it.

        Marks are not looked at: no text of ours has any.
        """
        for lookup in self._lookups("GPOS", lookups):
            for kind, subtable in _subtables(lookup):
                if _MARK_TO_BASE <= kind <= _MARK_TO_MARK or kind == _SINGLE_POSITION:
                    continue
                flags = lookup.LookupFlag & _SKIPS_BASES_OR_LIGATURES
                if kind != _PAIR or flags or subtable.ValueFormat2 or subtable.ValueFormat1 not in (0, _X_ADVANCE):
                    raise UnfollowableFontError

    def substitutions(self, lookups: Sequence[int]) -> tuple[list[Mapping[str, str]], list[Places]]:
        """Return of these lookups of GSUB those for one glyph, in order, and the places of all the others' rules."""
        single: list[Mapping[str, str]] = []
        rules: list[Places] = []
        for index in lookups:
            if index not in self._substitutions:
                self._substitutions[index] = _substitution(next(self._lookups("GSUB", [index])))
            mapping, places = self._substitutions[index]
            rules.extend(places)
            if mapping:
                single.append(mapping)
        return single, rules

    def _kerns_by_rules(self) -> bool:
        features = self._font["GPOS"].table.FeatureList.FeatureRecord if "GPOS" in self._font else ()
        return any(feature.FeatureTag == "kern" for feature in features)

    def _lookups(self, table: str, indexes: Sequence[int]) -> Iterator[Any]:
        if indexes:
            every = self._font[table].table.LookupList.Lookup
            yield from (every[index] for index in indexes)


@lru_cache(maxsize=16)
def font_rules(file_content: bytes, index: int) -> FontRules:
    """Return the rules of a font file, opened once per process. Raises UnfollowableFontError."""
    return FontRules(file_content, index)


def _substitution(lookup: Any) -> tuple[Mapping[str, str], list[Places]]:
    if lookup.LookupFlag & _SKIPS_BASES_OR_LIGATURES:
        raise UnfollowableFontError
    mapping: dict[str, str] = {}
    places: list[Places] = []
    for kind, subtable in _subtables(lookup):
        if kind == _SINGLE:
            mapping = {**subtable.mapping, **mapping}  # the first subtable that knows a glyph decides
        else:
            places.extend(_places(kind, subtable))
    return mapping, places


def _subtables(lookup: Any) -> Iterator[tuple[int, Any]]:
    for subtable in lookup.SubTable:
        inner = getattr(subtable, "ExtSubTable", subtable)
        yield inner.LookupType, inner


def _places(kind: int, subtable: Any) -> Iterator[Places]:
    """Yield the places of each rule of a subtable, or of its rules together where they are kept by class."""
    if kind == _LIGATURE:
        for first, ligatures in subtable.ligatures.items():
            yield from (_named(first, *ligature.Component) for ligature in ligatures)
    elif kind in (_CONTEXT, _CHAIN):
        yield from _context_places(kind, subtable)
    elif kind == _REVERSE_CHAIN:
        coverages = [subtable.Coverage, *subtable.BacktrackCoverage, *subtable.LookAheadCoverage]
        yield tuple(frozenset(coverage.glyphs) for coverage in coverages)
    elif kind == _ALTERNATE:
        yield (frozenset(subtable.alternates),)
    else:  # one glyph to several
        yield (frozenset(subtable.mapping),)


def _context_places(kind: int, subtable: Any) -> Iterator[Places]:
    if subtable.Format == 3 and kind == _CHAIN:
        coverages = [*subtable.InputCoverage, *subtable.BacktrackCoverage, *subtable.LookAheadCoverage]
        yield tuple(frozenset(coverage.glyphs) for coverage in coverages)
    elif subtable.Format == 3:
        yield tuple(frozenset(coverage.glyphs) for coverage in subtable.Coverage)
    elif subtable.Format == 1 and kind == _CHAIN:
        for first, rules in zip(subtable.Coverage.glyphs, subtable.ChainSubRuleSet, strict=True):
            for rule in rules.ChainSubRule if rules else ():
                yield _named(first, *rule.Backtrack, *rule.Input, *rule.LookAhead)
    elif subtable.Format == 2 and kind == _CHAIN:
        yield from _chain_class_places(subtable)
    else:
        yield (frozenset(subtable.Coverage.glyphs),)  # whatever stands beside them


def _chain_class_places(subtable: Any) -> Iterator[Places]:
    covered = frozenset(subtable.Coverage.glyphs)
    inputs, before, after = (
        subtable.InputClassDef.classDefs,
        subtable.BacktrackClassDef.classDefs if subtable.BacktrackClassDef else {},
        subtable.LookAheadClassDef.classDefs if subtable.LookAheadClassDef else {},
    )
    for number, rules in enumerate(subtable.ChainSubClassSet):
        first = frozenset(glyph for glyph in covered if inputs.get(glyph, 0) == number)
        for rule in (rules.ChainSubClassRule if rules else ()) if first else ():
            wanted = [
                *((inputs, each) for each in rule.Input),
                *((before, each) for each in rule.Backtrack),
                *((after, each) for each in rule.LookAhead),
            ]
            if all(each for _, each in wanted):
                yield (first, *(_of_class(classes, each) for classes, each in wanted))
            else:
                yield (first,)  # class 0 is all other glyphs: any will do


def _of_class(classes: Mapping[str, int], number: int) -> frozenset[str]:
    return frozenset(glyph for glyph, each in classes.items() if each == number)


def _named(*glyphs: str) -> Places:
    return tuple(frozenset((glyph,)) for glyph in glyphs)
