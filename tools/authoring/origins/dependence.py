"""Find the places in the data that a word depends on: change them, and see whether the word changes.

That is right whatever a template or its ``view.py`` calculates. Places are changed many at once, and then by halves.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from html import unescape
from itertools import islice
from typing import Any

from tools.authoring.origins.element_texts import folded

MOST_RUNS = 150
MOST_PLACES = 20
_IN_BRACES = re.compile(r"(\{[^{}]*\})|([^{}]+)")
"""A place for a value in a label, or the text between two."""
_LONGEST_DAY = 30
"""Characters of a day as pages show it. What is longer says more, which other values may be in."""
_LONGEST_UNIT = 4
_NUMBER = re.compile(r"\d+")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})(?:([T ])(\d{2})(?=:))?")
_DAYS = (400, -400, 1, 33)
_CODES = ("DE", "FR", "EUR", "USD")
_TAGS = re.compile("<[^<>]*>")
_DIGITS = str.maketrans("0123456789", "1234567890")

Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Dependence:
    """JSON pointers to what is printed somewhere; ``is_whole`` is False where there are more.

    ``printed`` has what is printed there with another value, by pointer.
    """

    pointers: Sequence[str]
    is_whole: bool = True
    printed: Mapping[str, str] = field(default_factory=dict, compare=False)

    def only(self, is_meant: Callable[[str], bool]) -> Dependence:
        """Leave out pointers."""
        return replace(self, pointers=[each for each in self.pointers if is_meant(each)])


NOTHING = Dependence(())


def pointer_of(path: Path) -> str:
    """Return a path as a JSON pointer."""
    return "".join(f"/{str(each).replace('~', '~0').replace('/', '~1')}" for each in path)


def leaves(data: Any, path: Path = ()) -> Iterator[Path]:
    """Yield the paths of all values that are no lists and no objects."""
    if isinstance(data, Mapping):
        for name, value in data.items():
            yield from leaves(value, (*path, name))
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from leaves(value, (*path, number))
    elif data is not None:
        yield path


class Changes:
    """Other values of the same kind for those of some data. ``TURNS`` are the ways there are, the likeliest first."""

    TURNS = range(4)

    def __init__(self, data: Any) -> None:
        self._data = data
        self._alike: dict[Path, dict[str, None]] = {}
        for path in leaves(data):
            if isinstance(value := at(data, path), str):
                self._alike.setdefault(_kind(path), {})[value] = None

    def made(self, paths: Sequence[Path], turn: int) -> Any:
        """Return a copy of the data with others in some places."""
        copy = deepcopy(self._data)
        for path in paths:
            holder = at(copy, path[:-1])
            holder[path[-1]] = self._another(path, holder[path[-1]], turn)
        return copy

    def _another(self, path: Path, value: Any, turn: int) -> Any:
        if isinstance(value, bool):
            return not value
        if isinstance(value, int | float | Decimal):
            return value + (1, -1, 10, 100)[turn]
        if not isinstance(value, str):
            return value
        if (moments := _MOMENT.sub(lambda found: _moved(found, _DAYS[turn]), value)) != value:
            return moments
        # A value of the same column is allowed where only some words are.
        alike = [each for each in self._alike[_kind(path)] if each != value]
        code = next((each for each in _CODES if each != value and len(each) == len(value)), "")
        match turn:
            case 0 if alike:
                return alike[0]
            case 0 if code and value.isascii() and value.isupper():
                return code
            case 0 | 2:
                return _IN_BRACES.sub(lambda part: part[1] or "".join(map(_letter, part[2])), value)
            case 1:
                return value.translate(_DIGITS)
        return f"{value} {value}"


def _kind(path: Path) -> Path:
    return tuple("*" if isinstance(step, int) else step for step in path)


def at(data: Any, path: Path) -> Any:
    """Return what a path leads to."""
    for step in path:
        data = data[step]
    return data


def _letter(sign: str) -> str:
    if not sign.isalpha():
        return sign.translate(_DIGITS)
    other = "y" if sign in "xX" else "x"
    return other.upper() if sign.isupper() else other


def _moved(found: re.Match[str], days: int) -> str:
    """Return another day, of another month and year, with another hour and half of the day."""
    try:
        day = (date.fromisoformat(found[1]) + timedelta(days=days)).isoformat()
    except (ValueError, OverflowError):
        return found[0]
    return day if found[2] is None else f"{day}{found[2]}{(int(found[3]) + 13) % 24:02}"


def _shows(printed: str | None, value: Any) -> bool:
    """Tell whether a text looks like a value alone: the same words, or the same digits in another notation."""
    if printed is None or isinstance(value, bool):
        return False
    if isinstance(value, str) and folded(unescape(_TAGS.sub("", printed))) == folded(value):
        return True
    if isinstance(value, str) and (day := _DAY.match(value)):
        year, _, number = day[0].split("-")
        numbers = {int(each) for each in _NUMBER.findall(printed)}
        is_short = len(_TAGS.sub("", printed)) <= _LONGEST_DAY
        return is_short and int(number) in numbers and bool({int(year), int(year[2:])} & numbers)
    if isinstance(value, int | float | Decimal):
        digits = _digits(f"{value:f}")
        letters = sum(map(str.isalpha, _TAGS.sub("", printed)))
        same = _digits(printed).strip("0") == digits.strip("0")
        return bool(digits.strip("0")) and same and letters <= _LONGEST_UNIT
    return False


def _digits(text: str) -> str:
    return "".join(str(unicodedata.digit(sign)) for sign in text if sign.isdigit())


class Probe:
    """What runs a template on changed data, and compares what one slot prints."""

    def __init__(self, data: Any, run: Callable[[Any], str | None]) -> None:
        """``run`` returns what the slot prints for some data, and None if it prints nothing."""
        self._data = data
        self._changes = Changes(data)
        self._printed = run(data)
        self._run = run
        self._runs = 0
        self._others: dict[str, str] = {}

    def find(self) -> Dependence:
        """Return what the slot depends on: the one value that it shows, or all that it is calculated from."""
        paths = list(leaves(self._data))
        shown = [path for path in paths if _shows(self._printed, at(self._data, path))][:MOST_PLACES]
        for path in shown:
            if self._shows_another(path):
                return Dependence([pointer_of(path)], printed=self._others)
        found = list(islice(self._among(paths), MOST_PLACES + 1))
        return Dependence(
            [pointer_of(each) for each in found[:MOST_PLACES]],
            is_whole=self._runs < MOST_RUNS and len(found) <= MOST_PLACES,
            printed=self._others,
        )

    def _shows_another(self, path: Path) -> bool:
        """Tell whether the slot shows what a value is changed to; others may only have put it to another place."""
        for turn in Changes.TURNS:
            data = self._changes.made([path], turn)
            printed = self._printed_of(data)
            if printed is not None and printed != self._printed and _shows(printed, at(data, path)):
                self._others[pointer_of(path)] = printed
                return True
        return False

    def _among(self, paths: list[Path]) -> Iterator[Path]:
        if not paths or self._runs >= MOST_RUNS:
            return
        differs = self._differs(paths, 0)
        if len(paths) == 1:
            for turn in Changes.TURNS[1:]:
                differs = self._differs(paths, turn) if differs is None else differs
            if differs:
                yield paths[0]
        elif differs is not False:
            half = len(paths) // 2
            yield from self._among(paths[:half])
            yield from self._among(paths[half:])

    def _differs(self, paths: list[Path], turn: int) -> bool | None:
        """Tell whether the slot prints something else; None where the data cannot be printed, or it prints nothing."""
        printed = self._printed_of(self._changes.made(paths, turn))
        if printed is not None and len(paths) == 1:
            self._others[pointer_of(paths[0])] = printed
        return None if printed is None else printed != self._printed

    def _printed_of(self, data: Any) -> str | None:
        self._runs += 1
        try:
            return self._run(data)
        except Exception:  # noqa: BLE001, a template may fail in any way on data that were not checked
            return None
