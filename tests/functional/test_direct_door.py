"""POST /queue/reports: API Gateway straight to SQS."""

from __future__ import annotations

from typing import Any

import pytest

from tests.functional.service import FINAL, Service, until


def send(service: Service, body: Any) -> dict[str, Any]:
    answer = service.post("/queue/reports", body)
    assert answer.status_code == 202, answer.text
    assert answer.headers["Retry-After"]
    return dict(answer.json())


def ended(service: Service, report_id: str) -> dict[str, Any]:
    """Wait for a report that may not be known yet: only this door may answer 404 after a 202."""

    def found() -> dict[str, Any] | None:
        answer = service.get(f"/reports/{report_id}")
        if answer.status_code == 404:
            assert answer.headers["Retry-After"]
            return None
        assert answer.status_code == 200, answer.text
        report = dict(answer.json())
        return report if report["status"] in FINAL else None

    return until(found, seconds=60, what=f"the end of {report_id}")


def test_a_request_straight_to_the_queue_becomes_a_pdf_under_the_id_it_was_given(
    service: Service, invoice: dict[str, Any]
) -> None:
    accepted = send(service, {"template": "invoice", "data": invoice, "options": {"title": "Direct"}})
    assert accepted["status"] == "PENDING"

    report = ended(service, accepted["id"])

    assert (report["status"], report["door"], report["title"]) == ("SUCCEEDED", "queue", "Direct"), report
    assert service.pdf(report).metadata["Title"] == "Direct"
    assert service.get(accepted["links"]["self"]).status_code == 200


@pytest.mark.parametrize(
    ("body", "code"),
    [({"template": "nope", "data": {}}, "unknown_template"), ({"template": "invoice", "data": {}}, "invalid_data")],
)
def test_what_only_the_worker_can_find_out_fails_the_report(service: Service, body: Any, code: str) -> None:
    report = ended(service, send(service, body)["id"])

    assert (report["status"], report["error"]["code"]) == ("FAILED", code)
    assert report["attempts"] == 1


@pytest.mark.parametrize("body", ["{", "[]", {"template": "invoice"}, {"template": 7, "data": {}}])
def test_what_the_gateway_can_find_out_is_refused_at_the_door(service: Service, body: Any) -> None:
    assert service.post("/queue/reports", body).status_code == 400


def test_a_body_that_looks_like_another_kind_of_message_is_no_request(service: Service, unique: str) -> None:
    forged = {"v": 1, "job_id": unique, "Records": [], "template": "table", "data": {"rows": []}}

    answer = service.post("/queue/reports", forged)

    if answer.status_code == 202:
        report = ended(service, answer.json()["id"])
        assert (report["status"], report["error"]["code"]) == ("FAILED", "invalid_data")
    else:
        assert answer.status_code == 400
    assert service.get(f"/reports/{unique}").status_code == 404


def test_callers_cannot_choose_the_id_of_a_report(service: Service, invoice: dict[str, Any], unique: str) -> None:
    # API Gateway takes this header for $context.requestId.
    forged = {"x-amzn-RequestId": unique}
    answers = [
        service.post(
            "/queue/reports", {"template": "invoice", "data": invoice, "options": {"title": title}}, headers=forged
        )
        for title in ("First", "Second")
    ]

    ids = [answer.json()["id"] for answer in answers]

    assert unique not in ids
    assert [ended(service, report_id)["title"] for report_id in ids] == ["First", "Second"]
