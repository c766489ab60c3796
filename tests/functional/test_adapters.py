"""Hold the real adapters to the contracts of their ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta

import pytest

from reports.adapters.dynamodb.api_keys import DynamoDBApiKeys
from reports.adapters.dynamodb.daily_counts import DynamoDBDailyCounts
from reports.adapters.dynamodb.deliveries import DynamoDBDeliveryStore
from reports.adapters.dynamodb.idempotency_keys import DynamoDBIdempotencyKeys
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.adapters.dynamodb.latest_reports import DynamoDBLatestReports
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from reports.adapters.dynamodb.waiting import DynamoDBWaitingPlaces
from reports.adapters.s3.objects import S3ObjectStore
from reports.adapters.ssm_secrets import SSMWebhookSecrets
from reports.errors import InputUnavailableError
from tests.contracts.access import ApiKeysContract, DailyCountsContract, TenantsContract
from tests.contracts.delivery import DeliveryStoreContract
from tests.contracts.idempotency import IdempotencyKeysContract
from tests.contracts.job_lists import JobListContract
from tests.contracts.jobs import JobStoreContract
from tests.contracts.latest import LatestReportsContract
from tests.contracts.objects import ObjectStoreContract, fail_to_upload
from tests.contracts.telling import WebhookSecretsContract
from tests.contracts.waiting import WaitingPlacesContract
from tests.functional.service import Service


class TestDynamoDBJobStore(JobStoreContract, JobListContract):
    @pytest.fixture
    def store(self, service: Service) -> DynamoDBJobStore:
        return DynamoDBJobStore(service.dynamodb, service.jobs_table, retention=timedelta(days=1))

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBDeliveryStore(DeliveryStoreContract):
    @pytest.fixture
    def store(self, service: Service) -> DynamoDBDeliveryStore:
        return DynamoDBDeliveryStore(service.dynamodb, service.jobs_table, retention=timedelta(days=1))

    @pytest.fixture
    def job_id(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBIdempotencyKeys(IdempotencyKeysContract):
    @pytest.fixture
    def keys(self, service: Service) -> DynamoDBIdempotencyKeys:
        return DynamoDBIdempotencyKeys(service.dynamodb, service.jobs_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBWaitingPlaces(WaitingPlacesContract):
    @pytest.fixture
    def places(self, service: Service) -> DynamoDBWaitingPlaces:
        return DynamoDBWaitingPlaces(service.dynamodb, service.jobs_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return unique


class TestDynamoDBLatestReports(LatestReportsContract):
    @pytest.fixture
    def latest(self, service: Service) -> DynamoDBLatestReports:
        return DynamoDBLatestReports(service.dynamodb, service.jobs_table, retention=timedelta(days=1))

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestS3ObjectStore(ObjectStoreContract):
    @pytest.fixture
    def objects(self, service: Service) -> S3ObjectStore:
        return S3ObjectStore(service.s3, service.artifacts_bucket)

    @pytest.fixture
    def folder(self, unique: str, service: Service) -> Iterator[str]:
        folder = f"contract/{unique}"
        yield folder
        for found in service.s3.list_objects_v2(Bucket=service.artifacts_bucket, Prefix=folder).get("Contents", []):
            service.s3.delete_object(Bucket=service.artifacts_bucket, Key=found["Key"])

    def test_a_version_is_read_though_a_newer_one_exists(self, service: Service, unique: str) -> None:
        uploads = S3ObjectStore(service.s3, service.uploads_bucket)
        first = service.s3.put_object(Bucket=service.uploads_bucket, Key=f"contract/{unique}", Body=b"1")
        service.s3.put_object(Bucket=service.uploads_bucket, Key=f"contract/{unique}", Body=b"2")

        assert uploads.get(f"contract/{unique}", version_id=first["VersionId"], max_bytes=9) == b"1"
        assert uploads.get(f"contract/{unique}", max_bytes=9) == b"2"

    def test_a_version_that_is_not_there_is_unavailable_for_now(self, service: Service, unique: str) -> None:
        uploads = S3ObjectStore(service.s3, service.uploads_bucket)
        service.s3.put_object(Bucket=service.uploads_bucket, Key=f"contract/{unique}", Body=b"1")
        service.s3.delete_object(Bucket=service.uploads_bucket, Key=f"contract/{unique}")

        with pytest.raises(InputUnavailableError):
            uploads.get(f"contract/{unique}", max_bytes=9)

    def test_an_upload_that_fails_leaves_no_parts_behind(
        self, objects: S3ObjectStore, service: Service, folder: str
    ) -> None:
        with pytest.raises(ZeroDivisionError):
            fail_to_upload(objects, f"{folder}/a", 20 * 2**20)

        unfinished = service.s3.list_multipart_uploads(Bucket=service.artifacts_bucket, Prefix=folder)
        assert unfinished.get("Uploads", []) == []

    def test_an_upload_in_parts_keeps_its_type_and_name(
        self, objects: S3ObjectStore, service: Service, folder: str
    ) -> None:
        with objects.open_upload(f"{folder}/a", content_type="application/pdf", filename="Größe.pdf") as upload:
            upload.write(bytes(20 * 2**20))

        head = service.s3.head_object(Bucket=service.artifacts_bucket, Key=f"{folder}/a")
        assert head["ContentType"] == "application/pdf"
        assert "filename*=UTF-8''Gr%C3%B6%C3%9Fe.pdf" in head["ContentDisposition"]
        assert head["ETag"].endswith('-3"')


class TestDynamoDBApiKeys(ApiKeysContract):
    @pytest.fixture
    def keys(self, service: Service) -> DynamoDBApiKeys:
        return DynamoDBApiKeys(service.dynamodb, service.access_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBTenants(TenantsContract):
    @pytest.fixture
    def tenants(self, service: Service) -> DynamoDBTenants:
        return DynamoDBTenants(service.dynamodb, service.access_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBDailyCounts(DailyCountsContract):
    @pytest.fixture
    def counts(self, service: Service) -> DynamoDBDailyCounts:
        return DynamoDBDailyCounts(service.dynamodb, service.jobs_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestSSMWebhookSecrets(WebhookSecretsContract):
    @pytest.fixture
    def secrets_of(
        self, service: Service, tenant: str, unique: str
    ) -> Iterator[Callable[[Sequence[str]], SSMWebhookSecrets]]:
        prefix = f"/pressrun/{service.stage}/contract-{unique}"
        name = f"{prefix}/{tenant}"

        def secrets_of(secrets: Sequence[str]) -> SSMWebhookSecrets:
            if secrets:
                service.ssm.put_parameter(Name=name, Value="\n".join(secrets), Type="SecureString")
            return SSMWebhookSecrets(service.ssm, prefix)

        yield secrets_of
        service.ssm.delete_parameters(Names=[name])

    @pytest.fixture
    def tenant(self) -> str:
        return "demo"
