from __future__ import annotations

import pytest

from tests.unit.delivery.notifier import Notifier


@pytest.fixture
def notifier() -> Notifier:
    return Notifier()
