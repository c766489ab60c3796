"""Write rows as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from io import StringIO
from typing import Any

Rows = Iterable[Mapping[str, Any]]


def names_of(rows: Rows) -> list[str]:
    """Return the names of all columns, in the order in which they come first."""
    return list(dict.fromkeys(name for row in rows for name in row))


def as_csv(rows: Rows) -> bytes:
    """Write rows below a line with the names of their columns, in UTF-8 with a mark, which Excel asks for.

    ``rows`` are gone through twice.
    """
    names = names_of(rows)
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(names)
    writer.writerows([as_text(row.get(name)) for name in names] for row in rows)
    return text.getvalue().encode("utf-8-sig")


def as_text(value: Any) -> str:
    """Write a cell: texts as they are, other values as JSON has them, and days in ISO 8601."""
    if value is None or isinstance(value, str | Decimal):
        return "" if value is None else str(value)
    return json.dumps(value, ensure_ascii=False, default=str)
