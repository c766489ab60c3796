"""Hold the fakes to the contracts of their ports."""

from __future__ import annotations

import pytest

from tests.contracts.delivery import DeliveryStoreContract
from tests.fakes.delivery import InMemoryDeliveryStore


class TestInMemoryDeliveryStore(DeliveryStoreContract):
    @pytest.fixture
    def store(self) -> InMemoryDeliveryStore:
        return InMemoryDeliveryStore()

    @pytest.fixture
    def job_id(self) -> str:
        return "job-1"
