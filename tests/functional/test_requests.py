"""HTTP in, PDF out."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from PIL import Image

from reports.bootstrap import TEMPLATES
from reports.catalog.catalog import Catalog
from tests.functional.service import Reader, Service, until


def test_an_invoice_over_http_becomes_a_pdf(service: Service, invoice: dict[str, Any]) -> None:
    answer = service.post(
        "/reports",
        {"template": "invoice", "data": invoice, "options": {"filename": "Zürich & Söhne", "title": "Invoice 7"}},
        headers={"X-Correlation-Id": "functional-test-1"},
    )

    assert answer.status_code == 202
    assert answer.headers["Retry-After"]
    assert answer.json()["status"] == "PENDING"
    looked_up = service.get(answer.headers["Location"])
    assert looked_up.status_code == 200, "never 404 after a 202"

    report = service.ended(answer.json()["id"])

    assert report["status"] == "SUCCEEDED", report
    assert (report["template"], report["attempts"], report["correlation_id"]) == ("invoice", 1, "functional-test-1")
    assert report["filename"] == "Zürich & Söhne.pdf"
    pdf = service.pdf(report)
    assert report["bytes"] == len(pdf.body)
    assert report["pages"] == len(pdf.pages)
    assert pdf.metadata["Title"] == "Invoice 7"
    assert "Page 1 of" in pdf.pages[0]
    assert service.artifact(report, "thumbnail.png").startswith(b"\x89PNG")
    assert service.events(report["id"]) == ["accepted", "rendering", "succeeded"]


def test_a_report_has_a_cost_and_is_counted_among_its_tenants_use(service: Service, invoice: dict[str, Any]) -> None:
    def used() -> dict[str, Any]:
        entries: list[dict[str, Any]] = service.get("/usage").json()["entries"]
        return {each["template"]: each for each in entries}.get("invoice", {"reports": 0, "cost": 0})

    before = used()
    report = service.ended(service.submit("invoice", invoice))

    # What a worker has spent is noted after the end.
    after = until(lambda: used() if used()["reports"] > before["reports"] else None, seconds=20, what="it is counted")
    assert report["cost"] > 0.00001
    assert after["cost"] - before["cost"] > 0.99 * report["cost"]


def test_the_pdf_route_leads_to_the_file(service: Service, invoice: dict[str, Any]) -> None:
    report = service.ended(service.submit("invoice", invoice))

    answer = service.get(f"/reports/{report['id']}/pdf")

    assert answer.status_code == 303
    file = requests.get(answer.headers["Location"], timeout=30)
    assert file.headers["Content-Type"] == "application/pdf"
    assert 'filename="invoice.pdf"' in file.headers["Content-Disposition"]
    assert len(Reader(file.content).pages) == report["pages"]


def test_a_browser_saves_the_file_of_the_link_for_downloads(service: Service, invoice: dict[str, Any]) -> None:
    report = service.ended(service.submit("invoice", invoice, filename="Zürich"))

    file = requests.get(report["artifacts"][0]["download_url"], timeout=30)

    assert file.content.startswith(b"%PDF-")
    assert file.headers["Content-Disposition"].startswith("attachment; ")
    assert "filename*=UTF-8''Z%C3%BCrich.pdf" in file.headers["Content-Disposition"]


def test_a_list_shows_the_first_page_of_each_report(service: Service, unique: str) -> None:
    tenant = service.as_tenant(f"list-{unique}")
    tenant.ended(tenant.submit("table", {"rows": [{"a": 1}]}))

    [listed] = tenant.get("/reports").json()["reports"]

    shown = listed["thumbnail"]
    with Image.open(io.BytesIO(requests.get(shown["url"], timeout=30).content)) as picture:
        assert picture.size == (shown["width"], shown["height"])


def test_hundreds_of_rows_over_http_become_pages_with_a_running_head(service: Service, unique: str) -> None:
    rows = [{"No": n, "Item": f"Item {n} {unique}", "Amount": n * 1.25} for n in range(300)]

    report = service.ended(service.submit("table", {"rows": rows, "title": f"List {unique}"}))

    assert report["status"] == "SUCCEEDED", report
    pages = service.pdf(report).pages
    assert len(pages) > 3
    assert all(f"Page {n} of {len(pages)}" in page for n, page in enumerate(pages, 1))
    assert all(f"List {unique}" in page for page in pages)
    assert sum(page.count(unique) for page in pages) == 300 + len(pages)


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ("{", 400, "malformed_json"),
        (b"\xff\xfe{", 400, "malformed_json"),
        ({"template": "nope", "data": {}}, 404, "unknown_template"),
        ({"template": "invoice", "data": {}}, 422, "invalid_data"),
        ({"template": "invoice", "data": {}, "tenant": "other"}, 422, "invalid_data"),
        ({"template": "table", "data": {"rows": [{"a": "x" * 4_500_000}]}}, 413, "too_large"),
    ],
)
def test_a_bad_request_is_refused_at_the_door(service: Service, body: Any, status: int, code: str) -> None:
    answer = service.post("/reports", body)

    assert (answer.status_code, answer.headers["Content-Type"]) == (status, "application/problem+json")
    assert answer.json()["code"] == code
    assert "Traceback" not in answer.text


def test_data_that_break_the_schema_are_told_place_by_place(service: Service, invoice: dict[str, Any]) -> None:
    broken = {**invoice, "lines": [{**invoice["lines"][0], "quantity": True}]}

    problem = service.post("/reports", {"template": "invoice", "data": broken}).json()

    assert [error["pointer"] for error in problem["errors"]] == ["/lines/0/quantity"]


def test_lists_are_newest_first_and_can_be_paged(service: Service, invoice: dict[str, Any]) -> None:
    ids = [service.submit("invoice", invoice) for _ in range(3)]

    def listed() -> list[str] | None:
        first = service.get("/reports", params={"template": "invoice", "limit": 2}).json()
        cursor = {"template": "invoice", "limit": 2, "cursor": first["cursor"]}
        second = service.get("/reports", params=cursor).json()
        found = [report["id"] for report in first["reports"] + second["reports"]]
        return found if found[:3] == ids[::-1] else None

    assert until(listed, seconds=20, what="the three newest, over two pages")


def test_a_report_that_is_not_ready_has_no_pdf_yet(service: Service) -> None:
    rows = [{"Text": f"Row {n}", "Number": n} for n in range(1500)]
    report_id = service.submit("table", {"rows": rows})

    answer = service.get(f"/reports/{report_id}/pdf")

    assert answer.status_code == 409
    assert answer.json()["code"] == "report_not_ready"
    assert service.ended(report_id)["status"] == "SUCCEEDED"


def test_templates_tell_their_schema_and_a_sample_that_renders(service: Service) -> None:
    names = [template["name"] for template in service.get("/templates").json()["templates"]]
    assert names == Catalog(TEMPLATES).names()

    with ThreadPoolExecutor(4) as pool:
        samples = list(pool.map(lambda name: service.get(f"/templates/{name}").json()["sample"], names))
    ids = [service.submit(name, sample) for name, sample in zip(names, samples, strict=True)]

    assert [service.ended(report_id)["status"] for report_id in ids] == ["SUCCEEDED"] * len(names)


@pytest.mark.parametrize("path", ["/reports/0000", "/nope", "/templates/nope"])
def test_what_is_not_there_is_a_problem(service: Service, path: str) -> None:
    answer = service.get(path)

    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_numbers_and_labels_follow_the_locale(service: Service, invoice: dict[str, Any]) -> None:
    report = service.ended(service.submit("invoice", invoice, locale="de-DE"))

    assert "Rechnung" in service.pdf(report).pages[0]
