"""Read files that are uploaded: rows as a stream, documents and pictures whole.

``read_file`` says by a file's name what is in it. Rows are parsed only when somebody asks for them, anew each time, and
are never held; that may be in another process, so a ``RowsFile`` can be pickled.
"""

from __future__ import annotations

from reports.datasets.read_file import Dataset, read_file
from reports.datasets.rows import MAX_ROWS, RowsFile, RowsFormat

__all__ = ["MAX_ROWS", "Dataset", "RowsFile", "RowsFormat", "read_file"]
