"""Hold the fakes to the contracts of their ports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import pytest

from reports.jobs.belongings import Belonging, Kind
from reports.jobs.pauses import Pause
from tests.contracts.access import ApiKeysContract, DailyCountsContract, TenantsContract
from tests.contracts.belongings import BelongingsContract, Given
from tests.contracts.erasures import AuditLogContract, ErasuresContract
from tests.contracts.idempotency import IdempotencyKeysContract
from tests.contracts.job_lists import JobListContract
from tests.contracts.jobs import JobStoreContract
from tests.contracts.latest import LatestReportsContract
from tests.contracts.objects import ObjectStoreContract
from tests.contracts.own_templates import OwnTemplatesContract
from tests.contracts.pauses import KeptPausesContract, Write
from tests.contracts.receipts import ReceiptKeysContract, ReportFilesContract
from tests.contracts.signing import SignerContract
from tests.contracts.waiting import WaitingPlacesContract
from tests.fakes.access import InMemoryApiKeys, InMemoryAuditLog, InMemoryDailyCounts, InMemoryTenants
from tests.fakes.belongings import InMemoryBelongings
from tests.fakes.jobs import (
    InMemoryErasures,
    InMemoryIdempotencyKeys,
    InMemoryJobStore,
    InMemoryLatestReports,
    InMemoryPauses,
    InMemoryWaitingPlaces,
)
from tests.fakes.objects import InMemoryObjectStore
from tests.fakes.own_templates import InMemoryOwnTemplates
from tests.fakes.receipts import InMemoryReceiptKeys, InMemoryReportFiles
from tests.fakes.signing import InMemorySigner


class TestInMemoryJobStore(JobStoreContract, JobListContract):
    @pytest.fixture
    def store(self) -> InMemoryJobStore:
        return InMemoryJobStore()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryBelongings(BelongingsContract):
    @pytest.fixture
    def belongings(self) -> InMemoryBelongings:
        return InMemoryBelongings()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"

    @pytest.fixture
    def given(self, belongings: InMemoryBelongings) -> Given:
        def give(tenant: str) -> set[Belonging]:
            things = {
                Belonging(Kind.JOB, (f"job-of-{tenant}", "job")),
                Belonging(Kind.UPLOAD, (f"uploads/{tenant}", "1")),
            }
            belongings.give(tenant, *things)
            return things

        return give


class TestInMemoryOwnTemplates(OwnTemplatesContract):
    @pytest.fixture
    def own(self) -> InMemoryOwnTemplates:
        return InMemoryOwnTemplates()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryErasures(ErasuresContract):
    @pytest.fixture
    def erasures(self) -> InMemoryErasures:
        return InMemoryErasures()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryAuditLog(AuditLogContract):
    @pytest.fixture
    def audit(self) -> InMemoryAuditLog:
        return InMemoryAuditLog()

    @pytest.fixture
    def entries(self, audit: InMemoryAuditLog) -> Callable[[str], Sequence[Any]]:
        return lambda tenant: [entry.as_dict() for entry in audit.entries if entry.tenant == tenant]

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


class TestInMemoryReportFiles(ReportFilesContract):
    @pytest.fixture
    def files(self) -> InMemoryReportFiles:
        return InMemoryReportFiles()

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"


class TestInMemoryReceiptKeys(ReceiptKeysContract):
    @pytest.fixture
    def keys(self) -> InMemoryReceiptKeys:
        return InMemoryReceiptKeys()

    @pytest.fixture
    def make(self, keys: InMemoryReceiptKeys) -> Callable[[], object]:
        return keys.make


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


class TestInMemoryPauses(KeptPausesContract):
    @pytest.fixture
    def kept(self) -> InMemoryPauses:
        return InMemoryPauses()

    @pytest.fixture
    def write(self, kept: InMemoryPauses) -> Write:
        def replace(pauses: Sequence[Pause]) -> None:
            kept.pauses = list(pauses)

        return replace


class TestInMemorySigner(SignerContract):
    @pytest.fixture
    def artifacts(self) -> InMemoryObjectStore:
        return InMemoryObjectStore()

    @pytest.fixture
    def signer(self, artifacts: InMemoryObjectStore) -> InMemorySigner:
        return InMemorySigner(artifacts)

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"

    @pytest.fixture
    def keep(self, signer: InMemorySigner, tenant: str) -> Callable[[str], object]:
        return lambda name: signer.keys.add((tenant, name))
