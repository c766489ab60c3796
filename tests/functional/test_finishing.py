"""PDFs are finished as their requests say, on a deployed stack."""

from __future__ import annotations

import json
from base64 import b64encode
from hashlib import sha256
from io import BytesIO

import pypdf
import pypdfium2
import pytest
import requests
from PIL import Image

from reports.access.retention import after
from reports.adapters.dynamodb.jobs import DynamoDBJobStore
from tests.functional.service import Service

ROWS = {"rows": [{"Name": "Größe", "Amount": 42}]}


def test_a_protected_report_opens_with_its_password_alone_and_the_password_is_in_nothing_that_is_kept(
    service: Service, unique: str
) -> None:
    if not service.password_key:
        pytest.skip("the stage has no key for passwords: passwordKey=own gives it one")
    tenant = service.as_tenant(f"protect-{unique}")
    password = f"correct horse {unique}"
    options = {"protect": {"user_password": password, "allow": ["print"]}}

    report = tenant.ended(tenant.submit("table", ROWS, **options))

    assert report["status"] == "SUCCEEDED", report
    assert report["finish"] == {"protect": {"encryption": "AES-256", "needs_password": True, "allowed": ["print"]}}
    assert "thumbnail" not in report
    pdf = requests.get(report["artifacts"][0]["url"], timeout=30).content
    with pytest.raises(pypdfium2.PdfiumError, match="password"):
        pypdfium2.PdfDocument(pdf)
    assert "Größe" in pypdf.PdfReader(BytesIO(pdf), password=password).pages[0].extract_text()
    job = DynamoDBJobStore(service.dynamodb, service.jobs_table, expiry=after(days=1)).get(report["id"])
    assert job.sealed
    kept = service.s3.get_object(Bucket=service.artifacts_bucket, Key=f"inputs/protect-{unique}/{report['id']}.json")[
        "Body"
    ].read()
    assert json.loads(kept)["options"]["protect"] == {"allow": ["print"]}
    assert password not in repr(job)
    assert password not in kept.decode()


def test_a_report_names_a_secret_of_its_tenant(service: Service, unique: str) -> None:
    tenant = service.as_tenant(f"secret-{unique}")
    name = f"/pressrun/{service.stage}/secrets/secret-{unique}/board"
    options = {"protect": {"user_secret": "board"}}

    missing = tenant.ended(tenant.submit("table", ROWS, **options))
    service.ssm.put_parameter(Name=name, Value="correct horse", Type="SecureString")
    try:
        report = tenant.ended(tenant.submit("table", ROWS, **options))
    finally:
        service.ssm.delete_parameters(Names=[name])

    assert missing["error"]["code"] == "secret_missing"
    assert missing["can_retry"]
    pdf = requests.get(report["artifacts"][0]["url"], timeout=30).content
    assert pypdf.PdfReader(BytesIO(pdf)).decrypt("correct horse") == pypdf.PasswordType.USER_PASSWORD


@pytest.mark.parametrize("protect", [{"user_password": "short"}, {"user_password": "a" * 9, "owner_password": "a" * 9}])
def test_passwords_that_are_none_are_refused_at_the_door(service: Service, protect: dict[str, str]) -> None:
    answer = service.post("/reports", {"template": "table", "data": ROWS, "options": {"protect": protect}})

    assert answer.status_code == 422
    assert protect["user_password"] not in answer.text


def test_a_tenants_letterhead_and_terms_go_into_its_reports(service: Service, unique: str) -> None:
    tenant = service.as_tenant(f"assets-{unique}")
    # What the service itself makes claims to be accessible, and so may be a part of what does.
    terms = tenant.artifact(tenant.ended(tenant.submit("table", {"rows": [{"Terms": f"terms {unique}"}]})))
    content = {"content": b64encode(terms).decode()}
    for name in ("letter", "terms"):
        kept = tenant.http.put(f"{service.api_url}/assets/{name}", json=content, timeout=30)
        assert kept.status_code == 200, kept.text
        assert kept.json()["sha256"] == sha256(terms).hexdigest()
    assert tenant.get("/assets/terms").json()["content"] == content["content"]
    listed = tenant.get("/assets").json()
    assert [(each["name"], each["bytes"]) for each in listed["assets"]] == [
        ("letter", len(terms)),
        ("terms", len(terms)),
    ]

    options = {"letterhead": {"asset": "letter"}, "append": ["terms"], "accessibility": "required"}
    report = tenant.ended(tenant.submit("table", ROWS, **options))

    assert report["status"] == "SUCCEEDED", report
    assert report["pages"] == 2
    assert report["finish"]["append"] == [{"name": "terms", "sha256": sha256(terms).hexdigest()}]
    first, second = tenant.pdf(report).pages
    assert "Größe" in first
    assert f"terms {unique}" in first
    assert "Größe" not in second
    assert f"terms {unique}" in second
    assert tenant.delete("/assets/terms").status_code == 204
    gone = tenant.post("/reports", {"template": "table", "data": ROWS, "options": {"append": ["terms"]}})
    assert (gone.status_code, gone.json()["code"]) == (404, "asset_missing")


def test_files_beside_the_pdf_are_artifacts(service: Service, unique: str) -> None:
    outputs = [{"format": "webp", "width": 400}, {"format": "text"}, {"format": "csv"}, {"format": "xlsx"}]

    report = service.ended(service.submit("table", ROWS, title=f"Files {unique}", outputs=outputs))

    assert report["status"] == "SUCCEEDED", report
    names = [each["name"] for each in report["artifacts"]]
    assert names[1:] == ["thumbnail.png", "page-001.webp", "report.txt", "data.csv", "data.xlsx"]
    assert unique in service.artifact(report, "report.txt").decode()
    assert service.artifact(report, "data.csv").decode("utf-8-sig") == "Name,Amount\r\nGröße,42\r\n"
    with Image.open(BytesIO(service.artifact(report, "page-001.webp"))) as picture:
        assert picture.width == 400
