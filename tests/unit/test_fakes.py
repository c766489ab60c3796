"""Hold the fakes to the contracts of their ports."""

from __future__ import annotations

import pytest

from tests.contracts import JobStoreContract, ObjectStoreContract
from tests.fakes import InMemoryJobStore, InMemoryObjectStore


class TestInMemoryJobStore(JobStoreContract):
    @pytest.fixture
    def store(self) -> InMemoryJobStore:
        return InMemoryJobStore()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryObjectStore(ObjectStoreContract):
    @pytest.fixture
    def objects(self) -> InMemoryObjectStore:
        return InMemoryObjectStore()

    @pytest.fixture
    def folder(self) -> str:
        return "inputs/demo"
