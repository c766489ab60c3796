"""Reports are cancelled, retried, and the latest of their key is found."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import requests

from reports.adapters.dynamodb.job_items import item_of, job_of
from reports.jobs.values import Failure, JobStatus
from tests.functional.service import Reader, Service, until

ROWS = {"rows": [{"Item": "Bread", "Amount": 2.5}]}


def failed(service: Service, unique: str, *, times: int = 1) -> list[str]:
    """Make reports that fail for good: their bodies pass the direct door, and their data do not fit."""
    ids = [
        service.post("/queue/reports", {"template": "table", "data": {"rows": unique}}).json()["id"]
        for _ in range(times)
    ]
    until(
        lambda: all(service.get(f"/reports/{each}").status_code == 200 for each in ids) or None,
        seconds=60,
        what="the reports",
    )
    for each in ids:
        assert service.ended(each)["status"] == "FAILED"
    return ids


def test_a_report_that_is_rendered_can_be_cancelled_and_records_nothing_any_more(service: Service) -> None:
    # Long enough to be caught in the act.
    rows = [{"Text": f"Row {n} " * 6, "Number": n} for n in range(12_000)]
    report_id = service.submit("table", {"rows": rows})
    until(
        # It may have to wait for what other tests have left in the queue.
        lambda: service.report(report_id)["status"] == "RENDERING" or None,
        seconds=120,
        what=f"{report_id} is rendered",
    )

    answer = service.delete(f"/reports/{report_id}")

    assert (answer.status_code, answer.json()["status"]) == (200, "CANCELLED"), answer.text
    assert service.delete(f"/reports/{report_id}").status_code == 200
    pdf = service.get(f"/reports/{report_id}/pdf")
    assert (pdf.status_code, pdf.json()["code"]) == (409, "report_failed")
    service.ended(service.submit("table", ROWS))
    until(
        lambda: any("nothing to do" in line["message"] for line in service.log_lines("render", report_id)) or None,
        seconds=60,
        what="the worker leaves the report alone",
    )
    # Behind what other tests have left, the sweep may have sent its message once more.
    events = [event for event in service.events(report_id) if event != "queued_again"]
    assert events == ["accepted", "rendering", "cancelled"]
    assert service.report(report_id)["status"] == "CANCELLED"
    stored = service.s3.list_objects_v2(Bucket=service.artifacts_bucket, Prefix=f"reports/demo/{report_id}/")
    assert stored.get("Contents", []) == []


def test_a_report_that_is_over_cannot_be_cancelled_and_one_that_has_succeeded_cannot_be_retried(
    service: Service,
) -> None:
    report = service.ended(service.submit("table", ROWS))

    cancelled = service.delete(f"/reports/{report['id']}")
    retried = service.post(f"/reports/{report['id']}/retry", "")

    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "job_conflict")
    assert (retried.status_code, retried.json()["code"]) == (409, "job_conflict")
    assert service.report(report["id"])["status"] == "SUCCEEDED"
    assert service.delete("/reports/no-such-report").status_code == 404


def test_a_failed_report_is_retried_to_success_once_its_cause_is_mended(service: Service, unique: str) -> None:
    [report_id] = failed(service, unique)
    refused = service.post(f"/reports/{report_id}/retry", "")
    assert (refused.status_code, refused.json()["code"]) == (409, "retry_in_vain")
    assert service.report(report_id)["can_retry"] is False
    fail(service, [report_id])
    # The request as it lies in S3 is what a retry reads.
    mended = f'{{"template": "table", "data": {{"rows": [{{"Item": "{unique}"}}]}}}}'
    [kept] = service.s3.list_objects_v2(Bucket=service.artifacts_bucket, Prefix=f"inputs/demo/{report_id}.")["Contents"]
    service.s3.put_object(Bucket=service.artifacts_bucket, Key=kept["Key"], Body=mended.encode())

    answer = service.post(f"/reports/{report_id}/retry", "")

    assert answer.status_code == 202, answer.text
    report = service.ended(report_id)
    assert (report["status"], report["attempts"]) == ("SUCCEEDED", 2), report
    assert service.events(report_id) == ["accepted", "rendering", "failed", "retried", "rendering", "succeeded"]


def test_failed_reports_are_retried_by_filter_first_in_a_dry_run(service: Service, unique: str) -> None:
    items: list[dict[str, Any]] = [{"template": "table", "data": {**ROWS, "title": unique}} for _ in range(3)]
    body = service.post("/reports/batch", {"items": items}).json()
    ids = [each["id"] for each in body["items"]]
    for each in ids:
        service.ended(each)
    fail(service, ids[:2])
    order: dict[str, Any] = {"filter": {"status": "FAILED", "batch": body["batch"], "error_code": "worker_lost"}}

    none = service.post("/reports/retry", {"filter": {**order["filter"], "error_code": "too_large"}})
    dry = service.post("/reports/retry", {**order, "dry_run": True})
    assert (none.json()["retried"], dry.json()["retried"]) == (0, 2), (none.text, dry.text)
    assert service.report(ids[0])["status"] == "FAILED"
    done = service.post("/reports/retry", order)

    assert done.status_code == 200, done.text
    assert sorted(done.json()["ids"]) == sorted(ids[:2])
    assert [service.ended(each)["status"] for each in ids] == ["SUCCEEDED"] * 3
    assert [service.report(each)["attempts"] for each in ids] == [2, 2, 1]


def fail(service: Service, ids: list[str]) -> None:
    """Make jobs that are over look as if they had failed for a reason that has passed."""
    for each in ids:
        key = {"job_id": {"S": each}, "item": {"S": "job"}}
        item = service.dynamodb.get_item(TableName=service.jobs_table, Key=key, ConsistentRead=True)["Item"]
        job = replace(job_of(item), status=JobStatus.FAILED, failure=Failure("worker_lost", "Lost.", retryable=True))
        service.dynamodb.put_item(TableName=service.jobs_table, Item={**item, **item_of(job, None)})


def test_the_latest_report_of_a_key_is_the_one_that_was_asked_for_last(service: Service, unique: str) -> None:
    key = f"monthly-{unique}"
    assert service.get(f"/reports/latest/{key}").status_code == 404
    reports = [
        service.ended(service.submit("table", {**ROWS, "title": f"{unique} {n}"}, replaces=key)) for n in range(2)
    ]

    def latest() -> dict[str, Any] | None:
        answer = service.get(f"/reports/latest/{key}")
        found = dict(answer.json()) if answer.status_code == 200 else {}
        return found if found.get("id") == reports[1]["id"] else None

    shown = until(latest, seconds=20, what="the second report is the latest")

    assert (shown["status"], shown["replaces"]) == ("SUCCEEDED", key)
    answer = service.get(f"/reports/latest/{key}/pdf")
    assert answer.status_code == 303
    file = requests.get(answer.headers["Location"], timeout=30)
    assert f"{unique} 1" in Reader(file.content).pages[0]


def test_dead_letters_are_redriven_by_template_tenant_and_batch(service: Service, unique: str) -> None:
    for order in ({"template": unique}, {"tenant": unique}, {"batch": unique}):
        counts = service.redrive(dry_run=True, **order)
        assert (counts["redriven"], counts["failed"]) == (0, 0), (order, counts)
