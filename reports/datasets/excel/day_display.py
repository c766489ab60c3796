"""Write days and times as Excel shows them, for cells whose format says more than a column's form can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from reports.datasets.excel.number_tokens import Part, Token

_NOON = 12
_LEAP_DAY = 60
"""The number of 29 February 1900, a day that there is for Excel only."""

FIRST_YEAR = 1900

# The languages of Windows (MS-LCID), by the lower ten bits of their numbers.
_LANGUAGES = {
    **{0x01: "ar", 0x02: "bg", 0x03: "ca", 0x04: "zh", 0x05: "cs", 0x06: "da", 0x07: "de", 0x08: "el", 0x09: "en"},
    **{0x0A: "es", 0x0B: "fi", 0x0C: "fr", 0x0D: "he", 0x0E: "hu", 0x0F: "is", 0x10: "it", 0x11: "ja", 0x12: "ko"},
    **{0x13: "nl", 0x14: "nb", 0x15: "pl", 0x16: "pt", 0x18: "ro", 0x19: "ru", 0x1A: "hr", 0x1B: "sk", 0x1D: "sv"},
    **{0x1E: "th", 0x1F: "tr", 0x21: "id", 0x22: "uk", 0x24: "sl", 0x25: "et", 0x26: "lv", 0x27: "lt", 0x29: "fa"},
    **{0x2A: "vi", 0x39: "hi"},
}
_SYSTEM = (0xF400, 0xF800)
"""What stands for the user's own language."""


@dataclass(frozen=True, slots=True)
class Calendar:
    """The days that a workbook counts from, and the language of their names where a format says none."""

    from_1904: bool = False
    language: str = "en"

    def moment(self, days: float, *, to: int = 1000) -> datetime | None:
        """Return the moment of a number of days, to so many milliseconds; None for one that no calendar has."""
        # Excel takes 1900 for a leap year, so its days before that 29 February are one off.
        off = 0 if self.from_1904 or days >= _LEAP_DAY + 1 else 1
        zero = datetime(1904, 1, 1) if self.from_1904 else datetime(1899, 12, 30)  # noqa: DTZ001, Excel knows no zones
        if days < 0 or (off and days >= _LEAP_DAY and not self.from_1904):
            return None
        with suppress(OverflowError, ValueError):
            return zero + timedelta(days=off, milliseconds=round(days * 86_400_000 / to) * to)
        return None


def shown_day(days: float, section: Sequence[Token], calendar: Calendar, language: str) -> str:
    """Return a number of days as a format's section shows it; ``""`` where Excel shows nothing but number signs."""
    codes = [text for part, text in section if part is Part.DATE]
    has_elapsed = any(part is Part.ELAPSED for part, _ in section)
    places = next((len(code) for code in codes if code.startswith("f")), 0)
    thousandths = 10 ** max(3 - places, 0)
    moment = calendar.moment(abs(days) if has_elapsed else days, to=thousandths)
    if moment is None:
        return "1900-02-29" if not calendar.from_1904 and int(days) == _LEAP_DAY else ""
    is_halved = any(part is Part.HALF_DAY for part, _ in section)
    seconds = round(abs(days) * 86_400_000 / thousandths) * thousandths // 1000
    names = _names(_language(language) or calendar.language, has_day=any(code[0] == "d" for code in codes))
    fields = _fields(moment, is_halved=is_halved)
    text = "".join(
        _shown_code(code, moment, fields, names) if part is Part.DATE
        else _shown_elapsed(code, seconds) if part is Part.ELAPSED
        else ("AM" if moment.hour < _NOON else "PM")[: 1 if code == "a/p" else 2] if part is Part.HALF_DAY
        else {Part.LITERAL: code, Part.SLASH: "/", Part.POINT: ".", Part.COMMA: ","}.get(part, "")
        for part, code in section
    )  # fmt: skip
    return ("-" if days < 0 and has_elapsed else "") + text.strip()


def _shown_elapsed(code: str, seconds: int) -> str:
    return f"{seconds // {'h': 3600, 'm': 60, 's': 1}[code[0]]:0{len(code)}d}"


def _fields(moment: datetime, *, is_halved: bool) -> Mapping[str, int]:
    # What is less than a day is of 0 January 1900.
    year, month, day = (1900, 1, 0) if moment.year < FIRST_YEAR else (moment.year, moment.month, moment.day)
    hour = (moment.hour + 11) % 12 + 1 if is_halved else moment.hour
    return {"y": year, "M": month, "d": day, "h": hour, "n": moment.minute, "s": moment.second}


def _shown_code(code: str, moment: datetime, fields: Mapping[str, int], names: Mapping[str, Sequence[str]]) -> str:
    letter, width = code[0], len(code)
    if letter == "y":
        return f"{fields['y']:04d}" if width > len("yy") else f"{fields['y'] % 100:02d}"
    if letter == "M" and width > len("MM"):
        name = names["M" if width > len("MMM") else "MMM"][fields["M"] - 1]
        return name[0] if width == len("MMMMM") else name
    if letter == "E":
        return names["E" if width > len("EEE") else "EEE"][moment.weekday()]
    if letter == "f":
        return f".{moment.microsecond // 1000:03d}"[: 1 + width]
    return f"{fields[letter]:0{min(width, 2)}d}" if letter in fields else ""


def _language(said: str) -> str:
    """Return the language of what a format says: ``407`` or ``de-DE``; ``""`` if it says none."""
    if not said or (said[0].isalpha() and "-" in said):
        return said.partition("-")[0].lower()
    try:
        number = int(said.partition(",")[0][-4:], 16)
    except ValueError:
        return ""
    return "" if number in _SYSTEM else _LANGUAGES.get(number & 0x3FF, "")


@cache
def _names(language: str, *, has_day: bool) -> Mapping[str, Sequence[str]]:
    """Return names of months and of days of the week, whole and short."""
    # Few workbooks need them.
    from reports.locale_data import Locale, UnknownLocaleError

    try:
        locale = Locale(language)
    except (UnknownLocaleError, ValueError):
        locale = Locale("en")
    context = "format" if has_day else "stand-alone"
    months, days = locale.months[context], locale.days["stand-alone"]
    return {
        "M": [months["wide"][number] for number in range(1, 13)],
        "MMM": [months["abbreviated"][number] for number in range(1, 13)],
        "E": [days["wide"][number] for number in range(7)],
        "EEE": [days["abbreviated"][number] for number in range(7)],
    }
