"""Prefer: wait gives the report in one call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from reports.access.identity import Scope
from reports.access.tenants import Tenant
from tests.functional.service import Reader, Service

WAIT = {"Prefer": "wait=20"}


@pytest.fixture(scope="module", autouse=True)
def worker_is_there(service: Service, invoice: dict[str, Any]) -> None:
    """Have a worker loaded, which may take longer than a caller waits."""
    service.ended(service.submit("invoice", invoice))


def test_a_report_that_is_quick_is_the_answer(service: Service, invoice: dict[str, Any]) -> None:
    answer = service.post("/reports", {"template": "invoice", "data": invoice}, headers=WAIT)

    assert answer.status_code == 201, answer.text
    assert answer.headers["Preference-Applied"] == "wait=20"
    assert answer.json()["status"] == "SUCCEEDED"
    assert len(service.pdf(answer.json()).pages) == answer.json()["pages"]


def test_the_pdf_itself_is_the_answer_to_whom_accepts_that(service: Service, invoice: dict[str, Any]) -> None:
    body = {"template": "invoice", "data": invoice, "options": {"title": "Invoice 7"}}

    answer = service.post("/reports", body, headers={**WAIT, "Accept": "application/pdf"})

    assert (answer.status_code, answer.headers["Content-Type"]) == (201, "application/pdf"), answer.text
    assert Reader(answer.content).metadata["Title"] == "Invoice 7"
    report = service.get(answer.headers["Location"]).json()
    assert report["bytes"] == len(answer.content)


def test_a_report_that_fails_says_why_at_once(service: Service) -> None:
    image = "data:image/png;base64,iVBORw0KGgo="

    answer = service.post("/reports", {"template": "photos", "data": {"image": image}}, headers=WAIT)

    assert (answer.status_code, answer.json()["code"]) == (422, "report_failed"), answer.text
    failed = service.get(answer.json()["links"]["self"]).json()
    assert failed["status"] == "FAILED"
    assert answer.json()["error"] == failed["error"]


def test_beyond_its_share_a_tenants_requests_are_answered_at_once(service: Service, unique: str) -> None:
    service.tenants.put(Tenant(unique, waiting_requests=1))
    tenant = service.as_tenant(unique)
    # Long enough for all of them to be there before the first is over.
    rows = [{"Text": f"Row {n} " * 6, "Number": n} for n in range(12_000)]
    body = {"template": "table", "data": {"rows": rows}}

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda _: tenant.post("/reports", body, headers={"Prefer": "wait=3"}), range(4)))

    assert {answer.status_code for answer in answers} <= {201, 202}
    waited = [answer for answer in answers if "Preference-Applied" in answer.headers]
    assert 1 <= len(waited) < 4
    for answer in answers:
        assert tenant.ended(answer.json()["id"])["status"] == "SUCCEEDED"
    # The places are free again.
    assert "Preference-Applied" in tenant.post("/reports", body, headers={"Prefer": "wait=1"}).headers


def test_a_key_that_may_not_read_is_answered_at_once(service: Service, unique: str, invoice: dict[str, Any]) -> None:
    submit_only = service.as_tenant(unique, Scope.SUBMIT)

    answer = submit_only.post("/reports", {"template": "invoice", "data": invoice}, headers=WAIT)

    assert (answer.status_code, set(answer.json())) == (202, {"id", "status", "links"})
    assert "Preference-Applied" not in answer.headers
