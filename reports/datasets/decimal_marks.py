"""The marks that the languages of the world write before decimals."""

from __future__ import annotations

from reports.datasets.word_sets import words_in

# Languages and territories that write a point; all others write a comma.
_POINT_LANGUAGES = words_in("en ja zh ko th he hi bn ta te mr gu kn ml pa ur fil ms sw my ga cy")
_POINT_TERRITORIES = words_in("US GB IE AU NZ MX CH LI IN GT HN SV NI PA DO PE PR SG HK PH")
_COMMA_TERRITORIES = frozenset(("ZA", "AT", "DE"))
_TERRITORY_LETTERS = 2


def language_and_territory(locale: str) -> tuple[str, str]:
    """Return the language and the territory of a tag such as ``de-AT``; no territory is ``""``."""
    language, *others = locale.replace("_", "-").split("-")
    return language.lower(), next((part.upper() for part in others if len(part) == _TERRITORY_LETTERS), "")


def decimal_mark(locale: str) -> str:
    """Return ``.`` or ``,``."""
    language, territory = language_and_territory(locale)
    has_point = territory in _POINT_TERRITORIES or (
        language in _POINT_LANGUAGES and territory not in _COMMA_TERRITORIES
    )
    return "." if has_point else ","
