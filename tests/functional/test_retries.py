"""What fails is tried three times, parked, and brought back by hand; what comes twice is done once."""

from __future__ import annotations

import json
import random
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import quote_plus

import pytest

from reports.jobs.render_messages import CORRELATION_ID, encode
from tests.functional.service import FINAL, Service, until

CSV = b"Item,Amount\nBread,2.50\n"


def notify(service: Service, key: str, version: str | None = None, times: int = 1) -> None:
    """Send a notification as S3 does, for a file that may not be there."""
    s3_object: dict[str, Any] = {"key": quote_plus(key, safe="/"), "size": 1}
    if version:
        s3_object["versionId"] = version
    record = {"eventName": "ObjectCreated:Put", "s3": {"bucket": {"name": service.uploads_bucket}, "object": s3_object}}
    for _ in range(times):
        service.sqs.send_message(QueueUrl=service.queue_url, MessageBody=json.dumps({"Records": [record]}))


@pytest.fixture
def parked(service: Service, unique: str) -> dict[str, Any]:
    """Return a report whose file was missing in all three attempts, its message in the dead-letter queue."""
    key = f"uploads/demo/table/{unique}/late.csv"
    before = service.dead_letters()
    notify(service, key)
    report = service.report_of(key, seconds=90)
    until(lambda: service.dead_letters() > before or None, seconds=90, what="the message in the dead-letter queue")
    return report


def test_a_transient_failure_is_tried_three_times_parked_and_redriven_to_success(
    service: Service, parked: dict[str, Any]
) -> None:
    assert (parked["status"], parked["attempts"]) == ("FAILED", 3)
    assert (parked["error"]["code"], parked["error"]["retryable"]) == ("input_unavailable", True)
    assert service.events(parked["id"]) == ["accepted", *["rendering", "retry"] * 2, "rendering", "failed"]
    service.upload(parked["source"], CSV)

    dry = service.redrive(job_id=parked["id"], dry_run=True)
    assert (dry["redriven"], service.report(parked["id"])["status"]) == (1, "FAILED")
    counts = service.redrive(job_id=parked["id"])

    assert (counts["redriven"], counts["failed"]) == (1, 0)
    report = service.ended(parked["id"])
    assert (report["status"], report["attempts"]) == ("SUCCEEDED", 4), report
    assert "error" not in report
    assert service.events(parked["id"])[-3:] == ["redriven", "rendering", "succeeded"]


def test_a_redrive_in_vain_ends_parked_again_and_not_in_a_loop(service: Service, parked: dict[str, Any]) -> None:
    assert service.redrive(job_id=parked["id"])["redriven"] == 1

    until(
        lambda: service.report(parked["id"])["attempts"] == 6 or None,
        seconds=90,
        what="three more attempts and no fourth",
    )
    assert service.ended(parked["id"], seconds=30)["status"] == "FAILED"
    assert service.redrive(error_code="no_such_code", dry_run=True)["redriven"] == 0


def test_an_order_without_sense_is_refused_by_redrive(service: Service) -> None:
    assert "max" in service.redrive(max=0)["error"][0]


def test_duplicate_and_reordered_messages_make_one_report(service: Service, unique: str) -> None:
    key = f"uploads/demo/table/{unique}.csv"
    version = service.s3.put_object(Bucket=service.uploads_bucket, Key=key, Body=CSV)["VersionId"]
    notify(service, key, version, times=5)
    report = service.report_of(key)
    notify(service, key, version, times=5)
    for _ in range(5):
        service.sqs.send_message(
            QueueUrl=service.queue_url,
            MessageBody=encode(report["id"]),
            MessageAttributes={CORRELATION_ID: {"DataType": "String", "StringValue": unique}},
        )

    marker = f"uploads/demo/table/{unique}-marker.csv"
    service.upload(marker, CSV)
    service.report_of(marker)

    assert [r["id"] for r in service.reports_of(key)] == [report["id"]]
    after = service.report(report["id"])
    assert (after["status"], after["attempts"]) == ("SUCCEEDED", 1)
    assert [a["name"] for a in after["artifacts"]] == [a["name"] for a in report["artifacts"]]


def test_a_malformed_message_harms_no_other_and_is_kept_for_a_person(
    service: Service, unique: str, invoice: dict[str, Any]
) -> None:
    before = service.dead_letters()
    service.sqs.send_message(QueueUrl=service.queue_url, MessageBody=f"no JSON {unique}")

    report = service.ended(service.submit("invoice", invoice))

    assert report["status"] == "SUCCEEDED"
    until(lambda: service.dead_letters() > before or None, seconds=90, what="the message in the dead-letter queue")


def test_two_hundred_mixed_jobs_at_once_all_end_as_they_should(
    service: Service, unique: str, invoice: dict[str, Any]
) -> None:
    # Small ones, for it is their number that counts here.
    rows = {"rows": [{"Item": "Bread", "Amount": 2.5}]}
    small_invoice = {**invoice, "lines": invoice["lines"][:1]}

    def over_http(n: int) -> tuple[str, str]:
        return "id", service.submit("invoice", small_invoice) if n % 2 else service.submit("table", rows)

    def direct(n: int) -> tuple[str, str]:
        body = {"template": "table", "data": rows} if n % 2 else {"template": "nope", "data": {}}
        return ("id" if n % 2 else "bad-id"), service.post("/queue/reports", body).json()["id"]

    def upload(n: int) -> tuple[str, str]:
        good = n % 4 != 0
        body = CSV if good else b"a,b\n1,2,3\n"
        return "key" if good else "bad-key", service.upload(f"uploads/demo/table/{unique}/{n}.csv", body)

    work = [(over_http, n) for n in range(100)] + [(direct, n) for n in range(40)] + [(upload, n) for n in range(60)]
    random.Random(7).shuffle(work)
    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(lambda task: task[0](task[1]), work))

    def all_over() -> dict[tuple[str, str], dict[str, Any]] | None:
        # By the list: to ask for each would keep an emulator from making them.
        for report in service.newest(400):
            if report["status"] in FINAL:
                kinds = ("key", "bad-key") if report["source"].startswith("uploads/") else ("id", "bad-id")
                name = report["source"] if "key" in kinds else report["id"]
                ends.update({(kind, name): report for kind in kinds if (kind, name) in wanted})
        return ends if len(ends) == len(wanted) else None

    wanted = set(accepted)
    ends: dict[tuple[str, str], dict[str, Any]] = {}
    # Long, for a busy machine: what is not over then holds up the tests that follow.
    until(all_over, seconds=600, what=lambda: f"lost: {wanted - ends.keys()}")

    expected = {accepted_: "FAILED" if accepted_[0].startswith("bad") else "SUCCEEDED" for accepted_ in accepted}
    assert {which: report["status"] for which, report in ends.items()} == expected
    assert len({report["id"] for report in ends.values()}) == 200
    assert all(report["attempts"] == 1 for report in ends.values())
