"""Read in a document's style sheets what decides which rows, and which pages, look the same."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree.ElementTree import Element

from reports.engine.weasy.errors import UnsupportedTableError
from reports.engine.weasy.style_sheets import imported_addresses

_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|\[[^\]]*\]', re.DOTALL)
_NTH = re.compile(
    r"(?<![^\s>+~,(){}])([^\s>+~,(){}]*):nth-(child|of-type|last-child|last-of-type)\(([^)]*)\)", re.IGNORECASE
)
_STEP = re.compile(r"([+-]?\d*)n", re.IGNORECASE)
_OFFSET = re.compile(r"[+-]?\d+$")
_SIDED_PAGE = re.compile(r"@page[^{]*:(left|right|blank)\b", re.IGNORECASE)
_READS_STYLE = re.compile(r"\[\s*style\b|attr\(\s*style\b", re.IGNORECASE)
_START_STRING = re.compile(r"string\([^)]*,\s*start\b", re.IGNORECASE)
_NUMBERED_PAGE = re.compile(r"@page[^{]*:nth\(", re.IGNORECASE)
_PRELUDE = re.compile(r"[^{};]+(?=\{)")
_SIBLINGS = re.compile(r"([^\s>+~,()]*)\s*([+~])\s*(?=([^\s>+~,()]*))")
_TYPE = re.compile(r"[a-z][\w-]*", re.IGNORECASE)
_CELLS = {"td", "th"}
_LONGEST_PERIOD = 12


@dataclass(frozen=True, slots=True)
class StyleFacts:
    """How the style of rows varies: after how many rows ``:nth-child(2n)`` and its like repeat; if left pages differ.

    ``reads_links``: what a row looks like may depend on the targets of links; ``reads_emptiness``: on empty elements;
    ``reads_cells_beside``: a cell may depend on those before it; ``reads_rows_above``: a row on the one above;
    ``reads_styles``: what a row looks like may depend on how its inline styles are written; ``reads_start_strings``:
    running lines show what the first element of a page sets; ``special_rows``: so many rows at the beginning of a table
    may look different from all others.
    """

    row_period: int
    has_sides: bool
    reads_links: bool = False
    reads_emptiness: bool = False
    reads_cells_beside: bool = False
    reads_rows_above: bool = False
    reads_styles: bool = False
    reads_start_strings: bool = False
    special_rows: int = 1

    def phase(self, number: int) -> int:
        """Return a row's place in the table: the same for all rows that selectors which count do not tell apart."""
        return min(number, self.special_rows + (number - self.special_rows) % self.row_period)

    def hidden_rows(self, number: int, at: int) -> int:
        """Return how many rows to hide after ``at`` others, so that the next one looks like the one with a number."""
        hidden = (number - at) % self.row_period
        short = min(number, self.special_rows) - at - hidden
        return hidden + max(0, math.ceil(short / self.row_period)) * self.row_period


def style_facts(style_sheet: Path, document: Element) -> StyleFacts:
    """Read a template's style sheet, what it imports, and the document's own style elements.

    Raises UnsupportedTableError for selectors by which a row looks different for what stands far away from it.
    """
    period, special_rows, has_sides, reads_links, reads_emptiness = 1, 1, False, False, False
    reads_cells_beside, reads_rows_above, reads_styles, reads_start_strings = False, False, False, False
    for text in _texts(style_sheet, document):
        text = _COMMENT.sub(" ", text)
        reads_links = reads_links or "href" in text.lower()
        reads_styles = reads_styles or _READS_STYLE.search(text) is not None
        reads_start_strings = reads_start_strings or _START_STRING.search(text) is not None
        selectors = _QUOTED.sub('""', text)
        reads_emptiness = reads_emptiness or ":empty" in selectors.lower()
        siblings = set(_siblings(selectors))
        if ":has(" in selectors.lower() or "~" in {sign for sign, kind in siblings if kind != "cell"}:
            raise UnsupportedTableError("its style has selectors with :has() or ~")
        kinds = {kind for _, kind in siblings}
        if _looks_far_up(selectors):
            raise UnsupportedTableError("its style looks at rows further up than the one above")
        reads_cells_beside = reads_cells_beside or not kinds.isdisjoint(("cell", "any"))
        reads_rows_above = reads_rows_above or not kinds.isdisjoint(("row", "any"))
        if _NUMBERED_PAGE.search(selectors):
            raise UnsupportedTableError("its style has pages with numbers")
        has_sides = has_sides or _SIDED_PAGE.search(selectors) is not None
        for compound, kind, formula in _NTH.findall(selectors):
            step, offset = (0, 1) if _is_of_cells(compound) else (_step(formula), _offset(formula))
            if kind.lower().startswith("last") and (step > 0 or offset > 1):
                raise UnsupportedTableError("its style counts elements from the end")
            period = math.lcm(period, max(1, step))
            special_rows = max(special_rows, offset)
    # A row that is special may make the one below it special, too.
    special_rows += int(reads_rows_above)
    if period > _LONGEST_PERIOD:
        raise UnsupportedTableError("its style repeats only after very many rows")
    return StyleFacts(
        row_period=period,
        has_sides=has_sides,
        reads_links=reads_links,
        reads_emptiness=reads_emptiness,
        reads_cells_beside=reads_cells_beside,
        reads_rows_above=reads_rows_above,
        reads_styles=reads_styles,
        reads_start_strings=reads_start_strings,
        special_rows=special_rows,
    )


def _siblings(selectors: str) -> Iterator[tuple[str, str]]:
    """Yield the combinators ``+`` and ``~``, each with what it may stand between: a "row", a "cell", or "any"."""
    for prelude in _PRELUDE.findall(selectors):
        for before, sign, after in _SIBLINGS.findall(_NTH.sub(r"\1", prelude)):
            types = {found[0].lower() for compound in (before, after) if (found := _TYPE.match(compound))}
            if not types:
                yield sign, "any"
            elif types & _CELLS:
                yield sign, "cell"
            elif "tr" in types:
                yield sign, "row"


def _looks_far_up(selectors: str) -> bool:
    """Tell whether one selector has several ``+`` between rows, so that a row depends on those above its neighbour."""
    complex_selectors = (each for prelude in _PRELUDE.findall(selectors) for each in prelude.split(","))
    return any(sum(kind != "cell" for _, kind in _siblings(f"{each}{{")) > 1 for each in complex_selectors)


def _step(formula: str) -> int:
    """Return the a of an + b."""
    word = formula.strip().lower()
    if word in ("odd", "even"):
        return 2
    found = _STEP.match(word)
    if found is None:
        return 0
    return abs(int(found[1])) if found[1].strip("+-") else 1


def _is_of_cells(compound: str) -> bool:
    found = _TYPE.match(compound)
    return found is not None and found[0].lower() in _CELLS


def _offset(formula: str) -> int:
    """Return the b of an + b: from there on, ``:nth-child()`` repeats."""
    found = _OFFSET.search("".join(formula.partition(" of ")[0].split()))
    return int(found[0]) if found else 0


def _texts(style_sheet: Path, document: Element) -> Iterator[str]:
    yield from _with_imports(style_sheet, set())
    for element in document.iter("style"):
        yield element.text or ""


def _with_imports(path: Path, seen: set[Path]) -> Iterator[str]:
    path = path.resolve()
    if path in seen or not path.is_file():
        return
    seen.add(path)
    text = path.read_text("utf-8")
    yield text
    for address in imported_addresses(text):
        yield from _with_imports(path.parent / address, seen)
