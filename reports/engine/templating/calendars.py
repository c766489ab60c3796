"""Write dates in the calendar that a locale's people use, where that is not the Gregorian one.

Babel knows the Gregorian calendar alone. CLDR names others for three regions: Buddhist years in Thailand, and the Solar
Hijri calendar in Iran and Afghanistan. The names of its months are CLDR's.
"""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from babel.dates import DateTimeFormat

from reports.locale_data import Locale

_SOLAR_HIJRI_MONTHS = {
    "fa_IR": "فروردین اردیبهشت خرداد تیر مرداد شهریور مهر آبان آذر دی بهمن اسفند",
    "fa_AF": "حمل ثور جوزا سرطان اسد سنبله میزان عقرب قوس جدی دلو حوت",
    "ps_AF": "وری غویی غبرګولی چنګاښ زمری وږی تله لړم لیندۍ مرغومی سلواغه کب",
}
_USUAL_TERRITORY = {"fa": "IR", "ps": "AF"}
_FIRST_DAY = 226_895
"""The first day of that calendar, counted as ``date.toordinal`` does."""


class SolarHijriDate(NamedTuple):
    """A day of the calendar of Iran and Afghanistan."""

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, day: date) -> SolarHijriDate:
        """Convert a Gregorian date. Right from 1799 to 2122, by the cycle of 33 years that ICU takes, too."""
        passed = day.toordinal() - _FIRST_DAY
        year = 1 + (33 * passed + 3) // 12_053
        rest = passed - 365 * (year - 1) - (8 * year + 21) // 33
        if rest < 186:
            return cls(year, rest // 31 + 1, rest % 31 + 1)
        return cls(year, (rest - 186) // 30 + 7, (rest - 186) % 30 + 1)


class _Buddhist(DateTimeFormat):
    """The fields of a date with years since the Buddha's death, by which Thailand counts."""

    def format_year(self, char: str, num: int) -> str:  # noqa: ARG002, as Babel calls it
        return _year(self.format(self.extract("y") + 543, num), num)

    def format_era(self, char: str, num: int) -> str:  # noqa: ARG002, as Babel calls it
        return "พ.ศ."


class _SolarHijri(DateTimeFormat):
    """The fields of a date in the calendar of Iran and Afghanistan; its weekdays are ours."""

    def __getitem__(self, name: str) -> str:
        return self.format(self._date.day, len(name)) if name[0] == "d" else super().__getitem__(name)

    @property
    def _date(self) -> SolarHijriDate:
        return SolarHijriDate.of(date(*map(self.extract, "yMd")))

    def format_year(self, char: str, num: int) -> str:  # noqa: ARG002, as Babel calls it
        return _year(self.format(self._date.year, num), num)

    def format_month(self, char: str, num: int) -> str:  # noqa: ARG002, as Babel calls it
        month = self._date.month
        names = _SOLAR_HIJRI_MONTHS[_place(self.locale)].split()
        return self.format(month, num) if num <= 2 else names[month - 1]

    def format_era(self, char: str, num: int) -> str:  # noqa: ARG002, as Babel calls it
        return "ه‍.ش."


def calendar_of(locale: Locale) -> type[DateTimeFormat]:
    """Return the class that writes the fields of a locale's dates."""
    if locale.language == "th":
        return _Buddhist
    return _SolarHijri if _place(locale) in _SOLAR_HIJRI_MONTHS else DateTimeFormat


def _place(locale: Locale) -> str:
    return f"{locale.language}_{locale.territory or _USUAL_TERRITORY.get(locale.language, '')}"


def _year(text: str, length: int) -> str:
    return text[-2:] if length == 2 else text
