"""Reports prove where they come from, on a deployed stack."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import jwt
import pytest

from pressrun_client import Client, ServiceError, Verdict, verify
from pressrun_client.verification import revisions_of
from tests.certificates import signing_key
from tests.functional.service import Service, until
from tools import receipt_key

ROWS = {"rows": [{"Name": "Größe", "Amount": 42}]}


@pytest.fixture(scope="module")
def keys(service: Service) -> Iterator[None]:
    """Give the stage a key for receipts, if it has none, and wait until its functions know it."""
    names = [f"/pressrun/{service.stage}/receipts/{part}" for part in ("private", "public")]
    made = not service.get("/receipt-keys").json()["keys"]
    if made:
        assert receipt_key.main(["--stage", service.stage], client=service.ssm) == 0
        until(lambda: service.get("/receipt-keys").json()["keys"] or None, seconds=60, what="keys of receipts")
    yield
    if made:
        service.ssm.delete_parameters(Names=names)


def client_of(service: Service) -> Client:
    key = str(service.http.headers["Authorization"]).removeprefix("Bearer ")
    return Client(service.api_url, key, allow_http=True)


def test_a_file_leads_to_a_signed_receipt_of_what_it_was_made_of(
    service: Service, unique: str, tmp_path: Path, keys: None
) -> None:
    tenant = service.as_tenant(f"receipt-{unique}")
    options = {"title": f"Receipt {unique}", "outputs": [{"format": "csv"}], "pdf": {"variant": "pdf/a-3a"}}
    report = tenant.ended(tenant.submit("table", ROWS, **options))
    pdf = tenant.artifact(report)
    file = tmp_path / "report.pdf"
    file.write_bytes(pdf)

    def found() -> dict[str, Any] | None:
        answer = tenant.get(f"/receipts/{sha256(pdf).hexdigest()}")  # as soon as the end is announced
        return dict(answer.json()) if answer.status_code == 200 else None

    answer = until(found, seconds=30, what="a receipt by the file")

    receipt = answer["receipt"]
    assert answer == tenant.get(f"/reports/{report['id']}/receipt").json()
    kept = service.s3.get_object(Bucket=service.artifacts_bucket, Key=f"inputs/receipt-{unique}/{report['id']}.json")[
        "Body"
    ].read()
    assert receipt["input"] == {"door": "api", "sha256": sha256(kept).hexdigest()}
    assert {each["name"]: each["sha256"] for each in receipt["files"]} == {
        each["name"]: sha256(tenant.artifact(report, each["name"])).hexdigest() for each in report["artifacts"]
    }
    assert {each["standard"]: each["claimed"] for each in receipt["conformance"]} == {
        "PDF/UA-1": True,
        "PDF/A-3A": True,
    }
    public = jwt.PyJWK.from_dict(service.with_key(None).get("/receipt-keys").json()["keys"][0])
    signed = jwt.PyJWS().decode(answer["jws"], public, algorithms=["EdDSA"])
    assert json.loads(signed) == receipt
    with client_of(tenant) as client:
        assert verify(file, client).verdict is Verdict.UNCHANGED
        file.write_bytes(pdf + b"%%EOF")
        assert verify(file, client).verdict is Verdict.ADDED_TO
        file.write_bytes(pdf[:-9])
        assert verify(file, client).verdict is Verdict.UNKNOWN
    table = [each["sha256"] for each in receipt["files"] if each["name"] == "data.csv"]
    assert tenant.get(f"/receipts/{table[0]}").json()["receipt"]["report"] == report["id"]


def test_a_receipt_is_its_tenants_alone_and_goes_with_its_data(service: Service, unique: str, keys: None) -> None:
    tenant, other = (service.as_tenant(f"{name}-{unique}") for name in ("mine", "theirs"))
    report = tenant.ended(tenant.submit("table", ROWS, title=f"Mine {unique}"))
    digest = report["provenance"]["pdf_sha256"]
    until(
        lambda: tenant.get(f"/receipts/{digest}").status_code == 200 or None, seconds=30, what="a receipt by the file"
    )

    assert other.get(f"/receipts/{digest}").status_code == 404
    assert other.get(f"/reports/{report['id']}/receipt").status_code == 404
    assert tenant.http.delete(f"{service.api_url}/tenants/mine-{unique}/data", timeout=30).status_code == 202

    def gone() -> bool | None:
        items = service.dynamodb.query(
            TableName=service.jobs_table,
            KeyConditionExpression="job_id = :files",
            ExpressionAttributeValues={":files": {"S": f"files#mine-{unique}"}},
        )["Items"]
        return True if not items else None

    until(gone, seconds=120, what="nothing leads to what was erased")


def test_reports_come_to_the_same_bytes_when_they_are_made_once_more(
    service: Service, unique: str, invoice: dict[str, object], keys: None
) -> None:
    tenant = service.as_tenant(f"again-{unique}")
    outputs = [{"format": "text"}, {"format": "xlsx"}]
    key = tenant.upload(
        f"uploads/again-{unique}/table/{unique}.csv", b"Name,Amount\n" + b"Gr\xc3\xb6\xc3\x9fe,42\n" * 900
    )
    reports = [
        tenant.ended(tenant.submit("invoice", invoice, pdf={"variant": "pdf/a-3a"}, attach=[{"source": "data"}])),
        tenant.ended(tenant.submit("table", ROWS, title=f"Again {unique}", outputs=outputs)),
        tenant.report_of(key),
    ]

    for first in reports:
        answer = tenant.post(f"/reports/{first['id']}/rerender", {})
        assert answer.status_code == 202, answer.text
        second = tenant.ended(answer.json()["id"])

        assert second["rerenders"] == first["id"], second
        assert second["provenance"] == first["provenance"]
        one, other = (tenant.get(f"/reports/{each['id']}/receipt").json()["receipt"] for each in (first, second))
        assert one["files"] == other["files"]


def test_a_signed_report_is_found_by_both_revisions_and_made_once_more_up_to_its_signature(
    service: Service, unique: str, tmp_path: Path, keys: None
) -> None:
    name = f"/pressrun/{service.stage}/signing/sealed-{unique}/seal"
    service.ssm.put_parameter(Name=name, Value=signing_key(), Type="SecureString")
    tenant = service.as_tenant(f"sealed-{unique}")
    file = tmp_path / "signed.pdf"
    try:
        report = tenant.ended(tenant.submit("table", ROWS, sign={"key": "seal"}))
    finally:
        service.ssm.delete_parameters(Names=[name])
    assert report["status"] == "SUCCEEDED", report
    file.write_bytes(tenant.artifact(report))
    until(
        lambda: tenant.get(f"/receipts/{report['provenance']['pdf_sha256']}").status_code == 200 or None,
        seconds=30,
        what="a receipt by the file",
    )
    with client_of(tenant) as client:
        signed = verify(file, client)
        assert signed.verdict is Verdict.UNCHANGED
        assert signed.receipt is not None
        rendered = signed.receipt.rendered_sha256
        assert rendered is not None
        [before] = [each for each in revisions_of(file) if each.sha256 == rendered]
        file.write_bytes(file.read_bytes()[: before.size])
        assert verify(file, client).verdict is Verdict.BEFORE_SIGNATURE

        again = client.wait(client.rerender(report["id"]), timeout=60)

        assert client.receipt(again.id).pdf_sha256 == rendered


def test_no_receipt_before_the_end(service: Service, unique: str) -> None:
    with client_of(service) as client, pytest.raises(ServiceError) as raised:
        client.find_receipt("00" * 32)

    assert raised.value.code == "job_not_found"
