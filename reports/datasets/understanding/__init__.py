"""Find out what the columns of a table hold, by one convention for each column.

``understand`` is the door: it returns sections, whose cells are in a canonical form, and adds to the rows' ``reading``
what was inferred. Numbers become plain text such as ``-1234.50``, days and times ISO 8601, nothing becomes None.
"""

from __future__ import annotations

from reports.datasets.understanding.section import ColumnReading, RowMark, Section
from reports.datasets.understanding.understand import understand

__all__ = ["ColumnReading", "RowMark", "Section", "understand"]
