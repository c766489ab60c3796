"""Find out by arithmetic what columns of numbers are to one another: balances, and prices of each."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise, permutations
from typing import Any

from reports.datasets.understanding.calendar_names import names_a_period
from reports.datasets.understanding.name_words import SUM_WORDS
from reports.datasets.understanding.naming import Role, counts_things, role_of, words_of
from reports.datasets.understanding.summing import decimals_with_gaps
from reports.datasets.word_sets import words_in

_FEWEST_FOR_A_PATTERN = 3
_FEWEST_IN_TIME = 6
_MOST_COMPARED = 12
_ZERO = Decimal(0)
_CENT = Decimal("0.01")

Numbers = Mapping[str, Sequence[Decimal | None]]


def whys_by_neighbours(
    heads: Mapping[str, Sequence[Any]], days: Sequence[Sequence[Any]], texts: Mapping[str, Sequence[Any]]
) -> dict[str, str]:
    """Return in a few words why columns are not summed.

    ``heads`` are the first cells of numbers, ``days`` of days, ``texts`` of all others.
    """
    few = list(heads.items())[:_MOST_COMPARED]
    numbers = {key: cells for key, head in few if (cells := decimals_with_gaps(head)) is not None}
    unsure = [key for key in numbers if role_of(key) is Role.UNKNOWN]
    found = dict.fromkeys(_running_totals(numbers), Role.BALANCE.value)
    if any(map(_is_in_order, days)):
        found |= dict.fromkeys(filter(lambda key: _only_rises(key, numbers[key]), numbers), Role.BALANCE.value)
    found |= dict.fromkeys(_prices(numbers, unsure), Role.PRICE.value)
    if sum(role_of(key) is Role.PRICE for key in numbers) > 1:
        found |= dict.fromkeys(unsure, Role.PRICE.value)
    if any(map(_is_series, days)) or any(map(_are_periods, texts.values())):
        found |= dict.fromkeys(filter(_is_of_stocks, numbers), Role.BALANCE.value)
    found |= dict.fromkeys(_weights_of_each(numbers, [*heads, *texts], has_days=bool(days)), Role.MEASUREMENT.value)
    return found


def summands(heads: Mapping[str, Sequence[Any]]) -> set[str]:
    """Return the columns whose names say nothing, but whose sum in each row stands behind them as a total."""
    found: set[str] = set()
    before: list[str] = []
    for key, head in heads.items():
        role = role_of(key)
        if role is Role.AMOUNT and len(before) > 1 and not SUM_WORDS.isdisjoint(words_of(key)):
            columns = [decimals_with_gaps(heads[name]) for name in before]
            if are_sums(decimals_with_gaps(head), [cells for cells in columns if cells is not None]):
                found.update(before)
        before = [*before, key] if role in (Role.UNKNOWN, Role.MEASUREMENT) else []
    return found


def are_sums(totals: Sequence[Decimal | None] | None, columns: Sequence[Sequence[Decimal | None]]) -> bool:
    """Tell whether a column has the sum of others in each row."""
    if totals is None or not any(totals) or len(columns) < 2:
        return False
    sums = [sum((cell or _ZERO for cell in row), _ZERO) for row in zip(*columns, strict=True)]
    return all(total is None or total == found for total, found in zip(totals, sums, strict=True))


_WEIGHTS = words_in("weight gewicht poids peso mass masse grams gramm grammes gramos grammi waga")
_SIZES = words_in(
    "height grosse groesse bmi taille altura altezza lengte bp pulse puls length width depth lange laenge breite hohe "
    "hoehe tiefe longueur largeur hauteur largo ancho alto lunghezza larghezza dimensions abmessungen"
)
_PRODUCTS = words_in(
    "sku ean gtin upc asin barcode product produkt produit producto prodotto artikel article articulo articolo item "
    "part model modell artikelnummer artikelnr bezeichnung"
)
_STOCKS = words_in(
    "population inhabitants members "
    "stock inventory lager lagerbestand headcount employees mitarbeiter einwohner subscribers followers students rooms "
    "beds stocks giacenza existencias voorraad stan"
)
_BESIDE_STOCKS = words_in("on hand level qty quantity units pieces pcs kg total count end of day actual number current")


def _weights_of_each(numbers: Numbers, keys: Collection[str], *, has_days: bool) -> Iterator[str]:
    """Yield weights that are those of one piece, or of a body: beside its sizes, its price, or its name alone."""
    names = frozenset(word for key in keys for word in words_of(key))
    weights = [key for key in numbers if _is_weight(key)]
    counts = [key for key in numbers if counts_things(key) and key not in weights and not _is_of_stocks(key)]
    prices = [key for key in numbers if role_of(key) is Role.PRICE]
    is_list = names & _PRODUCTS and not counts and not has_days
    if any(role_of(key) is Role.AGE for key in numbers) or names & _SIZES or prices or is_list:
        for weight in weights:
            if not any(_is_sold_by(numbers, weight, price) for price in prices):
                yield weight


def _is_weight(key: str) -> bool:
    words = words_of(key)
    is_of_all = not SUM_WORDS.isdisjoint(words) or any(word.startswith(("gesamt", "total")) for word in words)
    return not is_of_all and any(word in _WEIGHTS or word.endswith("gewicht") for word in words)


def _is_sold_by(numbers: Numbers, weight: str, price: str) -> bool:
    """Tell whether a weight times its price is an amount beside them."""
    others = [cells for key, cells in numbers.items() if key not in (price, weight)]
    return any(_are_products(numbers[price], numbers[weight], amounts) for amounts in others)


def _is_of_stocks(key: str) -> bool:
    words = set(words_of(key))
    return bool(words & _STOCKS) and words <= _STOCKS | _BESIDE_STOCKS


def _running_totals(numbers: Numbers) -> Iterator[str]:
    """Yield columns whose numbers are what is left after each row's amount, or what was there before it."""
    for key, cells in numbers.items():
        steps = _steps(cells)
        others = [other for name, other in numbers.items() if name != key]
        if steps and any(_are_steps(steps, amounts) for amounts in _amounts(others)):
            yield key


def _steps(cells: Sequence[Decimal | None]) -> list[Decimal]:
    """Return by how much each cell differs from the one before; nothing if there are too few, or gaps."""
    known = [cell for cell in cells if cell is not None]
    if len(known) < _FEWEST_FOR_A_PATTERN or len(known) != len(cells):
        return []
    steps = [after - before for before, after in pairwise(known)]
    return steps if any(steps) else []


def _amounts(columns: Sequence[Sequence[Decimal | None]]) -> Iterator[list[Decimal]]:
    """Yield columns of amounts, and the differences of two, as of money paid in and out."""
    filled = [[cell or _ZERO for cell in column] for column in columns]
    yield from filled
    for one, other in permutations(filled, 2):
        yield [plus - minus for plus, minus in zip(one, other, strict=True)]


def _are_steps(steps: Sequence[Decimal], amounts: Sequence[Decimal]) -> bool:
    """Tell whether a column changes by amounts, its own row's or the next one's, in the order of rows or against it."""
    back = [-step for step in steps]
    return steps in (amounts[1:], amounts[:-1]) or back in (amounts[:-1], amounts[1:])


def _is_in_order(days: Sequence[Any]) -> bool:
    present = [day for day in days if isinstance(day, str)]
    return len(present) >= _FEWEST_IN_TIME and any(
        all(one < other for one, other in pairwise(order)) for order in (present, present[::-1])
    )


def _is_series(days: Sequence[Any]) -> bool:
    """Tell whether each row is of another day, or month, than all others, in the order of time."""
    present = [day for day in days if isinstance(day, str)]
    return len(present) == len(days) > 1 and any(
        all(one < other for one, other in pairwise(order)) for order in (present, present[::-1])
    )


def _are_periods(cells: Sequence[Any]) -> bool:
    """Tell whether texts are months, quarters or years, each another one."""
    return len(set(cells)) == len(cells) > 1 and all(isinstance(cell, str) and names_a_period(cell) for cell in cells)


def _only_rises(key: str, cells: Sequence[Decimal | None]) -> bool:
    """Tell whether numbers never fall from one day to the next, as what is counted from the beginning."""
    says_all = not _TOTALS.isdisjoint(words_of(key)) or role_of(key) is Role.UNKNOWN
    known = [cell for cell in cells if cell is not None]
    if not says_all or len(known) < _FEWEST_IN_TIME:
        return False
    return known[0] != known[-1] and any(
        all(one <= other for one, other in pairwise(order)) for order in (known, known[::-1])
    )


_TOTALS = words_in("total totals cases deaths tests users subscribers followers gesamt population members")


def _prices(numbers: Numbers, unsure: Sequence[str]) -> Iterator[str]:
    """Yield columns by which a count has to be multiplied to get an amount."""
    counts = [key for key in numbers if counts_things(key)]
    for price in unsure:
        for count in counts:
            others = [cells for key, cells in numbers.items() if key not in (price, count)]
            if any(_are_products(numbers[price], numbers[count], amounts) for amounts in others):
                yield price
                break


def _are_products(*columns: Sequence[Decimal | None]) -> bool:
    rows = [row for row in zip(*columns, strict=True) if None not in row]
    if not any(price and count not in (None, _ZERO, Decimal(1)) for price, count, _ in rows):
        return False
    return all(
        price is not None and count is not None and amount is not None and abs(price * count - amount) < _CENT
        for price, count, amount in rows
    )
