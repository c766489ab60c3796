"""Do for numbers what CLDR says and Babel does not: a locale's own digits, and space beside a currency in letters."""

from __future__ import annotations

from unicodedata import category

from reports.locale_data import Locale

NO_BREAK_SPACE = "\u00a0"
LATIN = "latn"
_ZEROS = {
    **{"arab": 0x660, "arabext": 0x6F0, "nkoo": 0x7C0, "deva": 0x966, "beng": 0x9E6, "tibt": 0xF20, "mymr": 0x1040},
    **{"olck": 0x1C50, "mtei": 0xABF0, "cakm": 0x11136, "hmnp": 0x1E140, "adlm": 0x1E950},
}
"""The digit zero of each numbering system that CLDR takes for a locale's own; its other digits follow."""

_COUNTER_STYLES = {
    **{"arab": "arabic-indic", "arabext": "persian", "deva": "devanagari", "beng": "bengali", "tibt": "tibetan"},
    "mymr": "myanmar",
}


def numbering_of(locale: Locale) -> str:
    """Return the numbering system that a locale's numbers are written in."""
    system = str(locale.default_numbering_system)
    return system if system in _ZEROS else LATIN


def digits_of(numbering: str) -> dict[int, str]:
    """Return a table that ``str.translate`` turns 0 to 9 into a system's digits with; empty when they are these."""
    zero = _ZEROS.get(numbering)
    return {} if zero is None else {ord("0") + number: chr(zero + number) for number in range(10)}


def counter_style_of(numbering: str) -> str:
    """Return the CSS counter style of a numbering system; that of 0 to 9 where CSS has none for it."""
    return _COUNTER_STYLES.get(numbering, "decimal")


def spaced(text: str, symbol: str) -> str:
    """Keep the currency's symbol in an amount apart from digits, if it is written in letters: ``CHF 5``, but ``€5``."""
    before, found, after = text.partition(symbol)
    if found and after[:1].isdigit() and not _is_sign(symbol[-1]):
        found += NO_BREAK_SPACE
    if found and before[-1:].isdigit() and not _is_sign(symbol[0]):
        before += NO_BREAK_SPACE
    return f"{before}{found}{after}"


def _is_sign(character: str) -> bool:
    return category(character)[0] in "SZ"
