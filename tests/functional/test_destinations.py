"""Reports are put into buckets of their tenants' own, on a deployed stack."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from tests.functional.others_bucket import OthersBucket
from tests.functional.service import Service, until
from tools import destination as tool

ROWS = {"rows": [{"Name": "Größe", "Amount": 42}]}


@pytest.fixture
def bucket(service: Service, unique: str) -> Iterator[OthersBucket]:
    with OthersBucket.made(service, unique) as bucket:
        yield bucket


def allow(service: Service, tenant: str, bucket: OthersBucket) -> str:
    """Allow a tenant the bucket as operators do; return the role that the notify function has."""
    wanted = bucket.destination
    arguments = ["--stage", service.stage, "--tenant", tenant, "--name", wanted.name, "--bucket", wanted.bucket]
    done = tool.main(
        [*arguments, "--prefix", wanted.prefix, "--role", wanted.role],
        tenants=service.tenants,
        functions=service.functions,
    )
    assert done == 0
    [kept] = service.tenants.get(tenant).destinations
    bucket.destination = kept
    function = service.functions.get_function_configuration(FunctionName=f"pressrun-{service.stage}-notify")
    return str(function["Role"])


def delivered(tenant: Service, report: str, *statuses: str) -> dict[str, Any]:
    """Wait for a delivery to have been tried with such a result."""

    def found() -> dict[str, Any] | None:
        listed = tenant.get(f"/reports/{report}/deliveries").json()["deliveries"]
        tried = [each for each in listed if each["attempts"] and each["status"] in statuses]
        return dict(tried[0]) if tried else None

    return until(found, seconds=60, what=lambda: str(tenant.get(f"/reports/{report}/deliveries").json()))


def test_a_report_goes_into_its_tenants_bucket_once_the_owner_lets_it(
    service: Service, unique: str, bucket: OthersBucket
) -> None:
    if not service.enforces_iam:
        pytest.skip("this emulator enforces no IAM")
    name = f"bucket-{unique}"
    tenant = service.as_tenant(name)
    notify = allow(service, name, bucket)
    options = {"deliver_to": {"destination": "archive", "folder": "2026/10"}, "outputs": [{"format": "csv"}]}

    report = tenant.ended(tenant.submit("table", ROWS, filename="Rain", **options))
    refused = delivered(tenant, report["id"], "PENDING", "FAILED")

    assert (refused["channel"], refused["address"]) == ("bucket", "archive/2026/10")
    assert refused["attempts"][0]["fault"] == "bucket_refused", refused
    assert bucket.objects() == {}

    bucket.open_to(notify)
    assert tenant.post(f"/reports/{report['id']}/deliveries/1/replay", {}).status_code in (202, 409)
    delivered(tenant, report["id"], "DELIVERED")

    assert bucket.objects() == {
        f"pressrun/2026/10/{file}": tenant.artifact(report, file) for file in ("Rain.pdf", "data.csv")
    }


def test_no_tenant_reaches_the_destination_of_another_nor_one_that_was_taken_back(
    service: Service, unique: str, bucket: OthersBucket
) -> None:
    mine, other = (service.as_tenant(f"{name}-{unique}") for name in ("bucket", "other"))
    bucket.open_to(allow(service, f"bucket-{unique}", bucket))
    body = {"template": "table", "data": ROWS, "options": {"deliver_to": {"destination": "archive"}}}

    refused = other.post("/reports", body)
    accepted = mine.post("/reports", body)
    service.tenants.put(replace(service.tenants.get(f"bucket-{unique}"), destinations=()))

    assert (refused.status_code, refused.json()["code"]) == (422, "invalid_options")
    assert refused.json()["errors"][0]["pointer"] == "/options/deliver_to/destination"
    report = mine.ended(accepted.json()["id"])
    failed = delivered(mine, report["id"], "FAILED", "DELIVERED")
    if failed["status"] == "FAILED":  # else the delivery was faster
        assert failed["attempts"][-1]["fault"] == "destination_missing"
        assert bucket.objects() == {}
