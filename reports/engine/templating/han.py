"""Tell which language's shapes Han characters should have in a document whose own language has none."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OWN_LANGUAGE = re.compile(r"<html[^<>]*\slang=[\"']?(?:ja|ko|yue|zh)\b", re.IGNORECASE)
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U000323af]+")
_KANA = re.compile("[\u3041-\u30ff\uff66-\uff9f]")
_HANGUL = re.compile("[\u1100-\u11ff\u3131-\u318e\uac00-\ud7a3]")
_JAPANESE_LEVEL_1 = range(0x88, 0x99)
"""First bytes, in Shift JIS, of the 2,965 Han characters that are common in Japanese."""


def han_language(html: str, rows: Iterable[str] = ()) -> str | None:
    """Return ``zh-Hans``, ``zh-Hant`` or ``ko`` where a document and its first rows look like that; else None.

    None means the shapes of the document's own language, if that has Han characters, else Japanese ones.
    """
    if _OWN_LANGUAGE.search(html):
        return None
    text = "".join((html, *rows))
    found = set("".join(_HAN.findall(text)))
    if not found or _KANA.search(text):
        return None
    if _HANGUL.search(text):
        return "ko"
    chinese = [character for character in found if not _is_common_in_japanese(character)]
    simplified = sum(_is_in("gb2312", character) and not _is_in("big5", character) for character in chinese)
    traditional = sum(_is_in("big5", character) and not _is_in("gb2312", character) for character in chinese)
    if simplified == traditional:
        return None
    return "zh-Hans" if simplified > traditional else "zh-Hant"


def _is_common_in_japanese(character: str) -> bool:
    return character.encode("shift_jis", "ignore")[:1] in (bytes((first,)) for first in _JAPANESE_LEVEL_1)


def _is_in(encoding: str, character: str) -> bool:
    return bool(character.encode(encoding, "ignore"))
