"""The cases that are measured."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tools.bench.real_tables import ROWS, WrittenTable

SLOW_ROWS = 10_000
"""Engines that hold a whole document are asked for no more rows than that."""

REAL = "real table: "
"""The beginning of groups that are named after a table of a package."""

_VARIANT_ROWS = 10_000
_CSV_ROWS = 100_000
_SHORT_OF_RICH = 10
_PEERS = {"Typst": "peer_typst", "ReportLab": "peer_reportlab", "Chromium": "peer_chromium"}
_SMALL_PEERS = {"Typst": "small_typst", "PlutoPrint": "small_plutoprint", "fpdf2": "small_fpdf2"}
_OTHER_PACKAGES = frozenset({"peer_typst", "peer_reportlab", *_SMALL_PEERS.values()})
_MOST_ROUNDS = 100


@dataclass(frozen=True, slots=True)
class Case:
    """One thing to measure, ``times`` times. ``group`` and ``engine`` say where its figures belong.

    All of a group that are ``in_rounds`` are measured together, by turns.
    """

    group: str
    engine: str
    program: str
    arguments: Mapping[str, Any]
    rows: int = 0
    times: int = 1
    in_rounds: bool = False

    @property
    def is_of_peer(self) -> bool:
        """Tell whether its program needs the packages of other engines, and none of this project."""
        return self.program in _OTHER_PACKAGES

    @property
    def title(self) -> str:
        """Name it for a person who waits."""
        return f"{self.group}, {self.engine}" + (f", {self.rows:,} rows" if self.rows else "")


@dataclass(frozen=True, slots=True)
class Wishes:
    """The choices of the benchmark's caller."""

    sizes: Sequence[int]
    repeat: int
    renders: int
    peers: bool


def all_cases(wishes: Wishes) -> list[Case]:
    """Return the cases, the quick ones first."""
    return [*_small_reports(wishes), *_tables(wishes), *_variants(wishes), _csv_file(wishes)]


def _small_reports(wishes: Wishes) -> Iterator[Case]:
    peers = _SMALL_PEERS if wishes.peers else {}
    rounds = min(wishes.renders, _MOST_ROUNDS)
    for document in ("letter", "invoice"):
        wanted = {"document": document}
        yield Case(f"first {document}", "Pressrun", "first_page", wanted, times=10 * wishes.repeat)
        for engine, program in peers.items():
            yield Case(f"first {document}", engine, program, wanted, times=10 * wishes.repeat)
        for engine in ("Pressrun", "WeasyPrint"):
            more = {"engine": engine.lower(), **({"renders": wishes.renders} if engine == "Pressrun" else {})}
            yield Case(f"warm {document}", engine, "one_page", {**wanted, **more}, times=rounds, in_rounds=True)
        for engine, program in peers.items():
            yield Case(f"warm {document}", engine, program, wanted, times=rounds, in_rounds=True)


def _tables(wishes: Wishes) -> Iterator[Case]:
    for rows in sorted(wishes.sizes):
        yield _ledger("table", rows, wishes)
        if rows <= SLOW_ROWS:
            yield _ledger("table", rows, wishes, long_tables=False)
            if wishes.peers:
                for engine, program in _PEERS.items():
                    yield Case("table", engine, program, {"rows": rows}, rows, wishes.repeat)


def _variants(wishes: Wishes) -> Iterator[Case]:
    rows = min(_VARIANT_ROWS, max(wishes.sizes))
    for long_tables in (True, False):
        # Plain WeasyPrint takes minutes for all of them; a tenth shows what a row costs.
        some = rows if long_tables else rows // _SHORT_OF_RICH
        yield _ledger("automatic widths", some, wishes, long_tables=long_tables, style="automatic")
        yield _ledger("wrapping rows", some, wishes, long_tables=long_tables, kind="wrapping")
        yield _ledger("rich cells", some, wishes, long_tables=long_tables, rich=True)
    yield _ledger("rich cells", rows // _SHORT_OF_RICH, wishes, rich=True)


def _ledger(
    group: str,
    rows: int,
    wishes: Wishes,
    *,
    long_tables: bool = True,
    kind: str = "short",
    style: str = "fixed",
    rich: bool = False,
) -> Case:
    arguments = {"rows": rows, "kind": kind, "style": style, "rich": rich, "long_tables": long_tables}
    return Case(group, "Pressrun" if long_tables else "WeasyPrint", "ledger", arguments, rows, wishes.repeat)


def _csv_file(wishes: Wishes) -> Case:
    rows = min(_CSV_ROWS, max(wishes.sizes))
    return Case("table template from CSV", "Pressrun", "csv_table", {"rows": rows}, rows, wishes.repeat)


def real_cases(tables: Sequence[WrittenTable], repeat: int) -> Iterator[Case]:
    """Yield the tables of packages, each by both engines; plain WeasyPrint only makes those with most rows."""
    for table in tables:
        engines = ("Pressrun", "WeasyPrint") if table.rows == ROWS[-1] and not table.is_of_pair else ("Pressrun",)
        for engine in engines:
            arguments = {"source": str(table.path), "long_tables": engine == "Pressrun"}
            yield Case(f"{REAL}{table.name}", engine, "real_table", arguments, table.rows, repeat)
