"""Who may ask, and what one tenant sees of another on a deployed stack."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests

from reports.access.api_keys import PresentedKey
from reports.access.identity import Scope
from reports.access.tenants import Tenant
from tests.functional.service import Service, until

ROWS = {"rows": [{"City": "Oslo", "Rain": 12}]}


@pytest.fixture
def other(service: Service, unique: str) -> Service:
    """Return the stack as a new tenant sees it."""
    return service.as_tenant(f"other-{unique}")


@pytest.mark.parametrize(
    "credential",
    [
        pytest.param(None, marks=pytest.mark.guard),
        # One is enough: on MiniStack an authorizer that refuses ends its worker, and the next call waits for another.
        pytest.param("pr_test_nonsense", marks=pytest.mark.guard),
        "pr_live_0000000000000000_" + "a" * 43,
        "eyJhbGciOiJub25lIn0.e30.",
    ],
)
def test_no_caller_gets_in_without_a_key(service: Service, credential: str | None) -> None:
    stranger = service.with_key(credential)

    for answer in (stranger.get("/reports"), stranger.post("/reports", {"template": "table", "data": ROWS})):
        assert answer.status_code == 401
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert answer.json()["code"] == "unauthenticated"


@pytest.mark.guard
def test_every_caller_may_ask_whether_the_api_is_there(service: Service) -> None:
    assert service.with_key(None).get("/health").status_code == 200


@pytest.mark.guard
def test_a_key_may_do_what_it_was_made_for_and_no_more(service: Service, unique: str) -> None:
    reader = service.as_tenant(f"reader-{unique}", Scope.READ)

    refused = reader.post("/reports", {"template": "table", "data": ROWS})

    assert reader.get("/reports").status_code == 200
    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")


def test_the_use_of_a_key_is_noted_and_a_revoked_one_is_refused(service: Service, unique: str) -> None:
    key = service.new_key(f"gone-{unique}")
    presented = PresentedKey.parse(key)
    assert presented is not None
    caller = service.with_key(key)
    assert caller.get("/reports").status_code == 200
    record = service.api_keys.get(presented.id)
    assert record is not None
    assert record.last_used_on is not None

    service.api_keys.end(record.ending(datetime.now(UTC)))

    # At once, unless API Gateway remembers what its authorizer has said.
    until(lambda: True if caller.get("/reports").status_code == 401 else None, seconds=90, what="a refusal")


@pytest.mark.guard
def test_a_caller_learns_whose_its_key_is_and_what_it_has_used(service: Service, unique: str) -> None:
    caller = service.as_tenant(f"me-{unique}", Scope.SUBMIT)
    before = caller.get("/me").json()

    caller.submit("table", ROWS)

    after = caller.get("/me").json()
    assert (after["tenant"], after["scopes"]) == (f"me-{unique}", ["submit"])
    assert (before["used"]["reports_today"], after["used"]["reports_today"]) == (0, 1)


@pytest.mark.guard
def test_another_tenant_finds_nothing_of_a_report(service: Service, other: Service, unique: str) -> None:
    body = {"template": "table", "data": ROWS, "options": {"replaces": unique}}
    report = service.post("/reports", body, headers={"Idempotency-Key": unique}).json()["id"]
    assert service.ended(report)["status"] == "SUCCEEDED"
    path = f"/reports/{report}"

    answers = [other.get(f"{path}{below}") for below in ("", "/pdf", "/events", "/deliveries")]
    answers += [other.get(f"/reports/latest/{unique}"), other.get(f"/reports/latest/{unique}/pdf")]
    answers += [other.delete(path), other.post(f"{path}/retry", ""), other.post(f"{path}/deliveries/1/replay", "")]

    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [(404, "job_not_found")] * 9
    assert other.get("/reports").json()["reports"] == []
    cursor = service.get("/reports", params={"limit": 1}).json()["cursor"]
    assert other.get("/reports", params={"cursor": cursor} if cursor else {}).json().get("reports", []) == []
    assert service.get(f"/reports/latest/{unique}").json()["id"] == report


def test_another_tenant_may_use_the_same_idempotency_key(service: Service, other: Service, unique: str) -> None:
    headers = {"Idempotency-Key": unique}
    mine = service.post("/reports", {"template": "table", "data": ROWS}, headers=headers)

    theirs = other.post("/reports", {"template": "table", "data": {"rows": [{"A": 1}]}}, headers=headers)

    assert (mine.status_code, theirs.status_code) == (202, 202)
    assert mine.json()["id"] != theirs.json()["id"]
    assert other.ended(theirs.json()["id"])["status"] == "SUCCEEDED"


def test_a_report_of_a_tenant_is_kept_in_its_own_folders(service: Service, other: Service) -> None:
    report = other.ended(other.submit("table", ROWS))

    other_tenant = urlsplit(report["artifacts"][0]["url"]).path.partition("/reports/")[2].partition("/")[0]

    assert other_tenant.startswith("other-")
    assert other.pdf(report).pages


def test_an_upload_goes_where_its_form_says_and_nowhere_else(service: Service, other: Service, unique: str) -> None:
    form = other.post("/uploads", {"template": "table", "filename": f"{unique}.csv"}).json()
    into_demos = {**form["fields"], "key": f"uploads/demo/table/{unique}.csv"}

    refused = requests.post(form["url"], data=into_demos, files={"file": b"a\n1\n"}, timeout=30)
    taken = requests.post(form["url"], data=form["fields"], files={"file": b"a\n1\n"}, timeout=30)

    # LocalStack does not check signatures.
    assert service.is_localstack or refused.status_code == 403
    assert taken.status_code == 204
    assert other.report_of(form["key"])["status"] == "SUCCEEDED"
    assert service.reports_of(form["key"]) == []


def test_a_file_in_a_tenants_folder_is_that_tenants_report(service: Service, other: Service, unique: str) -> None:
    form: dict[str, Any] = other.post("/uploads", {"template": "table", "filename": f"{unique}.csv"}).json()
    key = service.upload(form["key"], b"a\n1\n")

    assert other.report_of(key)["status"] == "SUCCEEDED"
    assert service.reports_of(key) == []


def test_a_tenant_that_has_had_its_reports_of_the_day_is_refused_by_every_door(service: Service, unique: str) -> None:
    tenant = f"small-{unique}"
    service.tenants.put(Tenant(tenant, reports_per_day=1, rows_per_report=1))
    small = service.as_tenant(tenant)
    too_long = small.post("/reports", {"template": "table", "data": {"rows": [*ROWS["rows"], *ROWS["rows"]]}})
    first = small.submit("table", ROWS)

    refused = small.post("/reports", {"template": "table", "data": ROWS})
    uploaded = small.report_of(small.upload(f"uploads/{tenant}/table/{unique}.csv", b"a\n1\n"))

    assert (too_long.status_code, too_long.json()["code"]) == (413, "too_large")
    assert (refused.status_code, refused.json()["code"]) == (429, "quota_exceeded")
    assert 0 < int(refused.headers["Retry-After"]) <= 24 * 3600 + 1
    assert (uploaded["status"], uploaded["error"]["code"]) == ("FAILED", "quota_exceeded")
    assert small.ended(first)["status"] == "SUCCEEDED"


@pytest.mark.guard
def test_a_direct_request_is_its_callers_where_an_authorizer_asks_who_that_is(service: Service, other: Service) -> None:
    answer = other.post("/queue/reports", {"template": "table", "data": ROWS})
    assert answer.status_code == 202, answer.text
    # Without it, every request is the tenant demo's.
    owner, stranger = (other, service) if service.has_authorizer else (service, other)

    def found() -> dict[str, Any] | None:
        report = owner.get(f"/reports/{answer.json()['id']}")
        return dict(report.json()) if report.status_code == 200 else None

    report = until(found, seconds=60, what="the report of a direct request")
    assert owner.ended(report["id"])["status"] == "SUCCEEDED"
    assert stranger.get(f"/reports/{report['id']}").status_code == 404


@pytest.mark.guard
def test_the_direct_door_is_shut_for_who_may_not_submit(service: Service, unique: str) -> None:
    if not service.has_authorizer:
        pytest.skip("the direct door has no authorizer here")
    reader = service.as_tenant(f"reader-{unique}", Scope.READ)

    refused = reader.post("/queue/reports", {"template": "table", "data": ROWS})
    unknown = service.with_key(None).post("/queue/reports", {"template": "table", "data": ROWS})

    assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    assert (unknown.status_code, unknown.json()["code"]) == (401, "unauthenticated")
