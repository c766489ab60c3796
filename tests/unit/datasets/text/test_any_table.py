"""Any table of texts, in any dialect, encoding and place, is read with the same values, or refused, or warned of."""

from __future__ import annotations

import csv
import io
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.datasets import read_file
from reports.errors import UnreadableFileError
from tests.examples import examples

WORDS = st.sampled_from(
    (
        *("Tea", "Green tea", "Müller & Söhne", "12", "1.5", "-3", "2026-01-05", "a;b", "x, y", "one\ntwo"),
        *('the "old" mill', "it's", "C:\\temp", "a|b", "7%", "#4", "n/a", "Größe", "café", "so-so.", "1,20", "10^3"),
    )
)
NAMES = st.lists(
    st.sampled_from(["Item", "Größe", "Net, EUR", "Day", "Q1", "No.", "City; state", "a b", 'Size "L"', "Qty|n"]),
    min_size=2,
    max_size=5,
    unique=True,
)
DIALECTS = st.fixed_dictionaries(
    {
        "delimiter": st.sampled_from(",;\t|^"),
        "quoting": st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC]),
        "lineterminator": st.sampled_from(["\n", "\r\n"]),
    },
    optional={"quotechar": st.just("'")},
)
ENCODINGS = st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-32-be", "cp1252", "mac-roman", "cp850"])
ABOVE = st.sampled_from(["", "Sales of the year\n", "Sales\nNorth\n\n", "# made by hand\n", "sep={}\n", "\n\n"])
BELOW = st.sampled_from(["", "\nPrinted by the till of the shop\n", "\n\n\n", "\x1a"])


@settings(max_examples=examples(120), suppress_health_check=list(HealthCheck), deadline=None)
@given(data=st.data(), names=NAMES, dialect=DIALECTS, encoding=ENCODINGS, above=ABOVE, below=BELOW)
def test_any_table_is_read_as_it_was_written_or_something_is_said(
    data: st.DataObject,
    names: list[str],
    dialect: dict[str, Any],
    encoding: str,
    above: str,
    below: str,
    tmp_path_factory: Any,
) -> None:
    row = st.lists(WORDS, min_size=len(names), max_size=len(names))
    rows = data.draw(st.lists(row, min_size=2, max_size=6))
    text = io.StringIO()
    csv.writer(text, **dialect).writerows([names, *rows])
    path = tmp_path_factory.mktemp("any") / "a.csv"
    path.write_bytes((above.format(dialect["delimiter"]) + text.getvalue() + below).encode(encoding, "replace"))

    try:
        found = read_file("a.csv", path).value
        read = [list(each.values()) for each in found]
    except UnreadableFileError as error:
        assert "options.reading" in error.message or "Line" in error.message
        return

    assert (read == rows and list(next(iter(found))) == names) or found.warnings
