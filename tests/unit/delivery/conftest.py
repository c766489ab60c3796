from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.delivery.notifier import Notifier


@pytest.fixture
def notifier(tmp_path: Path) -> Notifier:
    return Notifier(tmp_path)
