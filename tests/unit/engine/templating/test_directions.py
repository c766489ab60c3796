"""Values keep their order among text that runs from right to left."""

from __future__ import annotations

import pytest

from reports.engine.templating.formats import Formats
from reports.engine.templating.template_code import filters, labels_for


@pytest.mark.parametrize(
    ("value", "html"),
    [
        ("+49 40 555 0142", '<bdi dir="ltr">+49 40 555 0142</bdi>'),
        ("7731 / A-20", '<bdi dir="ltr">7731 / A-20</bdi>'),
        ("Hello (world)!", '<bdi dir="ltr">Hello (world)!</bdi>'),
        ("שלום, world", '<bdi dir="rtl">שלום, world</bdi>'),
        ("(a < b)", '<bdi dir="ltr">(a &lt; b)</bdi>'),
        # Nothing can reorder these, and a long table is faster without elements in its cells.
        ("2026-0418", "2026-0418"),
        ("1,234.50", "1,234.50"),
        ("Café", '<bdi dir="ltr">Café</bdi>'),
        ("K1041", "K1041"),
        ("City of Oslo, Parks", '<bdi dir="ltr">City of Oslo, Parks</bdi>'),  # a line may end with the comma
    ],
)
def test_a_value_is_isolated_where_its_order_would_change(value: str, html: str) -> None:
    assert str(filters(Formats.of("ar"))["isolate"](value)) == html
    assert filters(Formats.of("en"))["isolate"](value) == value


def test_english_labels_keep_their_order_among_text_from_right_to_left() -> None:
    labels = {"en": {"sum": "{label}, sum", "rows": "Rows"}, "he": {"rows": "שורות"}}

    assert labels_for(labels, Formats.of("he")) == {"sum": "\x0e\u2066{label}, sum\u2069\x0f", "rows": "שורות"}
    assert labels_for(labels, Formats.of("fr"))["sum"] == "\x0e{label}, sum\x0f"


def test_labels_may_be_those_of_a_script() -> None:
    labels = {"en": {"total": "Total"}, "zh": {"total": "合计"}, "zh-Hant": {"total": "合計"}}

    assert labels_for(labels, Formats.of("zh-CN"))["total"] == "合计"
    assert labels_for(labels, Formats.of("zh-TW"))["total"] == "合計"
