"""The characters that our fonts have: those of scripts that people write, and all that CLDR writes for a locale."""

from __future__ import annotations

import hashlib
import pickle
import re
import unicodedata
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from babel import Locale, localedata
from fontTools.ttLib import TTFont

from reports.engine.templating.cldr import digits_of, numbering_of
from reports.engine.templating.rows_tag import PRINTED
from reports.engine.weasy import fonts
from reports.engine.weasy.fonts import BUNDLED_FONTS, FALLBACKS, font_files, font_folders
from tools.boxes_font import CODES, FILE

TEXTS = {
    "Japanese": "領収書 ひらがな カタカナ ｶﾀｶﾅ 〒㈱㎡￥々〆",
    "Han beyond the first plane": "𠮷𩸽",
    "simplified Chinese": "发票 金额 税率 ￥",
    "traditional Chinese": "發票 金額 臺灣 香港嘅",
    "Korean": "세금계산서 합계 ₩ ㈜",
    "Thai": "ใบกำกับภาษี ฿ ๑๒๓",
    "Devanagari": "चालान कुल राशि ₹ १२३",
    "Bengali": "চালান মোট ৳ ১২৩",
    "Tamil": "விலைப்பட்டியல் ௧௨",
    "Telugu": "ఇన్వాయిస్ మొత్తం",
    "Kannada": "ಸರಕುಪಟ್ಟಿ ಒಟ್ಟು",
    "Malayalam": "ഇൻവോയ്സ് ആകെ",
    "Gujarati": "ઇન્વૉઇસ કુલ ૱",
    "Gurmukhi": "ਚਲਾਨ ਕੁੱਲ",
    "Odia": "ଚାଲାଣ ମୋଟ",
    "Sinhala": "ඉන්වොයිසිය එකතුව",
    "Khmer": "វិក្កយបត្រ សរុប ៛",
    "Lao": "ໃບເກັບເງິນ ₭",
    "Burmese": "ငွေတောင်းခံလွှာ ၁၂",
    "Georgian": "ინვოისი ჯამი ₾",
    "Armenian": "հաշիվ ընդամենը ֏",
    "Amharic": "የክፍያ መጠየቂያ ብር",
    "Tibetan": "དངུལ་རྩིས",
    "Arabic, Persian, Urdu": "فاتورة صورت‌حساب رسید ﷼ ۱۲۳ ١٢٣",
    "Hebrew": "חשבונית ₪",
    "emoji": "😀👍🏽🇩🇪❤️⚠️🎉✅❌⭐1️⃣",
    "boxes and ticks": "☐☑☒✓✔✗✘",
    "ligatures and signs": "ﬁﬂﬀﬃ①℃№±×÷≈≠≤≥∑√∞∼∈°′″½⅔",
    "currencies": "€£¥₣₤₦₨₩₪₫₮₱₲₴₵₸₹₺₼₽₾₿",
}


_SELECTORS = frozenset(map(chr, range(0xFE00, 0xFE10)))  # of a text's or a picture's look


@cache
def characters() -> frozenset[str]:
    found: set[int] = set()
    for file in font_files(font_folders()):
        if file == FILE:
            continue
        with TTFont(file, lazy=True) as font:
            found |= font.getBestCmap().keys()
    return frozenset(map(chr, found))


def missing(text: str) -> set[str]:
    """Return what of a text no font has, but for characters that are never seen."""
    unseen = {character for character in text if unicodedata.category(character) == "Cf" or character in _SELECTORS}
    return set(text) - unseen - characters()


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_has_its_glyphs(name: str) -> None:
    assert missing(TEXTS[name]) == set()


def test_every_locale_has_glyphs_for_what_it_writes() -> None:
    lacking = {
        name: sorted(lacks)
        for name in localedata.locale_identifiers()
        if (lacks := missing("".join(_written(_own_data(name)))))
    }

    assert len(localedata.locale_identifiers()) > 1_000
    assert lacking == {}


_OF_REPORTS = (
    *("months", "days", "quarters", "day_periods", "eras", "date_fields", "date_formats", "time_formats"),
    *("datetime_formats", "decimal_formats", "currency_formats", "percent_formats", "number_symbols"),
    *("currency_symbols", "unit_patterns"),
)


def _own_data(name: str) -> dict[str, Any]:
    """Read what a locale does not inherit. Babel's own function would keep it, and take it for all that there is."""
    data: dict[str, Any] = pickle.loads(Path(localedata.resolve_locale_filename(name)).read_bytes())
    return data


def _written(data: dict[str, Any]) -> Iterator[str]:
    for key in _OF_REPORTS:
        yield from _texts(data.get(key))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, str):
        yield value
    elif hasattr(value, "pattern"):
        yield value.pattern


def test_the_digits_that_locales_count_with_have_glyphs() -> None:
    locales = map(Locale.parse, localedata.locale_identifiers())

    digits = {digit for locale in locales for digit in digits_of(numbering_of(locale)).values()}

    assert len(digits) == 12 * 10
    assert missing("".join(digits)) == set()


def test_what_no_font_has_is_a_box() -> None:
    with TTFont(FILE, lazy=True) as font:
        boxes = frozenset(map(chr, font.getBestCmap()))

    lacking = set(map(chr, CODES)) - characters()
    assert {code for code in lacking if not code.isspace()} == {box for box in boxes if not box.isspace()}
    assert not [code for code in range(CODES[-1] + 1, 0x110000) if not _is_printed_otherwise(code)]


def _is_printed_otherwise(code: int) -> bool:
    """Tell whether a character is U+FFFD, or never seen: a tag or a selector."""
    return not re.match(f"[{PRINTED}]", chr(code)) or 0xE0000 <= code < 0xE1000


def test_every_family_has_its_place_among_the_fallbacks() -> None:
    """One that is not listed would come after the boxes."""
    families = set()
    for file in font_files(font_folders()):
        with TTFont(file, lazy=True) as font:
            families.add(font["name"].getBestFamilyName())

    assert families == {*FALLBACKS, "Inter Display"}


def test_the_fonts_are_those_that_the_readme_lists() -> None:
    listed = dict(
        reversed(line.split())
        for line in re.findall(r"^[0-9a-f]{64}  \S+$", (BUNDLED_FONTS / "README.md").read_text("utf-8"), re.MULTILINE)
    )

    files = BUNDLED_FONTS.glob("*.ttf")

    assert listed == {file.name: hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def test_a_font_package_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "PACKAGES", ("noto_nowhere",))

    with pytest.raises(FileNotFoundError, match="noto_nowhere, which holds a font, is missing. Run `make setup`"):
        font_folders()
