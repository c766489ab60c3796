"""Tenants store templates of their own on a deployed stack, and see nothing of each other's."""

from __future__ import annotations

from base64 import b64encode
from typing import Any

import pytest
import requests

from reports.access.identity import Scope
from tests.archives import DOCUMENT, files_of, zipped
from tests.functional.service import Service, until


def put(tenant: Service, name: str = "receipt", **changes: Any) -> Any:
    body = {"content": b64encode(zipped(files_of(**changes))).decode()}
    return tenant.http.put(f"{tenant.api_url}/templates/{name}", json=body, timeout=30)


def checked(tenant: Service, answer: Any) -> Any:
    """Return a version when its check is over."""
    assert answer.status_code == 202, answer.text

    def version() -> Any:
        shown = tenant.get(f"/templates/{answer.json()['name']}/versions/{answer.json()['version']}").json()
        return shown if shown["status"] != "checking" else None

    return until(version, seconds=120, what="the end of a check")


def report(tenant: Service, template: str) -> Any:
    return tenant.ended(tenant.submit(template, {"name": "Bob"}), seconds=120)


def text_of(tenant: Service, shown: Any) -> str:
    return tenant.pdf(shown).pages[0]


@pytest.fixture
def tenants(service: Service, unique: str) -> tuple[Service, Service]:
    return service.as_tenant(f"one-{unique}"), service.as_tenant(f"two-{unique}")


def test_two_tenants_store_templates_of_one_name_and_get_their_own_reports(tenants: tuple[Service, Service]) -> None:
    one, two = tenants
    assert checked(one, put(one))["status"] == "live"
    assert two.get("/templates/receipt").status_code == 404
    stranger = two.post("/reports", {"template": "receipt", "data": {"name": "Bob"}})
    assert (stranger.status_code, stranger.json()["code"]) == (404, "unknown_template")

    others = DOCUMENT.replace("Receipt of", "Bill for")
    assert checked(two, put(two, template__html__j2=others))["status"] == "live"

    shown, shown_two = report(one, "receipt"), report(two, "receipt")
    assert (shown["status"], shown["template_version"]) == ("SUCCEEDED", 1)
    assert "Receipt of Bob" in text_of(one, shown)
    assert "Bill for Bob" in text_of(two, shown_two)
    assert shown["provenance"]["template_sha256"] != shown_two["provenance"]["template_sha256"]


def test_a_version_with_a_fault_is_refused_and_the_one_before_stays(tenants: tuple[Service, Service]) -> None:
    one, _ = tenants
    assert checked(one, put(one))["status"] == "live"

    refused = checked(one, put(one, template__html__j2=DOCUMENT.replace("data.name", "data.nmae")))

    assert refused["status"] == "refused"
    [finding] = refused["findings"]
    assert (finding["file"], finding["line"]) == ("receipt/template.html.j2", 2)
    assert "Did you mean 'name'?" in finding["cure"]
    assert report(one, "receipt")["template_version"] == 1
    assert one.get("/templates/receipt/versions").json()["current"] == 1


def test_an_earlier_version_is_used_again_and_templates_are_removed(tenants: tuple[Service, Service]) -> None:
    one, two = tenants
    for word in ("Receipt of", "Bill for"):
        checked(one, put(one, template__html__j2=DOCUMENT.replace("Receipt of", word)))
    newest = report(one, "receipt")
    assert (newest["template_version"], "Bill for Bob" in text_of(one, newest)) == (2, True)

    chosen = one.http.put(f"{one.api_url}/templates/receipt/current", json={"version": 1}, timeout=30)

    assert chosen.json()["current"] == 1
    assert "Receipt of Bob" in text_of(one, report(one, "receipt"))
    assert "Bill for Bob" in text_of(one, report(one, "receipt@2"))
    assert two.delete("/templates/receipt").status_code == 404
    assert one.delete("/templates/receipt").status_code == 204
    assert one.get("/templates/receipt").status_code == 404


def test_a_file_is_made_into_a_report_by_a_template_of_its_tenants(tenants: tuple[Service, Service]) -> None:
    one, _ = tenants
    checked(one, put(one))
    form = one.post("/uploads", {"template": "receipt", "filename": "a.json"}).json()
    sent = requests.post(form["url"], data=form["fields"], files={"file": b'{"name": "Eve"}'}, timeout=30)
    assert sent.status_code == 204, sent.text

    shown = one.report_of(form["key"], seconds=120)

    assert (shown["status"], shown["template"], shown["template_version"]) == ("SUCCEEDED", "receipt", 1)


def test_a_version_is_tried_on_real_inputs_before_it_goes_live(tenants: tuple[Service, Service]) -> None:
    one, _ = tenants
    checked(one, put(one))
    original = report(one, "receipt")
    other = DOCUMENT.replace("Receipt of", "Bill for")
    held = {"content": b64encode(zipped(files_of(template__html__j2=other))).decode(), "goes_live": False}
    checked(one, one.http.put(f"{one.api_url}/templates/receipt", json=held, timeout=30))

    started = one.post("/templates/receipt/versions/2/replay", {"reports": 5})

    assert started.status_code == 202, started.text
    [pair] = started.json()["reports"]
    assert pair["original"] == original["id"]
    before, after = (one.ended(pair[name], seconds=120) for name in ("before", "after"))
    assert [one.artifact(each, "report.txt").decode().split(" ")[0] for each in (before, after)] == ["Receipt", "Bill"]
    assert one.get("/templates/receipt/versions").json()["current"] == 1


def test_slots_change_a_template_for_one_tenant_alone(tenants: tuple[Service, Service]) -> None:
    one, two = tenants
    body = {"colours": {"accent": "#7a1f2b"}, "data": {"title": "Rain of ours"}}
    stored = checked(one, one.http.put(f"{one.api_url}/templates/table/slots", json=body, timeout=30))
    assert (stored["status"], stored["slots"]) == ("live", True)

    rows = {"rows": [{"City": "Oslo", "Rain": 12}]}
    ours, theirs = (each.ended(each.submit("table", rows), seconds=120) for each in tenants)

    assert (ours["template_version"], "Rain of ours" in text_of(one, ours)) == (1, True)
    assert ("template_version" in theirs, "Rain of ours" in text_of(two, theirs)) == (False, False)


@pytest.mark.guard
def test_templates_are_stored_by_who_may_store_templates(service: Service, unique: str) -> None:
    writer = service.as_tenant(f"writer-{unique}", Scope.SUBMIT, Scope.READ)

    refused = put(writer)

    assert (refused.status_code, refused.json()["code"]) == (403, "insufficient_scope")
    taken = put(service.as_tenant(f"taken-{unique}"), "invoice")
    assert (taken.status_code, taken.json()["code"]) == (409, "template_name_taken")
