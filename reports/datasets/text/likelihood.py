"""Measure how likely a text is one that people wrote: by its letters, and by what stands beside them."""

from __future__ import annotations

import json
import math
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

# No other space: in a reading that is wrong, any letter may look like one.
_BETWEEN_WORDS = re.compile("[ \t\r\n;,|]")
# Signs that tables have besides letters, and that most encodings have in common.
_USUAL_SIGNS = frozenset("“”‘’„‚«»‹›–—…•·€£¥§°©®™²³±×½¼¾µ¿¡ªº\u00a0№、。「」・（）：，！？％")
_NOT_BEFORE_WORDS = frozenset("®©™¹²³¼½¾±¶¬¦¨´¸")
_USUAL_SIGN, _STRANGE_SIGN, _NO_SIGN = -4.5, -9.0, -16.0
_RARE_LETTER, _FOREIGN_LETTER = -6.2, -9.0
_COMMON_OF_THOUSANDS, _ONE_OF_THOUSANDS, _RARE_OF_THOUSANDS = -5.8, -8.6, -11.5
_KANA, _HALF_KANA = -4.2, -8.0
# What is against a capital alone, and against a reading of two letters that stand side by side.
_ALONE = -2.5
_OTHER_SCRIPT, _SIGN_IN_WORD, _CAPITAL_IN_WORD, _TWO_ACCENTS, _BESIDE_DIGIT = -7.0, -4.5, -4.0, -1.5, -3.0
# What is for one: a currency beside its amount.
_CURRENCY = 2.0
_VOWELS = frozenset("aeiouyáéíóúüö")


def likelihood(text: str, languages: Sequence[str]) -> float:
    """Return the logarithm of a likelihood, to be compared with that of another reading of the same bytes.

    ``languages`` are those for which its encoding is made; the one that fits best counts, or all of them together.
    """
    counts = Counter(sign.lower() for sign in text if sign > "\x7f")
    # Together they fit anything, so that this is the less likely story.
    of_letters = max([*(_letters(counts, [each]) for each in languages), _letters(counts, languages) - 1])
    return of_letters + _neighbours(text)


def _letters(counts: Mapping[str, int], languages: Sequence[str]) -> float:
    return sum(count * _of_sign(sign, languages) for sign, count in counts.items())


def _of_sign(sign: str, languages: Sequence[str]) -> float:
    table = _table()
    shares = [table["letters"][each].get(sign, 0) for each in languages if each in table["letters"]]
    if any(shares):
        return math.log(sum(shares) / len(shares))
    if not sign[0].isalpha():
        if sign in _USUAL_SIGNS:
            return _USUAL_SIGN
        return _NO_SIGN if unicodedata.category(sign[0]) in ("Cc", "Cn", "Co", "Cs") else _STRANGE_SIGN
    return max(_of_thousands(sign[0], each) for each in languages)


def _of_thousands(sign: str, language: str) -> float:
    if sign in _table()["signs"].get(language, ()):
        return _COMMON_OF_THOUSANDS
    if language == "ja" and "\u3040" <= sign <= "\u30ff":
        return _KANA
    if language == "ja" and "\uff61" <= sign <= "\uff9f":
        return _HALF_KANA
    if language == "ko" and "\uac00" <= sign <= "\ud7a3":
        return _ONE_OF_THOUSANDS if _is_of_first_level(sign, language) else _RARE_OF_THOUSANDS
    if language in ("zh", "zh-Hant", "ja") and "\u4e00" <= sign <= "\u9fff":
        return _ONE_OF_THOUSANDS if _is_of_first_level(sign, language) else _RARE_OF_THOUSANDS
    if language in _table()["letters"]:
        return _RARE_LETTER if _script(sign) == _script(next(iter(_table()["letters"][language]))) else _FOREIGN_LETTER
    return _RARE_OF_THOUSANDS


# Where each standard puts the signs that it holds for common ones: in the first bytes of its rows.
_FIRST_LEVEL = {
    "zh": ("gb2312", 0xB0, 0xD7),
    "zh-Hant": ("big5", 0xA4, 0xC6),
    "ja": ("shift_jis", 0x88, 0x97),
    "ko": ("euc_kr", 0xB0, 0xC8),
}


def _is_of_first_level(sign: str, language: str) -> bool:
    encoding, first, last = _FIRST_LEVEL[language]
    try:
        return first <= sign.encode(encoding)[0] <= last
    except UnicodeEncodeError:
        return False


def _neighbours(text: str) -> float:
    """Return what is against a text: mixed scripts, signs and capitals within words."""
    found = 0.0
    around = f" {text} "
    for before, sign, after in zip(around, around[1:], around[2:], strict=False):
        if sign > "\x7f":
            found += _beside(before, sign, after)
        elif before > "\x7f" and sign.isalpha() and before.isalpha():
            found += _two_letters(before, sign)
    return found


def _beside(before: str, sign: str, after: str) -> float:
    if not sign.isalpha():
        if sign in "€£¥¤§" and after.isalpha():
            return _SIGN_IN_WORD
        if sign in "€£¥" and (before.isdigit() or after.isdigit() or before in " (["):
            return _CURRENCY
        is_stuck = sign in _NOT_BEFORE_WORDS and after.islower()
        return _SIGN_IN_WORD if is_stuck or _is_sign_in_word(before, sign, after) else 0.0
    found = _two_letters(before, sign) if before.isalpha() else 0.0
    if _script(sign) != "CJK" and (before.isdigit() or after.isdigit()):
        found += _BESIDE_DIGIT
    if sign.isupper() and not (before.isalnum() or after.isalnum()):
        found += _ALONE
    if sign.isupper() and before.isupper() and after.islower():
        found += _CAPITAL_IN_WORD / 2
    if sign in "ñÑ" and after.isalpha() and after.lower() not in _VOWELS:
        found += _CAPITAL_IN_WORD
    return found


def _two_letters(first: str, second: str) -> float:
    if _script(first) != _script(second):
        return _OTHER_SCRIPT
    if first.islower() and second.isupper():
        return _CAPITAL_IN_WORD
    if first > "\x7f" and second > "\x7f" and _script(first) == "LATIN":
        return _TWO_ACCENTS
    return 0.0


def _is_sign_in_word(before: str, sign: str, after: str) -> bool:
    is_sign = not sign.isalpha() and not unicodedata.category(sign).startswith("M") and sign not in "’‘·\u00ad"
    return is_sign and before.isalpha() and after.isalpha() and _script(before) == _script(after) == "LATIN"


@cache
def _script(letter: str) -> str:
    """Return the first word of a letter's name, which says its script; what is written together counts as one."""
    script = unicodedata.name(letter, "NONE").split(" ", 1)[0]
    return (
        "CJK" if script in ("HIRAGANA", "KATAKANA", "KATAKANA-HIRAGANA", "CJK", "HALFWIDTH", "IDEOGRAPHIC") else script
    )


@cache
def _table() -> Mapping[str, Any]:
    table: dict[str, Any] = json.loads(Path(__file__).with_name("letters.json").read_text("utf-8"))
    table["signs"] = {language: frozenset("".join(lines)) for language, lines in table["signs"].items()}
    return table


def words_of(lines: Iterable[str], most: int) -> str:
    """Return the different words of lines that are not ASCII, one after another, with what stands beside them."""
    seen: dict[str, None] = {}
    for line in lines:
        for part in _BETWEEN_WORDS.split(line):
            if not part.isascii():
                seen[part] = None
        if len(seen) >= most:
            break
    return " ".join(list(seen)[:most])
