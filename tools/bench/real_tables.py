"""Tables as people have them: data files of packages, written as CSV files of as many rows as are asked for.

The packages of requirements/tables.txt are opened as files, and never imported. Their data are in the public domain, or
under a licence that lets them be used for anything.
"""

from __future__ import annotations

import csv
import gzip
import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from typing import Any

Cells = Sequence[str]
"""The cells of a line, as texts; an empty one for nothing."""
ROWS = (1_000, 3_000)
"""Rows of each table: two numbers, to tell what a row costs from what a report costs that hardly has any."""

_GAPS = 0.3


@dataclass(frozen=True, slots=True)
class RealTable:
    """A table of a package: ``read`` yields its headings, then its rows, of the files in ``site_packages``.

    ``licence`` is that of the data. Of the columns, the first ``columns`` are taken.
    """

    name: str
    package: str
    licence: str
    columns: int
    read: Callable[[Path], Iterator[Cells]]
    has_gaps_made: bool = False

    def write(self, site_packages: Path, out: Path, rows: int) -> None:
        """Write a CSV file of so many rows; a table that has fewer begins again."""
        head, *body = (line[: self.columns] for line in self.read(site_packages))
        with out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(head)
            for number, cells in enumerate(islice(cycle(body), rows)):
                writer.writerow(_with_gaps(number, cells) if self.has_gaps_made else cells)


def tables() -> list[RealTable]:
    """Return all tables, the narrow ones first."""
    found = [
        RealTable("electricity", "vega-datasets", "public domain (EIA)", 3, _vega("iowa-electricity")),
        RealTable("weather", "vega-datasets", "public domain (NOAA)", 6, _vega("seattle-weather")),
        RealTable(
            "weaknesses", "cwe2", "CWE terms of use (MITRE)", 6, _csv("cwe2/database_v49/helpful_views/2000.csv")
        ),
        RealTable("US airports", "vega-datasets", "public domain (OurAirports)", 7, _vega("airports")),
        RealTable("licences", "license-expression", "CC BY 4.0 (nexB)", 10, _licences),
        RealTable("airports", "airportsdata", "MIT", 11, _csv("airportsdata/airports.csv")),
        RealTable("economy", "statsmodels", "public domain", 14, _csv("statsmodels/datasets/macrodata/macrodata.csv")),
        RealTable("emoji names", "emoji", "BSD, Unicode (CLDR)", 14, _emoji),
        RealTable("penguins", "palmerpenguins", "CC0", 17, _csv("palmerpenguins/data/penguins-raw.csv")),
        RealTable("employment", "vega-datasets", "public domain (BLS)", 24, _vega("us-employment")),
        RealTable("tumours", "scikit-learn", "CC BY 4.0 (UCI)", 31, _tumours),
        RealTable("digits", "scikit-learn", "CC BY 4.0 (UCI)", 40, _digits),
    ]
    return sorted(found, key=lambda table: table.columns)


def pair_with_gaps() -> tuple[RealTable, RealTable]:
    """Return the same 16 columns twice: whole, and with three of ten cells empty."""
    read = _vega("us-employment")
    about = ("vega-datasets", "public domain (BLS)", 16, read)
    return RealTable("16 columns", *about), RealTable("16 columns, 30 % gaps", *about, has_gaps_made=True)


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table as a CSV file. ``is_of_pair`` is one that is compared with its like, and not with WeasyPrint."""

    name: str
    rows: int
    path: Path
    is_of_pair: bool = False


def write_all(site_packages: Path, folder: Path) -> list[WrittenTable]:
    """Write all tables into a folder, in all numbers of rows; those of the pair only with most."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for table in (*tables(), *(pair := pair_with_gaps())):
        for rows in ROWS[-1:] if table in pair else ROWS:
            path = folder / f"{table.name.replace(' ', '-').replace('%', 'percent').replace(',', '')}-{rows}.csv"
            table.write(site_packages, path, rows)
            written.append(WrittenTable(table.name, rows, path, is_of_pair=table in pair))
    return written


def _with_gaps(row: int, cells: Cells) -> Cells:
    """Empty about three of ten cells, each row others; never the first, which names the row."""
    chance = random.Random(row)  # noqa: S311, the same each time
    return [cell if at == 0 or chance.random() >= _GAPS else "" for at, cell in enumerate(cells)]


def _text(value: Any) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return "" if value is None else str(value)


def _csv(path: str) -> Callable[[Path], Iterator[Cells]]:
    def read(site_packages: Path) -> Iterator[Cells]:
        with (site_packages / path).open(encoding="utf-8-sig", newline="") as file:
            yield from csv.reader(file)

    return read


def _vega(name: str) -> Callable[[Path], Iterator[Cells]]:
    return _csv(f"vega_datasets/_data/{name}.csv")


def _licences(site_packages: Path) -> Iterator[Cells]:
    body = (site_packages / "license_expression/data/scancode-licensedb-index.json").read_text("utf-8")
    yield from _of_objects(json.loads(body))


def _of_objects(objects: Sequence[Mapping[str, Any]]) -> Iterator[Cells]:
    names = [*dict.fromkeys(name for each in objects for name in each)]
    yield names
    yield from ([_text(each.get(name)) for name in names] for each in objects)


def _emoji(site_packages: Path) -> Iterator[Cells]:
    """Read what emoji are called in fourteen languages, and no emoji, which nothing but their names is about."""
    folder = site_packages / "emoji/unicode_codes"
    english = {sign: each["en"] for sign, each in json.loads((folder / "emoji.json").read_text("utf-8")).items()}
    others = ("de", "es", "fr", "it", "pt", "ru", "tr", "id", "ar", "fa", "ja", "ko", "zh")
    names = [english, *(json.loads((folder / f"emoji_{each}.json").read_text("utf-8")) for each in others)]
    yield ["en", *others]
    yield from ([each.get(sign, "").strip(":").replace("_", " ") for each in names] for sign in english)


def _tumours(site_packages: Path) -> Iterator[Cells]:
    _, *rows = _csv("sklearn/datasets/data/breast_cancer.csv")(site_packages)
    features = (
        "radius",
        "texture",
        "perimeter",
        "area",
        "smoothness",
        "compactness",
        "concavity",
        "points",
        "symmetry",
    )
    kinds = ("Mean", "Error of", "Worst")
    yield [*(f"{kind} {feature}" for kind in kinds for feature in (*features, "dimension")), "Benign"]
    yield from rows


def _digits(site_packages: Path) -> Iterator[Cells]:
    with gzip.open(site_packages / "sklearn/datasets/data/digits.csv.gz", "rt", encoding="ascii") as file:
        rows = list(csv.reader(file))
    # The first columns are of the edge, and nearly all zeros; the last one is the digit.
    yield ["Digit", *(f"Pixel {number}" for number in range(1, len(rows[0])))]
    yield from ([row[-1], *row[:-1]] for row in rows)
