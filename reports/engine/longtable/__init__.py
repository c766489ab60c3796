"""Lay out long tables in linear time and bounded memory, with the look that WeasyPrint gives short ones.

WeasyPrint lays out the *frame* (what stands before a table, its first page, its head on later pages, its last pages and
what stands after it). The rows between become *fragments*: what is drawn for a row, wherever on a page it will stand.
Rows of plain text are set straight into the geometry that WeasyPrint gave a row of the same form; all others it lays
out itself, some at a time. Pages are filled by adding up heights, and written at once. Rows are made in chunks, by
processes of their own where there are cores for them; what comes of a row depends on it and its neighbours alone, so
that nothing in the document tells how many there were.

From the HTML to the PDF: ``tag`` (a template's mark), ``blueprint`` (the document with any choice of its rows),
``layout`` (WeasyPrint's part), ``frame``, ``foot`` (repeated below each page's rows), ``fragments`` (any row) and
``plain`` (rows of text, with ``cells``, ``setters`` and ``text``), ``chunks``, ``rows`` (which of the two makes which),
``workers`` (``forks`` that make chunks; ``additions`` to what is shared), ``pagination``, ``margins``, ``pages``,
``tags`` (structure for screen readers), ``pdf_file``, and ``render``, which does one after the other.
"""
