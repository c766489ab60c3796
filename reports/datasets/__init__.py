"""Read files that are uploaded: rows as a stream, documents and pictures whole.

``read_file`` says what is in a file. Rows are parsed only when they are asked for, anew each time, and are never held;
that may be in another process, so a ``RowsFile`` can be pickled. ``understanding`` finds out what their columns hold.
"""

from __future__ import annotations

from reports.datasets.options import ReadingOptions
from reports.datasets.read_file import Dataset, einvoice_in, read_file
from reports.datasets.rows import MAX_ROWS, RowsFile, RowsFormat, RowsList

__all__ = ["MAX_ROWS", "Dataset", "ReadingOptions", "RowsFile", "RowsFormat", "RowsList", "einvoice_in", "read_file"]
