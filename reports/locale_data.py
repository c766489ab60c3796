"""Give out the locales of Babel, whose data are kept apart from each other.

Babel shares what a locale inherits with all others, and writes what an alias stands for into that: after a report in
Chinese, the same process had Chinese names of months in reports in Spanish. So modules that need a locale take it from
here.
"""

from __future__ import annotations

from typing import Any

from babel import Locale as Locale
from babel import UnknownLocaleError as UnknownLocaleError
from babel.localedata import Alias, LocaleDataDict, merge


def _resolved(self: LocaleDataDict, key: Any) -> Any:
    """Return what a key stands for in this locale, and remember it here instead of in the data that others share."""
    known: dict[Any, Any] = self.__dict__.setdefault("_known", {})
    if key not in known:
        value = self._data[key]
        if isinstance(value, Alias):
            value = _meant(value, {}, self.base)
        elif isinstance(value, tuple):
            alias, others = value
            value = _meant(alias, others, self.base)
        known[key] = LocaleDataDict(value, base=self.base) if isinstance(value, dict) else value
    return known[key]


def _meant(alias: Alias, others: dict[Any, Any], base: Any) -> Any:
    """Return what an alias leads to, with what a locale has of its own beside it."""
    # Babel's own way leads past what a locale has beside another alias: to French "février" instead of "févr.".
    found: Any = LocaleDataDict(base)
    for key in alias.keys:
        found = found[key]
    if isinstance(found, LocaleDataDict):
        found = dict(found._data)
        merge(found, others)
    return found


LocaleDataDict.__getitem__ = _resolved  # type: ignore[method-assign]
