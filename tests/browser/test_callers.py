from __future__ import annotations

import re

from playwright.sync_api import expect

from reports.identity import Scope
from tests.browser.conftest import Visit
from tests.functional.service import Service

ROWS = {"rows": [{"City": "Oslo", "Rain": 12}]}


def test_a_key_that_nobody_knows_lets_nobody_in(visit: Visit) -> None:
    desk = visit(None)

    desk.page.get_by_label("API key").fill("pr_test_aaaaaaaaaaaaaaaa_" + "b" * 43)
    desk.page.get_by_role("button", name="Enter with a key").click()

    expect(desk.page.get_by_text("This key is not known here")).to_be_visible()
    assert desk.evaluate("() => sessionStorage.length") == 0


def test_another_tenant_sees_nothing_of_it(visit: Visit, service: Service, tenant: str) -> None:
    report_id = service.as_tenant(tenant).submit("table", ROWS)

    desk = visit(f"{tenant}-other")

    expect(desk.page.get_by_text("Nothing has been made yet.")).to_be_visible()
    desk.evaluate("(id) => { location.hash = `/reports/${id}` }", report_id)
    expect(desk.detail).to_contain_text("There is no such report.")


def test_somebody_stays_signed_in_over_a_reload_and_is_gone_after_signing_out(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)

    desk.page.reload()
    expect(desk.page.get_by_role("heading", name="New report")).to_be_visible()
    desk.page.get_by_role("button", name="Sign out").click()

    expect(desk.page.get_by_label("API key")).to_have_value("")
    assert desk.evaluate("() => JSON.stringify({...sessionStorage})").find("pr_test_") == -1


def test_an_administrator_retries_many_after_a_count(visit: Visit, service: Service, tenant: str) -> None:
    for name in ("one.csv", "two.csv"):
        key = service.upload(f"uploads/{tenant}/table/{name}", b"a,b\n1,2,3\n")
        service.as_tenant(tenant).report_of(key)
    desk = visit(tenant)

    desk.page.get_by_role("button", name="Retry many").click()
    desk.detail.get_by_label("Error code").fill("unreadable_file")
    desk.detail.get_by_role("button", name="Count first").click()
    expect(desk.detail).to_contain_text("2 reports would be retried.")
    desk.picture("retry-many-1440")
    desk.detail.get_by_role("button", name="Retry 2 reports").click()

    expect(desk.detail).to_contain_text("2 reports will be made again.")
    desk.page.keyboard.press("Escape")
    expect(desk.row("one.csv")).to_contain_text("2 attempts")


def test_whoever_is_no_administrator_is_told_so(visit: Visit, tenant: str) -> None:
    desk = visit(tenant, Scope.READ, Scope.SUBMIT)

    desk.page.get_by_role("button", name="Retry many").click()
    desk.detail.get_by_role("button", name="Count first").click()

    expect(desk.detail).to_contain_text("Only a key with the scope admin may retry many reports at once.")


def test_the_keyboard_alone_is_enough(visit: Visit, service: Service, tenant: str) -> None:
    report_id = service.as_tenant(tenant).submit("table", ROWS, title="By keyboard")
    service.as_tenant(tenant).ended(report_id)
    desk = visit(tenant)
    link = desk.page.get_by_role("link", name="By keyboard")

    desk.page.get_by_role("tab", name="Form").focus()
    desk.page.keyboard.press("ArrowRight")
    expect(desk.page.get_by_role("tab", name="JSON")).to_be_focused()
    expect(desk.page.get_by_label("Data as JSON")).to_have_value(re.compile("currency"))
    link.focus()
    desk.page.keyboard.press("Enter")
    expect(desk.detail).to_be_visible()
    desk.page.keyboard.press("Escape")

    expect(desk.detail).to_have_count(0)
    expect(link).to_be_focused()
