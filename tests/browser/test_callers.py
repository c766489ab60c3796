from __future__ import annotations

import re

from playwright.sync_api import expect

from reports.access.identity import Scope
from tests.browser.conftest import Visit
from tests.functional.service import Service

ROWS = {"rows": [{"City": "Oslo", "Rain": 12}]}


def test_an_unknown_key_lets_no_user_in(visit: Visit) -> None:
    desk = visit(None)

    desk.page.get_by_label("API key").fill("pr_test_aaaaaaaaaaaaaaaa_" + "b" * 43)
    desk.page.get_by_role("button", name="Enter with a key").click()

    expect(desk.page.get_by_text("This key is unknown")).to_be_visible()
    assert desk.evaluate("() => sessionStorage.length") == 0


def test_an_address_with_a_key_lets_in_and_keeps_nothing_of_it(visit: Visit, service: Service, tenant: str) -> None:
    desk = visit(None)
    key = service.new_key(tenant)

    desk.evaluate("(key) => { location.hash = `key=${key}` }", key)

    expect(desk.page.get_by_role("banner")).to_contain_text(tenant)
    assert desk.evaluate("() => location.href.includes('pr_')") is False


def test_the_line_that_sets_a_key_is_a_key(visit: Visit, service: Service, tenant: str) -> None:
    desk = visit(None)

    desk.sign_in(f"export PRESSRUN_API_KEY={service.new_key(tenant)}")

    expect(desk.page.get_by_role("banner")).to_contain_text(tenant)


def test_another_tenant_sees_nothing_of_it(visit: Visit, service: Service, tenant: str) -> None:
    report_id = service.as_tenant(tenant).submit("table", ROWS)

    desk = visit(f"{tenant}-other")

    expect(desk.page.get_by_text("There are no reports yet.")).to_be_visible()
    desk.evaluate("(id) => { location.hash = `/reports/${id}` }", report_id)
    expect(desk.detail).to_contain_text("There is no such report.")


def test_a_user_stays_signed_in_over_a_reload_and_is_gone_after_signing_out(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)

    desk.page.reload()
    desk.choose("Table")
    desk.page.get_by_role("button", name="Sign out").click()

    expect(desk.page.get_by_label("API key")).to_have_value("")
    assert desk.evaluate("() => sessionStorage.length") == 0
    assert desk.evaluate("() => location.hash") == ""


def test_a_user_who_is_not_let_in_any_more_sees_why(visit: Visit, tenant: str) -> None:
    desk = visit(tenant)

    desk.evaluate("() => sessionStorage.setItem('pressrun.apiKey', 'pr_test_aaaaaaaaaaaaaaaa_' + 'b'.repeat(43))")
    desk.page.reload()

    expect(desk.page.get_by_text("You have been signed out: sign in again.")).to_be_visible()
    assert desk.evaluate("() => sessionStorage.length") == 0


def test_an_administrator_retries_many_after_a_count(visit: Visit, service: Service, tenant: str) -> None:
    for name in ("one.csv", "two.csv"):
        key = service.upload(f"uploads/{tenant}/no-such-template/{name}", b"a,b\n1,2\n")
        service.as_tenant(tenant).report_of(key)
    desk = visit(tenant)

    desk.page.get_by_role("button", name="Retry many").click()
    # Its own padding is not beside it.
    desk.detail.click(position={"x": 6, "y": 6})
    desk.detail.get_by_label("Error code").fill("unknown_template")
    desk.detail.get_by_role("button", name="Count first").click()
    expect(desk.detail).to_contain_text("2 reports would be retried.")
    desk.picture("retry-many-1440")
    desk.detail.get_by_role("button", name="Retry 2 reports").click()

    expect(desk.detail).to_contain_text("2 reports will be made again.")
    desk.page.keyboard.press("Escape")
    expect(desk.row("one.csv")).to_contain_text("2 attempts")
    desk.row("one.csv").get_by_role("button", name="Retry").click()
    expect(desk.row("one.csv")).to_contain_text("3 attempts")


def test_the_page_says_whose_it_is_and_how_much_of_the_day_is_used(visit: Visit, service: Service, tenant: str) -> None:
    desk = visit(tenant)
    expect(desk.page.get_by_role("banner")).to_contain_text(tenant)
    expect(desk.usage).to_have_text(re.compile(r"^0 of [\d,]+ reports today$"))

    service.as_tenant(tenant).submit("table", ROWS)

    expect(desk.usage).to_have_text(re.compile(r"^1 of [\d,]+ reports today$"))


def test_only_an_administrator_is_offered_to_retry_many(visit: Visit, tenant: str) -> None:
    desk = visit(tenant, Scope.READ, Scope.SUBMIT)

    expect(desk.page.get_by_role("button", name="Make the report")).to_be_visible()
    expect(desk.page.get_by_role("button", name="Retry many")).to_have_count(0)


def test_a_user_who_may_only_see_reports_is_offered_nothing_else(visit: Visit, service: Service, tenant: str) -> None:
    service.as_tenant(tenant).report_of(service.upload(f"uploads/{tenant}/table/broken.csv", b"a,b\n1,2,3\n"))

    desk = visit(tenant, Scope.READ)

    expect(desk.status("broken.csv")).to_have_text("Failed")
    expect(desk.page.get_by_text("To make reports, you need the scope submit.")).to_be_visible()
    desk.picture("only-reads-1440")
    for name in ("Make the report", "Choose files", "Retry"):
        expect(desk.page.get_by_role("button", name=name)).to_have_count(0)
    desk.drop({"rain.csv": b"a\n1\n"})
    expect(desk.page.locator(".upload")).to_have_count(0)
    desk.page.get_by_role("link", name="broken.csv").click()
    expect(desk.detail).to_contain_text("Why there is no PDF")
    expect(desk.detail.get_by_role("button", name="Retry")).to_have_count(0)


def test_a_key_that_may_not_read_is_told_what_it_lacks(visit: Visit, tenant: str) -> None:
    desk = visit(tenant, Scope.SUBMIT)

    expect(desk.page.get_by_role("heading", name="Nothing to show")).to_be_visible()
    expect(desk.page.get_by_role("alert")).to_contain_text("you need the scope read")
    desk.picture("may-not-read-1440")


def test_the_keyboard_alone_is_enough(visit: Visit, service: Service, tenant: str) -> None:
    report_id = service.as_tenant(tenant).submit("table", ROWS, title="By keyboard")
    service.as_tenant(tenant).ended(report_id)
    desk = visit(tenant)
    desk.fill_with_sample()
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
