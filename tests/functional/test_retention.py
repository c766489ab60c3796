"""What belongs to a tenant is kept as long as is settled for it, and under a legal hold for good."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest

from reports.access.tenants import Tenant
from tests.functional.service import Service
from tools import retention

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}


def kept(service: Service, tenant: str) -> dict[str, str]:
    """Return the tags of all that a tenant has in the buckets."""
    found = {}
    folders = ((service.artifacts_bucket, "inputs/"), (service.artifacts_bucket, "reports/"))
    for bucket, folder in (*folders, (service.uploads_bucket, "uploads/")):
        page = service.s3.list_object_versions(Bucket=bucket, Prefix=f"{folder}{tenant}/")
        for each in page.get("Versions", []):
            place = {"Bucket": bucket, "Key": each["Key"], "VersionId": each["VersionId"]}
            tags = service.s3.get_object_tagging(**place)["TagSet"]
            found[each["Key"]] = ", ".join(f"{tag['Key']}={tag['Value']}" for tag in tags)
    return found


def item(service: Service, report_id: str) -> dict[str, Any]:
    key = {"job_id": {"S": report_id}, "item": {"S": "job"}}
    found: dict[str, Any] = service.dynamodb.get_item(TableName=service.jobs_table, Key=key, ConsistentRead=True)[
        "Item"
    ]
    return found


def days_kept(service: Service, report: dict[str, Any]) -> float:
    since = datetime.fromisoformat(report["created_at"]).timestamp()
    return (int(item(service, report["id"])["expires_at"]["N"]) - since) / timedelta(days=1).total_seconds()


def test_a_tenants_own_retention_and_its_legal_hold_are_those_of_all_that_it_has(
    service: Service, unique: str, capsys: pytest.CaptureFixture[str]
) -> None:
    name = f"keeping-{unique}"[:40].rstrip("-")
    service.tenants.put(Tenant(name, retention_days=7))
    theirs = service.as_tenant(name)
    report = theirs.ended(theirs.submit("table", ROWS))
    file = theirs.upload(f"uploads/{name}/table/orders.csv", b"Item,Amount\nBread,2.50\n")
    beside = theirs.upload(f"{file}.pressrun.json", b"{}")
    uploaded = theirs.report_of(file)

    tags = kept(service, name)
    assert {file, beside, f"inputs/{name}/{report['id']}.json"} < tags.keys()
    assert len(tags) == 7  # with the PDFs and thumbnails of both
    assert set(tags.values()) == {"retention=7"}
    assert [round(days_kept(service, each), 2) for each in (report, uploaded)] == [7, 7]

    held = ["--stage", service.stage, "--tenant", name, "--hold"]
    assert retention.main([*held, "--reason", "case 7"]) == 0
    assert "things of " + name + " are kept until the hold is released" in capsys.readouterr().out
    assert set(kept(service, name).values()) == {"retention=held"}
    assert "expires_at" not in item(service, report["id"])
    assert service.tenants.get(name) == Tenant(name, retention_days=7, legal_hold="case 7")

    assert retention.main([*held, "--release"]) == 0
    assert set(kept(service, name).values()) == {"retention=7"}
    assert round(days_kept(service, report), 2) == 7
