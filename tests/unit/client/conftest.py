from __future__ import annotations

import pytest

from reports import bootstrap
from tests.builders import Shop
from tests.unit.client.wire import World
from tests.unit.handlers.calling import an_api


@pytest.fixture
def world(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> World:
    """Return a service in memory, and a client of it."""
    ours = an_api(shop)
    monkeypatch.setattr(bootstrap, "api", lambda: ours)
    return World(shop)
