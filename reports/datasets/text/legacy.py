"""Find out which of the encodings that came before Unicode a text is in: the one in which it reads like text."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from charset_normalizer import from_bytes

from reports.datasets.text.likelihood import likelihood, words_of

_WEST = ("de", "fr", "es", "it", "pt", "nl", "sv", "da", "nb", "fi", "is", "ca")
_CENTRE = ("pl", "cs", "sk", "hu", "hr", "sl", "ro")
_BALTIC = ("lt", "lv", "et")
_CYRILLIC = ("ru", "uk", "bg", "sr")


@dataclass(frozen=True, slots=True)
class Legacy:
    """An encoding, the languages that it is made for, and how seldom files are in it."""

    name: str
    languages: Sequence[str]
    prior: float


# In the order in which the first of those that read a text alike is named.
LEGACY = (
    Legacy("cp1252", _WEST, 1.5),
    Legacy("cp1250", _CENTRE, -1),
    Legacy("cp1251", _CYRILLIC, -1),
    Legacy("gb18030", ("zh",), -1),
    Legacy("cp932", ("ja",), -1),
    Legacy("cp949", ("ko",), -1),
    Legacy("cp950", ("zh-Hant",), -1),
    Legacy("cp1253", ("el",), -1),
    Legacy("cp1254", ("tr", *_WEST), -1.5),
    Legacy("cp1255", ("he",), -1.5),
    Legacy("cp1256", ("ar", "fa"), -1.5),
    Legacy("cp1257", _BALTIC, -2),
    Legacy("cp874", ("th",), -1.5),
    Legacy("iso8859-15", _WEST, -1.5),
    Legacy("iso8859-2", _CENTRE, -2),
    Legacy("iso8859-7", ("el",), -2),
    Legacy("iso8859-5", _CYRILLIC, -4),
    Legacy("iso8859-6", ("ar",), -3),
    Legacy("iso8859-9", ("tr",), -2),
    Legacy("iso8859-13", _BALTIC, -3),
    Legacy("iso8859-16", ("ro",), -4),
    Legacy("cp850", _WEST, -2),
    Legacy("cp852", _CENTRE, -2.5),
    Legacy("cp866", _CYRILLIC, -2.5),
    Legacy("cp437", _WEST, -3),
    Legacy("cp857", ("tr",), -3.5),
    Legacy("cp775", _BALTIC, -3.5),
    Legacy("cp737", ("el",), -3.5),
    Legacy("koi8-r", ("ru",), -2.5),
    Legacy("koi8-u", ("uk",), -3),
    Legacy("mac-roman", _WEST, -2.5),
    Legacy("mac-latin2", _CENTRE, -6),
    Legacy("mac-cyrillic", _CYRILLIC, -6),
    Legacy("mac-greek", ("el",), -6),
    Legacy("mac-turkish", ("tr",), -6),
    Legacy("mac-iceland", ("is",), -6),
    Legacy("euc_jp", ("ja",), -2.5),
)

LONGEST_IN_SAMPLE = 2 * 1024
"""Bytes of a line, which is cut off there."""

_OF_LOCALE = 2.5
_OF_LIBRARY = 1.0
_MOST_WORDS = 400
# Letters of one text are not independent of one another: what speaks for an encoding is not to be counted in full.
_DAMPING = 1.5
_FOR_LIBRARY = 4_096


@dataclass(frozen=True, slots=True)
class Candidate:
    """An encoding in which a sample could be; the confidences of all candidates add up to one."""

    encoding: str
    confidence: float
    sample: str


def candidates(lines: Sequence[bytes], locale: str) -> list[Candidate]:
    """Return the encodings in which lines could be, the likeliest first; of those that read them alike, one."""
    language = locale.replace("_", "-").split("-")[0]
    opinions = _opinions(lines)
    readings: dict[str, tuple[float, str]] = {}
    for each in LEGACY:
        words = _words(lines, each.name)
        if words is None:
            continue
        score = likelihood(words, each.languages) + each.prior
        score += _OF_LOCALE * (language != "en" and language in (name[:2] for name in each.languages))
        score += _OF_LIBRARY * (each.name in opinions)
        known = readings.get(words)
        readings[words] = (score, each.name) if known is None else (max(score, known[0]), known[1])
    ranked = sorted(((score, name, words) for words, (score, name) in readings.items()), reverse=True)
    if not ranked:
        return []
    weights = [math.exp(max((score - ranked[0][0]) / _DAMPING, -50)) for score, _, _ in ranked]
    return [
        Candidate(name, weight / sum(weights), words)
        for (_, name, words), weight in zip(ranked, weights, strict=True)
    ]  # fmt: skip


def _words(lines: Iterable[bytes], encoding: str) -> str | None:
    """Return the words of lines that are not ASCII, or None if they are not in that encoding."""
    try:
        decode = codecs.getincrementaldecoder(encoding)
        # The end of a line that is long may be cut off.
        return words_of([decode().decode(line, len(line) < LONGEST_IN_SAMPLE) for line in lines], _MOST_WORDS)
    except UnicodeDecodeError:
        return None


def _opinions(lines: Sequence[bytes]) -> frozenset[str]:
    """Return what charset-normalizer takes for likely; of short texts it cannot be sure."""
    found = list(from_bytes(b"\n".join(lines)[:_FOR_LIBRARY]))[:3]
    return frozenset(codecs.lookup(each.encoding).name for each in found)
