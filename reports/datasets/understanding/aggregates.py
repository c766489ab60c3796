"""Find rows that contain others by what they are called: the world among countries, ``of which``, lines of a form."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Any

from reports.datasets.blocks import Block
from reports.datasets.understanding.companions import Doubt
from reports.datasets.understanding.naming import counts_things, words_of
from reports.datasets.understanding.summing import decimals_with_gaps
from reports.datasets.understanding.words import may_name_a_part
from reports.datasets.word_sets import phrases_in, words_in

_ALL = re.compile(r"all|alle|tous|toutes|todos|todas|tutti|overall|全体|全国|所有", re.IGNORECASE)
_WORLD = re.compile(r"world|world total|whole world|welt|monde|mundo|mondo|wereld|świat|мир|全世界|世界", re.IGNORECASE)
# Groups of countries, as statistical offices name them.
_GROUPS = re.compile(
    r"eu-?[0-9]{2}(?:_[0-9]{4})?|ea-?[0-9]{2}|euro ?(?:area|zone)(?: .{1,40}+)?|euroraum|european union(?: .{1,40}+)?|"
    r"arab world|oecd(?: .{1,40}+)?|g7|g20|brics|(?:high|low|middle|upper.middle|lower.middle|low & middle)[ -]income"
    r".{0,20}+|(?:ida|ibrd)(?: .{1,40}+)?|(?:early|late|pre|post)-demographic dividend|.{1,40}? small states|"
    r"small states|least developed countries.{0,40}+|heavily indebted poor countries.{0,20}+|"
    r"fragile and conflict.{0,40}+|africa (?:eastern|western) and (?:southern|central)|sub-saharan africa.{0,40}+|"
    r"latin america (?:&|and) .{1,60}+|middle east,? .{1,60}+|(?:south|east) asia(?: & .{1,60}+)?|"
    r"europe & central asia.{0,40}+|central europe and the baltics|"
    r"(?-i:WLD|EMU|EUU|AFE|AFW|HIC|LIC|LMC|UMC|OED|OWID_[A-Z_]{2,20})",
    re.IGNORECASE,
)


_COUNTRIES = phrases_in(
    "deutschland|germany|österreich|austria|schweiz|switzerland|suisse|svizzera|france|frankreich|italia|"
    "italy|italien|españa|spain|spanien|portugal|england|scotland|wales|united kingdom|great britain|uk|"
    "england and wales|ireland|nederland|netherlands|niederlande|belgië|belgique|belgium|polska|poland|"
    "česko|česká republika|czechia|slovensko|magyarország|hungary|sverige|sweden|norge|norway|danmark|"
    "denmark|suomi|finland|hele landet|riket|hela riket|ελλάδα|greece|türkiye|turkey|россия|"
    "российская федерация|russia|україна|ukraine|românia|romania|hrvatska|croatia|slovenija|srbija|brasil|"
    "brazil|méxico|mexico|argentina|chile|colombia|perú|united states|usa|canada|australia|new zealand|"
    "south africa|日本|全国|中国|한국|전국|대한민국|india|भारत|台灣|indonesia|việt nam|cả nước|ประเทศไทย|ทั่วประเทศ|"
    "bundesgebiet|bund|nacional|nationwide|national"
)
_PART = re.compile(
    r"(?:of which|thereof|davon|darunter|dont|di cui|de (?:los|las) (?:cuales|que)|waarvan|w tym|d[oa]s quais|"
    r"в том числе|из них|hera[vf]|varav|joista|うち|内訳|其中)(?![^\W\d_])",
    re.IGNORECASE,
)
_PLACES_IN_FORMS = words_in("kz kennzahl kennziffer box casilla casella rubriek rubrik")
_LINES = words_in("line zeile ligne riga rigo linha linea")
_NUMBER = words_in("no nr number nummer num numero ref id")
_LINE = re.compile(r"([0-9]{1,4})([a-z]{0,2})\.?", re.IGNORECASE)
_LEK = "ALL"
"""The code of Albania's currency."""

_LONGEST = 80
_FIRST_LINE = 4
_FEWEST_LABELS = 3
_LONGEST_SAID = 40


def names_all(text: str) -> bool:
    """Tell whether a label such as ``World`` may say that its row contains all others."""
    return len(text) <= _LONGEST and any(names.fullmatch(text.strip()) is not None for names in (_ALL, _WORLD))


def doubt_of_rows_in_rows(columns: Iterable[Sequence[Any]], marks: Collection[int]) -> list[Doubt]:
    """Doubt the sums of a table in which rows are parts of others.

    ``columns`` are the cells of columns of text; the first has the labels. ``marks`` are rows not counted anyway.
    """
    for place, cells in enumerate(columns):
        if not any(map(_may_contain_rows, cells)):
            continue
        texts = {row: cell.strip() for row, cell in enumerate(cells) if isinstance(cell, str) and len(cell) <= _LONGEST}
        left = {row: text for row, text in texts.items() if row not in marks}
        groups = [row for row, text in left.items() if _GROUPS.fullmatch(text)]
        labels = {*left.values()}
        is_list = len(labels) == len(left) > 1
        found = [
            row for row, text in left.items() if (is_list or len(labels) >= _FEWEST_LABELS) and _WORLD.fullmatch(text)
        ]
        found += groups if len(groups) < len(left) else []
        if place == 0 and is_list:
            found += [row for row, text in left.items() if text != _LEK and _ALL.fullmatch(text)]
        if place == 0:
            found += [row for row, text in left.items() if _PART.match(text) and _is_below_a_counted(row, texts, marks)]
        if found and len(labels) > 1:
            return [_doubt_of(min(found), texts)]
    return []


def doubt_of_the_greatest(
    columns: Iterable[Sequence[Any]], numbers: Mapping[str, Sequence[Any]], marks: Collection[int]
) -> list[Doubt]:
    """Doubt the sums of a table with a row such as ``Total North``, or a country, whose numbers are the greatest.

    Arithmetic has not confirmed that it is a sum: some of its parts may stand elsewhere.
    """
    seen = [labels for labels in columns if any(map(_may_be_the_greatest, labels))]
    if not seen:
        return []
    amounts = [known for cells in numbers.values() if (known := decimals_with_gaps(cells)) is not None]
    for labels in seen:
        texts = {row: label.strip() for row, label in enumerate(labels) if isinstance(label, str) and row not in marks}
        countries = [row for row, text in texts.items() if text.casefold() in _COUNTRIES]
        found = [row for row, text in texts.items() if may_name_a_part(text)]
        found += countries if len(countries) == 1 else []
        if len(found) == 1 and _is_greatest(found[0], texts, amounts):
            return [_doubt_of(found[0], texts)]
    return []


def _is_greatest(row: int, rows: Collection[int], columns: Iterable[Sequence[Decimal | None]]) -> bool:
    """Tell whether a row has greater numbers than each of two others or more, in all columns where it has one."""
    pairs = [(cells[row], [cells[at] for at in rows if at != row]) for cells in columns]
    known = [(own, [other for other in others if other is not None]) for own, others in pairs if own is not None]
    return bool(known) and all(len(others) > 1 and own > max(others) for own, others in known)


def _may_contain_rows(cell: Any) -> bool:
    text = cell.strip() if isinstance(cell, str) and len(cell) <= _LONGEST else ""
    return names_all(text) or any(names(text) is not None for names in (_GROUPS.fullmatch, _PART.match))


def _may_be_the_greatest(cell: Any) -> bool:
    return isinstance(cell, str) and (cell.strip().casefold() in _COUNTRIES or may_name_a_part(cell.strip()))


def _doubt_of(row: int, texts: Mapping[int, str]) -> Doubt:
    return Doubt(
        "rows that contain others are not summed",
        f"Rows such as row {row + 1}, {texts[row][:_LONGEST_SAID]!r}, are parts of other rows, or contain them",
        lambda _: True,
    )


def _is_below_a_counted(row: int, texts: Mapping[int, str], marks: Collection[int]) -> bool:
    above = next((at for at in range(row - 1, -1, -1) if not _PART.match(texts.get(at, ""))), None)
    return above is not None and above not in marks


def doubt_of_forms(first: Block, keys: Collection[str], numbers: Collection[str]) -> list[Doubt]:
    """Doubt the sums of a form, each line of which says something else, such as a return of taxes."""
    if any(counts_things(key) for key in numbers):
        return []
    for key in keys:
        words = {*words_of(key)}
        is_line = not words.isdisjoint(_LINES)
        if (is_line or not words.isdisjoint(_PLACES_IN_FORMS)) and words <= _LINES | _PLACES_IN_FORMS | _NUMBER:
            cells = ["" if cell is None else str(cell).strip() for cell in first.column(key)]
            if _are_lines_of_a_form(cells, first_line=_FIRST_LINE if is_line else 0):
                because = f"Column {key[:60]!r} has the lines of a form, such as {cells[0]} and {cells[1]}"
                return [Doubt("lines of a form are not summed", because, lambda _: True)]
    return []


def _are_lines_of_a_form(cells: Sequence[str], first_line: int) -> bool:
    """Tell whether cells are places in a form, rather than numbers that count the rows of a list.

    Without letters, these begin with ``first_line`` at least.
    """
    found = [match for cell in cells if (match := _LINE.fullmatch(cell))]
    if len(found) < len(cells) or len(cells) < 2 or len({*cells}) < len(cells):
        return False
    numbers = [int(match[1]) for match in found]
    steps = {after - before for before, after in pairwise(numbers)}
    counts = len(steps) == 1 and (numbers[0] in (0, 1) or {numbers[0]} == steps)
    return any(match[2] for match in found) or (numbers[0] >= first_line and not counts)
