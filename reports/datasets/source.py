"""Define what a reader of files finds: tables, as they are written there, and what it inferred to find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from reports.datasets.column_form import ColumnForm

Row = dict[str, Any]
Warning = Mapping[str, Any]
"""A ``code`` and a ``message``, as in a report's warnings."""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """A table in a file. ``rows`` parses them anew with each call; cells are as the file has them.

    ``name`` is that of its sheet. ``title`` and ``subtitle`` are lines above it, ``notes`` lines below and beside it.
    ``header_row`` counts from 1, in lines of the file or rows of the sheet; 0 if the columns have no names there.
    ``is_nested`` says that cells may be lists and objects. ``forms`` are what the file itself says about columns, as
    Excel's number formats do. ``total_rows`` are rows, from 0 on, that the file itself says sum up others.
    """

    rows: Callable[[], Iterator[Row]]
    name: str = ""
    title: str = ""
    subtitle: str = ""
    notes: tuple[str, ...] = ()
    header_row: int | None = None
    is_nested: bool = False
    forms: Mapping[str, ColumnForm] = field(default_factory=dict)
    total_rows: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class SourceFile:
    """The tables of a file, at least one; the facts that were inferred to read them, and the guesses among these.

    ``facts`` have plain values, such as ``{"format": "csv", "encoding": "cp1252", "delimiter": ";"}``.
    """

    tables: tuple[SourceTable, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[Warning, ...] = ()
