"""Copies of data are found again within a bound."""

from __future__ import annotations

from typing import Any

from reports.engine.templating import data_paths
from reports.engine.templating.exact_numbers import exact


def test_a_copy_with_numbers_is_found() -> None:
    data = {"a": [{"b": 1.5}], "c": {"b": 2.5}}

    assert data_paths._pointer_to(exact(data)["c"], data) == "/c"


def test_deep_data_are_not_copied_at_each_level(monkeypatch: Any) -> None:
    copied: list[object] = []

    def noted(part: object) -> object:
        copied.append(part)
        return exact(part)

    monkeypatch.setattr(data_paths, "exact", noted)
    data: Any = [1.5] * 50
    for _ in range(90):
        data = [data, 0.5]

    data_paths._pointer_to([2.5], data)

    assert not [each for each in copied if isinstance(each, list)]
