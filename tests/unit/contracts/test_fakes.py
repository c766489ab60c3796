"""Hold the fakes to the contracts of their ports."""

from __future__ import annotations

import pytest

from tests.contracts.access import ApiKeysContract, DailyCountsContract, TenantsContract
from tests.contracts.idempotency import IdempotencyKeysContract
from tests.contracts.job_lists import JobListContract
from tests.contracts.jobs import JobStoreContract
from tests.contracts.latest import LatestReportsContract
from tests.contracts.objects import ObjectStoreContract
from tests.contracts.waiting import WaitingPlacesContract
from tests.fakes.access import InMemoryApiKeys, InMemoryDailyCounts, InMemoryTenants
from tests.fakes.jobs import InMemoryIdempotencyKeys, InMemoryJobStore, InMemoryLatestReports, InMemoryWaitingPlaces
from tests.fakes.objects import InMemoryObjectStore


class TestInMemoryJobStore(JobStoreContract, JobListContract):
    @pytest.fixture
    def store(self) -> InMemoryJobStore:
        return InMemoryJobStore()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryIdempotencyKeys(IdempotencyKeysContract):
    @pytest.fixture
    def keys(self) -> InMemoryIdempotencyKeys:
        return InMemoryIdempotencyKeys()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryWaitingPlaces(WaitingPlacesContract):
    @pytest.fixture
    def places(self) -> InMemoryWaitingPlaces:
        return InMemoryWaitingPlaces()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryLatestReports(LatestReportsContract):
    @pytest.fixture
    def latest(self) -> InMemoryLatestReports:
        return InMemoryLatestReports()

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


class TestInMemoryApiKeys(ApiKeysContract):
    @pytest.fixture
    def keys(self) -> InMemoryApiKeys:
        return InMemoryApiKeys()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryTenants(TenantsContract):
    @pytest.fixture
    def tenants(self) -> InMemoryTenants:
        return InMemoryTenants()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryDailyCounts(DailyCountsContract):
    @pytest.fixture
    def counts(self) -> InMemoryDailyCounts:
        return InMemoryDailyCounts()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"
