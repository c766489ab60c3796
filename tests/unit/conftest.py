"""Provide what tests of the use cases share."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)
