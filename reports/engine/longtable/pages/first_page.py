"""Make a PDF of the first page alone, of objects that are written already.

Drawing that page again, for its picture, takes as long as some hundred rows.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_REFERENCE = re.compile(rb"\b(\d+) 0 R\b")
_OF_OTHERS = re.compile(rb"/(?:Parent|StructParents|Tabs|Annots)\s*(?:\[[^\]]*\]|\d+ 0 R\b|\d+|/\w+)")


def first_page_alone(page: int, bodies: Mapping[int, bytes]) -> bytes:
    """Return a PDF of one page: the ``bodies`` of objects by their numbers hold that of the page, and what it needs."""
    catalog, tree = max(bodies) + 1, max(bodies) + 2
    needed = {
        catalog: b"<</Type/Catalog/Pages %d 0 R>>" % tree,
        tree: b"<</Type/Pages/Count 1/Kids[%d 0 R]>>" % page,
        page: _OF_OTHERS.sub(b"", bodies[page]).replace(b"<<", b"<</Parent %d 0 R" % tree, 1),
    }
    waiting = [page]
    while waiting:
        entries = needed[waiting.pop()].partition(b"stream")[0]
        new = {int(number) for number in _REFERENCE.findall(entries)} - needed.keys()
        needed |= {number: bodies[number] for number in new}
        waiting += new
    return _file(needed, catalog)


def _file(bodies: Mapping[int, bytes], catalog: int) -> bytes:
    parts, table, position = [b"%PDF-1.7\n"], [b"xref\n0 1\n0000000000 65535 f \n"], 9
    for number, body in bodies.items():
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, body))
        table.append(b"%d 1\n%010d 00000 n \n" % (number, position))
        position += len(parts[-1])
    end = b"trailer\n<</Size %d/Root %d 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (max(bodies) + 1, catalog, position)
    return b"".join([*parts, *table, end])
