"""Which language's shapes Han characters get."""

from __future__ import annotations

import pytest

from reports.engine.templating.han import han_language


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("发票 金额 城市 这些", "zh-Hans"),
        ("發票 金額 臺灣 這些", "zh-Hant"),
        ("領収書 の 直接", None),  # Japanese, by its kana
        ("東京都港区 直接 図書", None),  # all of it common in Japanese
        ("上海", None),  # the same in all
        ("세금 稅金 計算書", "ko"),
        ("Invoice €5", None),
    ],
)
def test_the_language_is_told_by_the_characters(text: str, expected: str | None) -> None:
    assert han_language(f'<html lang="en"><p>{text}') == expected


@pytest.mark.parametrize("tag", ["ja", "zh-Hant-TW", "zh", "ko", "yue-Hans"])
def test_a_document_in_a_language_with_han_characters_is_in_its_own_shapes(tag: str) -> None:
    assert han_language(f'<!doctype html><html lang="{tag}" dir="ltr"><p>发票 金额') is None


def test_the_rows_of_a_long_table_count() -> None:
    assert han_language('<html lang="en"><p>', ["<tr><td>发票", "<tr><td>金额"]) == "zh-Hans"
