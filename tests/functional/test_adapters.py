"""Hold the real adapters to the contracts of their ports."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from hashlib import sha256
from itertools import count
from typing import Any

import pytest

from reports.access.buckets import BucketDestination
from reports.access.retention import after
from reports.adapters.assumed_role_buckets import AssumedRoleBuckets
from reports.adapters.aws_passwords import AwsPasswords
from reports.adapters.cloudwatch_audit_log import CloudWatchAuditLog
from reports.adapters.dynamodb.api_keys import DynamoDBApiKeys
from reports.adapters.dynamodb.belongings import DynamoDBBelongings
from reports.adapters.dynamodb.daily_counts import DynamoDBDailyCounts
from reports.adapters.dynamodb.deliveries import DynamoDBDeliveryStore
from reports.adapters.dynamodb.erasures import DynamoDBErasures
from reports.adapters.dynamodb.idempotency_keys import DynamoDBIdempotencyKeys
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from reports.adapters.dynamodb.latest_reports import DynamoDBLatestReports
from reports.adapters.dynamodb.own_templates import DynamoDBOwnTemplates
from reports.adapters.dynamodb.pauses import DynamoDBPauses
from reports.adapters.dynamodb.report_files import DynamoDBReportFiles
from reports.adapters.dynamodb.tenants import DynamoDBTenants
from reports.adapters.dynamodb.waiting import DynamoDBWaitingPlaces
from reports.adapters.lambda_signer import LambdaSigner
from reports.adapters.s3.belongings import S3Belongings
from reports.adapters.s3.objects import S3ObjectStore
from reports.adapters.ssm_receipt_keys import SSMReceiptKeys
from reports.adapters.ssm_secrets import SSMWebhookSecrets
from reports.adapters.system_clock import SystemClock
from reports.errors import InputUnavailableError
from reports.jobs.belongings import Belonging, Kind
from reports.jobs.listing import KeyUse
from reports.jobs.values import Artifact
from reports.shelf.own_template import OwnTemplate
from tests.builders import a_job
from tests.certificates import signing_key
from tests.contracts.access import ApiKeysContract, DailyCountsContract, TenantsContract
from tests.contracts.belongings import BelongingsContract, Given
from tests.contracts.buckets import BucketsContract, Found, Store
from tests.contracts.delivery import DeliveryStoreContract, soon
from tests.contracts.erasures import AuditLogContract, ErasuresContract
from tests.contracts.idempotency import IdempotencyKeysContract
from tests.contracts.job_lists import JobListContract
from tests.contracts.jobs import JobStoreContract
from tests.contracts.latest import LatestReportsContract
from tests.contracts.moments import NOON as SOON
from tests.contracts.objects import ObjectStoreContract, fail_to_upload
from tests.contracts.own_templates import OwnTemplatesContract
from tests.contracts.passwords import PasswordsContract
from tests.contracts.pauses import KeptPausesContract, Write
from tests.contracts.receipts import ReceiptKeysContract, ReportFilesContract
from tests.contracts.signing import SignerContract
from tests.contracts.telling import WebhookSecretsContract
from tests.contracts.waiting import WaitingPlacesContract
from tests.functional.others_bucket import OthersBucket
from tests.functional.service import Service, until
from tools import receipt_key
from tools.audit import entries


class TestDynamoDBJobStore(JobStoreContract, JobListContract):
    @pytest.fixture
    def store(self, service: Service) -> DynamoDBJobStore:
        return DynamoDBJobStore(service.dynamodb, service.jobs_table, expiry=after(days=1))

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBDeliveryStore(DeliveryStoreContract):
    @pytest.fixture
    def store(self, service: Service) -> DynamoDBDeliveryStore:
        return DynamoDBDeliveryStore(service.dynamodb, service.jobs_table, expiry=after(days=1))

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
        return DynamoDBLatestReports(service.dynamodb, service.jobs_table, expiry=after(days=1))

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestS3ObjectStore(ObjectStoreContract):
    @pytest.fixture
    def objects(self, service: Service) -> S3ObjectStore:
        return S3ObjectStore(service.s3, service.artifacts_bucket, tag=lambda _: "1")

    @pytest.fixture
    def folder(self, unique: str, service: Service) -> Iterator[str]:
        folder = f"contract/{unique}"
        yield folder
        for found in service.s3.list_objects_v2(Bucket=service.artifacts_bucket, Prefix=folder).get("Contents", []):
            service.s3.delete_object(Bucket=service.artifacts_bucket, Key=found["Key"])

    def test_a_version_is_read_though_a_newer_one_exists(self, service: Service, unique: str) -> None:
        uploads = S3ObjectStore(service.s3, service.uploads_bucket, tag=lambda _: "1")
        first = service.s3.put_object(Bucket=service.uploads_bucket, Key=f"contract/{unique}", Body=b"1")
        service.s3.put_object(Bucket=service.uploads_bucket, Key=f"contract/{unique}", Body=b"2")

        assert uploads.get(f"contract/{unique}", version_id=first["VersionId"], max_bytes=9) == b"1"
        assert uploads.get(f"contract/{unique}", max_bytes=9) == b"2"

    def test_a_version_that_is_not_there_is_unavailable_for_now(self, service: Service, unique: str) -> None:
        uploads = S3ObjectStore(service.s3, service.uploads_bucket, tag=lambda _: "1")
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


class TestDynamoDBReportFiles(ReportFilesContract):
    @pytest.fixture
    def files(self, service: Service) -> DynamoDBReportFiles:
        return DynamoDBReportFiles(service.dynamodb, service.jobs_table, expiry=after(days=1))

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestSSMReceiptKeys(ReceiptKeysContract):
    @pytest.fixture
    def prefix(self, service: Service, unique: str) -> Iterator[str]:
        prefix = f"/pressrun/contract-{unique}/receipts"
        yield prefix
        service.ssm.delete_parameters(Names=[f"{prefix}/private", f"{prefix}/public"])

    @pytest.fixture
    def keys(self, service: Service, prefix: str) -> SSMReceiptKeys:
        moments = count(0, 1000)  # what was read before is out of date
        return SSMReceiptKeys(service.ssm, prefix, monotonic=lambda: next(moments))

    @pytest.fixture
    def make(self, service: Service, prefix: str) -> Callable[[], object]:
        stage = prefix.split("/")[2]
        return lambda: receipt_key.main(["--stage", stage], client=service.ssm)


class TestLambdaSigner(SignerContract):
    @pytest.fixture
    def signer(self, service: Service) -> LambdaSigner:
        return LambdaSigner(service.functions, f"pressrun-{service.stage}-sign")

    @pytest.fixture
    def artifacts(self, service: Service) -> S3ObjectStore:
        return S3ObjectStore(service.s3, service.artifacts_bucket, tag=lambda _: "1")

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"sign-{unique}"

    @pytest.fixture
    def keep(self, service: Service, tenant: str) -> Iterator[Callable[[str], object]]:
        name = f"/pressrun/{service.stage}/signing/{tenant}/seal"
        yield lambda _: service.ssm.put_parameter(Name=name, Value=signing_key(), Type="SecureString")
        service.ssm.delete_parameters(Names=[name])


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


class TestAssumedRoleBuckets(BucketsContract):
    @pytest.fixture
    def bucket(self, service: Service, unique: str) -> Iterator[OthersBucket]:
        with OthersBucket.made(service, unique) as bucket:
            yield bucket

    @pytest.fixture
    def artifacts(self, service: Service) -> S3ObjectStore:
        return S3ObjectStore(service.s3, service.artifacts_bucket, tag=lambda _: "1")

    @pytest.fixture
    def buckets(self, service: Service, artifacts: S3ObjectStore) -> AssumedRoleBuckets:
        return AssumedRoleBuckets(service.session.client("sts"), artifacts, service.session.s3_by)

    @pytest.fixture
    def destination(self, bucket: OthersBucket, service: Service) -> BucketDestination:
        return bucket.open_to(service.caller)

    @pytest.fixture
    def closed(self, bucket: OthersBucket, service: Service) -> BucketDestination:
        if not service.enforces_iam:
            pytest.skip("this emulator enforces no IAM")
        return replace(bucket.open_to(service.caller), external_id="that of another")

    @pytest.fixture
    def store(self, artifacts: S3ObjectStore, unique: str) -> Store:
        def store(name: str, body: bytes) -> Artifact:
            key = f"reports/contract-{unique}/job/1/{name}"
            artifacts.put(key, body, content_type="application/pdf")
            return Artifact(name, key, "application/pdf", len(body))

        return store

    @pytest.fixture
    def found(self, bucket: OthersBucket) -> Found:
        return lambda _: bucket.objects()


class TestAwsPasswords(PasswordsContract):
    @pytest.fixture
    def prefix(self, service: Service, unique: str) -> str:
        return f"/pressrun/{service.stage}/contract-{unique}"

    @pytest.fixture
    def passwords(self, service: Service, prefix: str) -> AwsPasswords:
        if not service.password_key:
            pytest.skip("the stage has no key for passwords: passwordKey=own gives it one")
        return AwsPasswords(service.kms, service.ssm, key=service.password_key, prefix=prefix)

    @pytest.fixture
    def keep(self, service: Service, prefix: str) -> Iterator[Callable[[str, str, str], object]]:
        kept: list[str] = []

        def keep(tenant: str, name: str, secret: str) -> None:
            kept.append(f"{prefix}/{tenant}/{name}")
            service.ssm.put_parameter(Name=kept[-1], Value=secret, Type="SecureString")

        yield keep
        service.ssm.delete_parameters(Names=kept)


class TestDynamoDBBelongings(BelongingsContract):
    @pytest.fixture
    def belongings(self, service: Service) -> DynamoDBBelongings:
        return DynamoDBBelongings(service.dynamodb, service.jobs_table, expiry=after(days=1), sleep=lambda _: None)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"

    @pytest.fixture
    def given(self, service: Service) -> Given:
        """Give a tenant one of each kind, by the adapters that keep them."""
        where = (service.dynamodb, service.jobs_table)

        def give(tenant: str) -> set[Belonging]:
            now = SystemClock().now()
            job = a_job(f"{tenant}-job", at=SOON, tenant=tenant)
            DynamoDBJobStore(*where, expiry=after(days=1)).add(job)
            DynamoDBDeliveryStore(*where, expiry=after(days=1)).open(soon(job.id, tenant=tenant))
            DynamoDBLatestReports(*where, expiry=after(days=1)).offer(tenant, "daily", job)
            DynamoDBReportFiles(*where, expiry=after(days=1)).note(job, "ab" * 32)
            DynamoDBIdempotencyKeys(*where).claim(tenant, {"key": KeyUse(job.id, "digest")}, now)
            DynamoDBOwnTemplates(*where).put(OwnTemplate(tenant, "receipt", revision=1))
            return {
                Belonging(Kind.JOB, (job.id, "job")),
                Belonging(Kind.DELIVERY, (job.id, "delivery#1")),
                Belonging(Kind.LATEST, (f"latest#{tenant}#daily", "latest")),
                Belonging(Kind.RECEIPT, (f"files#{tenant}", "ab" * 32)),
                Belonging(Kind.TEMPLATE, (f"template#{tenant}#receipt", "template")),
                Belonging(Kind.IDEMPOTENCY, (f"idempotency#{tenant}#{sha256(b'key').hexdigest()}", "idempotency")),
            }

        return give


class TestDynamoDBOwnTemplates(OwnTemplatesContract):
    @pytest.fixture
    def own(self, service: Service) -> DynamoDBOwnTemplates:
        return DynamoDBOwnTemplates(service.dynamodb, service.jobs_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestDynamoDBErasures(ErasuresContract):
    @pytest.fixture
    def erasures(self, service: Service) -> DynamoDBErasures:
        return DynamoDBErasures(service.dynamodb, service.jobs_table)

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestCloudWatchAuditLog(AuditLogContract):
    @pytest.fixture
    def audit(self, service: Service) -> CloudWatchAuditLog:
        return CloudWatchAuditLog(service.logs, service.audit_log_group, writer="tests")

    @pytest.fixture
    def entries(self, service: Service) -> Callable[[str], Sequence[Any]]:
        return lambda tenant: list(
            entries(service.logs, service.audit_log_group, tenant, SystemClock().now() - timedelta(hours=1))
        )

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"


class TestS3Belongings(BelongingsContract):
    @pytest.fixture
    def belongings(self, service: Service) -> S3Belongings:
        return S3Belongings(
            service.s3, uploads=service.uploads_bucket, artifacts=service.artifacts_bucket, tag=lambda _: "1"
        )

    @pytest.fixture
    def tenant(self, unique: str) -> str:
        return f"contract-{unique}"

    @pytest.fixture
    def given(self, service: Service) -> Given:
        """Give a tenant an input, an artifact, a file, and one in two versions that was deleted."""

        def give(tenant: str) -> set[Belonging]:
            # Of a tenant's folder, but of no template's: its report fails at once.
            upload = f"uploads/{tenant}/a b+c.csv"
            versions = [
                service.s3.put_object(Bucket=service.uploads_bucket, Key=upload, Body=body)["VersionId"]
                for body in (b"1", b"2")
            ]
            mark = service.s3.delete_object(Bucket=service.uploads_bucket, Key=upload)["VersionId"]
            other = f"uploads/{tenant}/b.csv"
            versions_of = [(upload, version) for version in versions]
            versions_of.append((other, service.s3.put_object(Bucket=service.uploads_bucket, Key=other)["VersionId"]))
            things = {Belonging(Kind.UPLOAD, place) for place in versions_of}
            things.add(Belonging(Kind.MARK, (upload, mark)))
            for kind, key in (
                (Kind.INPUT, f"inputs/{tenant}/a.json"),
                (Kind.ARTIFACT, f"reports/{tenant}/a/1/ä.pdf"),
                (Kind.ASSET, f"assets/{tenant}/letter.pdf"),
                (Kind.TEMPLATE, f"templates/{tenant}/receipt/1.abc.zip"),
            ):
                service.s3.put_object(Bucket=service.artifacts_bucket, Key=key, Body=b"1")
                things.add(Belonging(kind, (key, "null")))
            return things

        return give

    def test_things_have_the_tag_by_which_they_expire(
        self, belongings: S3Belongings, service: Service, tenant: str, given: Given
    ) -> None:
        def is_tagged(each: Belonging) -> bool | None:
            belongings.keep(tenant, each)
            bucket = service.uploads_bucket if each.kind is Kind.UPLOAD else service.artifacts_bucket
            tags = service.s3.get_object_tagging(Bucket=bucket, Key=each.place[0], VersionId=each.place[1])
            return tags["TagSet"] == [{"Key": "retention", "Value": "1"}] or None

        for each in given(tenant):
            # An asset stays until it is removed. MiniStack finds no version of a deleted object by its tags.
            if each.kind not in (Kind.MARK, Kind.ASSET, Kind.TEMPLATE) and not each.place[0].endswith("/a b+c.csv"):
                # The stack itself tags an upload, once, when it has noticed it.
                until(partial(is_tagged, each), seconds=30, what=str(each))


class TestDynamoDBPauses(KeptPausesContract):
    @pytest.fixture
    def kept(self, service: Service) -> Iterator[DynamoDBPauses]:
        kept = DynamoDBPauses(service.dynamodb, service.jobs_table)
        before = kept.read()
        yield kept
        kept.write(before)

    @pytest.fixture
    def write(self, kept: DynamoDBPauses) -> Write:
        return kept.write
