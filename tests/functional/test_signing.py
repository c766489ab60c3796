"""PDFs are signed by keys of their tenants, on a deployed stack."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from tests.certificates import authority, kms_key, signing_key
from tests.functional.service import Service
from tests.timestamping import timestamp_authority
from tools import pdf_a, pdf_ua
from tools.kms_signing_key import TAG

ROWS = {"rows": [{"Name": "Größe", "Amount": 42}]}


@pytest.fixture
def tenant(service: Service, unique: str) -> Iterator[Service]:
    name = f"/pressrun/{service.stage}/signing/signed-{unique}/seal"
    service.ssm.put_parameter(Name=name, Value=signing_key(), Type="SecureString")
    yield service.as_tenant(f"signed-{unique}")
    service.ssm.delete_parameters(Names=[name])


def is_trusted(pdf: bytes) -> bool:
    [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    root = Certificate.load(authority()[1].public_bytes(Encoding.DER))
    status = validate_pdf_signature(signature, ValidationContext(trust_roots=[root]))
    return bool(status.bottom_line) and status.coverage is not None and status.coverage.name == "ENTIRE_FILE"


def test_a_report_is_signed_as_the_last_step_and_says_by_whom(tenant: Service, unique: str) -> None:
    options = {"sign": {"key": "seal", "reason": "Issued", "certify": True}, "pdf": {"variant": "pdf/a-2a", "ua": True}}

    report = tenant.ended(tenant.submit("table", ROWS, **options))

    assert report["status"] == "SUCCEEDED", report
    pdf = tenant.artifact(report)
    assert is_trusted(pdf)
    signature = report["finish"]["sign"]
    assert signature["signer"] == "Common Name: Acme GmbH"
    assert signature["issuer"] == "Common Name: Test Authority"
    assert signature["certified"] is True
    assert report["provenance"]["pdf_sha256"] == sha256(pdf).hexdigest()
    rendered = next(pdf[:end] for end in ends(pdf) if sha256(pdf[:end]).hexdigest() == signature["rendered_sha256"])
    assert len(rendered) < len(pdf)
    assert list(pdf_ua.faults(pdf)) == []
    assert list(pdf_a.faults(pdf)) == []
    kept = tenant.s3.list_objects_v2(
        Bucket=tenant.artifacts_bucket, Prefix=f"reports/{tenant.get('/me').json()['tenant']}/"
    )
    assert not [each["Key"] for each in kept["Contents"] if each["Key"].endswith(".unsigned")]


def ends(pdf: bytes) -> Iterator[int]:
    """Yield where revisions of a PDF may end."""
    at = -1
    while (at := pdf.find(b"%%EOF", at + 1)) >= 0:
        yield from (at + 5, at + 6, at + 7)


def test_a_signature_is_seen_in_its_place_and_one_without_room_is_refused(tenant: Service) -> None:
    visible = {"page": -1, "x": 20, "y": 240, "width": 80, "height": 22}
    options = {"pdf": {"variant": "pdf/a-3a", "ua": True}}

    sign = {"key": "seal", "reason": "Größe", "visible": visible}
    report = tenant.ended(tenant.submit("table", ROWS, **options, sign=sign))

    assert report["status"] == "SUCCEEDED", report
    pdf = tenant.artifact(report)
    assert is_trusted(pdf)
    assert list(pdf_ua.faults(pdf)) == []
    assert list(pdf_a.faults(pdf)) == []
    [signature] = PdfFileReader(io.BytesIO(pdf)).embedded_signatures
    left, bottom, right, top = (float(each) for each in signature.sig_field["/Rect"])
    assert (right - left, top - bottom) == pytest.approx((80 * 72 / 25.4, 22 * 72 / 25.4), abs=1)

    report = tenant.ended(tenant.submit("table", ROWS, sign={**sign, "visible": {**visible, "page": 7}}))

    assert report["error"]["code"] == "signature_misplaced", report
    assert report["error"]["detail"]["errors"][0]["pointer"] == "/options/sign/visible"
    assert not report.get("artifacts")


def test_a_protected_report_is_signed_and_stays_protected(tenant: Service) -> None:
    if not tenant.password_key:
        pytest.skip("the stage has no key for passwords: passwordKey=own gives it one")
    options = {"sign": {"key": "seal"}, "protect": {"user_password": "correct horse"}}

    report = tenant.ended(tenant.submit("table", ROWS, **options))

    assert report["status"] == "SUCCEEDED", report
    assert set(report["finish"]) == {"sign", "protect"}
    reader = PdfFileReader(io.BytesIO(tenant.artifact(report)))
    reader.decrypt("correct horse")
    assert len(reader.embedded_signatures) == 1


def test_a_key_of_another_tenant_signs_nothing_and_nothing_is_delivered_unsigned(
    service: Service, tenant: Service
) -> None:
    del tenant
    other = service.as_tenant("signed-not")

    report = other.ended(other.submit("table", ROWS, sign={"key": "seal"}))

    assert report["status"] == "FAILED"
    assert report["error"]["code"] == "signing_key_missing"
    assert report["error"]["detail"]["errors"][0]["pointer"] == "/options/sign/key"
    assert not report.get("artifacts")


def test_an_expired_key_fails_before_the_render_and_can_be_replaced(
    service: Service, tenant: Service, unique: str
) -> None:
    name = f"/pressrun/{service.stage}/signing/signed-{unique}/seal"
    service.ssm.put_parameter(Name=name, Value=signing_key(days=(-9, -1)), Type="SecureString", Overwrite=True)
    report = tenant.ended(tenant.submit("table", ROWS, sign={"key": "seal"}))
    assert report["error"]["code"] == "signing_key_unusable", report
    assert "expired" in report["error"]["message"]

    service.ssm.put_parameter(Name=name, Value=signing_key(), Type="SecureString", Overwrite=True)
    tenant.post(f"/reports/{report['id']}/retry", {})

    assert is_trusted(tenant.artifact(tenant.ended(report["id"])))


@pytest.fixture
def clock_port(service: Service) -> int:
    """Return where the stack looks for an authority for time stamps, see tools/functional.py."""
    function = service.functions.get_function_configuration(FunctionName=f"pressrun-{service.stage}-sign")
    port: int | None = urlsplit(function["Environment"]["Variables"].get("TIMESTAMP_AUTHORITIES", "")).port
    if port is None:
        pytest.skip("this stack has no authority of the tests")
    return port


def test_an_authority_proves_the_time_of_a_signature(tenant: Service, clock_port: int) -> None:
    with timestamp_authority(clock_port):
        report = tenant.ended(tenant.submit("table", ROWS, sign={"key": "seal", "timestamp": True}))

    assert report["status"] == "SUCCEEDED", report
    assert is_trusted(tenant.artifact(report))
    assert report["finish"]["sign"]["level"] == "PAdES B-T"
    assert report["finish"]["sign"]["timestamp"]["authority"] == "Common Name: Test Clock"


@pytest.fixture
def by_kms(service: Service, unique: str) -> Iterator[tuple[Service, str]]:
    name = f"/pressrun/{service.stage}/signing/kms-{unique}/seal"
    kms = service.kms
    content = kms_key(kms, stage=service.stage)
    service.ssm.put_parameter(Name=name, Value=content, Type="SecureString")
    arn = json.loads(content)["kms"]
    yield service.as_tenant(f"kms-{unique}"), arn
    kms.schedule_key_deletion(KeyId=arn, PendingWindowInDays=7)
    service.ssm.delete_parameters(Names=[name])


def test_a_key_that_never_leaves_kms_signs_until_it_is_disabled(service: Service, by_kms: tuple[Service, str]) -> None:
    tenant, arn = by_kms
    report = tenant.ended(tenant.submit("table", ROWS, sign={"key": "seal"}))
    assert report["status"] == "SUCCEEDED", report
    assert is_trusted(tenant.artifact(report))
    service.kms.disable_key(KeyId=arn)

    report = tenant.ended(tenant.submit("table", ROWS, sign={"key": "seal"}))

    assert report["error"]["code"] == "signing_key_unusable", report
    assert "is disabled" in report["error"]["message"]
    assert not report.get("artifacts")


def test_a_key_in_kms_of_another_stage_may_not_be_used(service: Service, by_kms: tuple[Service, str]) -> None:
    if not service.enforces_iam:
        pytest.skip("this emulator enforces no IAM")
    tenant, arn = by_kms
    service.kms.tag_resource(KeyId=arn, Tags=[{"TagKey": TAG, "TagValue": "another"}])

    report = tenant.ended(tenant.submit("table", ROWS, sign={"key": "seal"}))

    assert report["error"]["code"] == "signing_key_unusable", report
    assert "needs the tag" in report["error"]["message"]
