"""Read Excel workbooks as Excel shows them: their tables, their number formats, and nothing that they hide.

``read_xlsx`` is the door. A workbook's XML is parsed once: each sheet is surveyed while its rows stream into a spool,
its tables are found by the survey, and a table's rows are written from the spool as often as they are asked for.
"""

from __future__ import annotations

from reports.datasets.excel.read_workbook import read_xlsx

__all__ = ["read_xlsx"]
