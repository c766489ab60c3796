"""All that a tenant has is erased from the stack, with a proof, and the audit log knows who did what."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from reports.access.retention import after
from reports.adapters.dynamodb.belongings import DynamoDBBelongings
from reports.adapters.s3.belongings import S3Belongings
from reports.jobs.belongings import Belonging
from reports.jobs.erasure import digest_of
from tests.functional.service import Service, until
from tools.audit import entries

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}


def belongings(service: Service, tenant: str) -> Iterator[Belonging]:
    """Yield all that a tenant has, as an operator may list it."""
    yield from DynamoDBBelongings(service.dynamodb, service.jobs_table, expiry=after(days=1)).of(tenant)
    buckets = {"uploads": service.uploads_bucket, "artifacts": service.artifacts_bucket}
    yield from S3Belongings(service.s3, **buckets, tag=str).of(tenant)


def audited(service: Service, tenant: str) -> list[dict[str, Any]]:
    since = datetime.now(UTC) - timedelta(hours=1)
    return list(entries(service.logs, service.audit_log_group, tenant, since))


def test_all_that_a_tenant_has_is_erased_and_proved(service: Service, unique: str) -> None:
    name = f"gone-{unique}"[:40].rstrip("-")
    theirs = service.as_tenant(name)
    report_id = theirs.submit("table", ROWS, replaces="daily")
    keyed = theirs.post("/reports", {"template": "table", "data": ROWS}, headers={"Idempotency-Key": unique}).json()
    for each in (report_id, keyed["id"]):
        theirs.ended(each)
    file = theirs.upload(f"uploads/{name}/table/orders.csv", b"Item,Amount\nBread,2.50\n")
    theirs.report_of(file)
    service.s3.delete_object(Bucket=service.uploads_bucket, Key=file)
    before = list(belongings(service, name))
    assert {each.kind for each in before} >= {
        *("jobs", "latest_reports", "idempotency_keys"),
        *("uploads", "upload_marks", "inputs", "artifacts"),
    }

    answer = theirs.delete(f"/tenants/{name}/data")

    assert answer.status_code == 202, answer.text
    refused = theirs.post("/reports", {"template": "table", "data": ROWS})
    assert (refused.status_code, refused.json()["code"]) == (409, "being_erased")

    def ended() -> dict[str, Any] | None:
        service.functions.invoke(FunctionName=f"pressrun-{service.stage}-erase")
        shown = theirs.get(f"/tenants/{name}/data").json()
        return None if shown["under_way"] else dict(shown["proof"])

    proof = until(ended, seconds=120, what="the end of the erasure")
    assert list(belongings(service, name)) == []
    assert theirs.get("/reports").json()["reports"] == []
    assert theirs.get(f"/reports/{report_id}").status_code == 404
    assert sum(proof["removed"].values()) >= len(before)
    assert proof["removed"]["jobs"] == 3
    assert proof["sha256"] == digest_of({key: value for key, value in proof.items() if key != "sha256"})
    log = audited(service, name)
    [erased] = [entry for entry in log if entry["action"] == "erased"]
    assert erased["sha256"] == proof["sha256"]
    actions = [entry["action"] for entry in log]
    assert actions.count("POST /reports") == 2
    assert {"asked", "GET /reports/<report_id>", "erasure asked", "DELETE /tenants/<tenant>/data"} <= set(actions)

    # From then on, it is a tenant like any other.
    assert theirs.ended(theirs.submit("table", ROWS))["status"] == "SUCCEEDED"
