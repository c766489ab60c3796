"""The ports of AWS are made as the environment says."""

from __future__ import annotations

from typing import Any

import pytest

from reports.bootstrap.aws_ports import AwsPorts
from reports.bootstrap.settings import Settings
from reports.engine.sandbox import confined_renderer
from tests.unit.bootstrap.test_settings import COMPLETE


class StopError(Exception):
    """End the wiring once the renderer is made."""


@pytest.mark.parametrize(("value", "expected"), [(None, True), ("on", True), ("off", False)])
def test_the_renderer_is_told_whether_long_tables_take_the_fast_path(
    value: str | None, expected: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[bool] = []

    def made(*_: object, long_tables: bool, **__: Any) -> None:
        told.append(long_tables)
        raise StopError

    monkeypatch.setattr(confined_renderer, "ConfinedRenderer", made)
    settings = Settings.from_environment({**COMPLETE, **({"LONG_TABLES": value} if value else {})})

    with pytest.raises(StopError):
        _ = AwsPorts(settings).renderer

    assert told == [expected]
