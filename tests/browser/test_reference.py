"""The reference at /docs: requests are tried out on it, under a policy that allows nothing inline."""

from __future__ import annotations

import json

from playwright.sync_api import Browser, expect

from tests.browser.conftest import PATIENCE_MS, SCREENSHOTS, WIDE, is_fault
from tests.functional.service import Service


def test_a_report_is_asked_for_on_the_reference(browser: Browser, service: Service, tenant: str) -> None:
    faults: list[str] = []
    page = browser.new_page(viewport={"width": WIDE[0], "height": WIDE[1]})
    page.set_default_timeout(PATIENCE_MS)
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda told: faults.append(told.text) if is_fault(told.type, told.text) else None)
    page.goto(f"{service.api_url}/docs")

    page.get_by_role("button", name="Authorize").first.click()
    page.get_by_label("auth-bearer-value").fill(service.new_key(tenant))
    page.get_by_role("button", name="Apply credentials").click()
    page.get_by_role("button", name="Close", exact=True).click()
    asking = page.locator("#operations-reports-create_report")
    asking.locator("button.opblock-summary-control").click()
    asking.locator("textarea.body-param__text").fill(json.dumps({"template": "table", "data": {"rows": [{"a": 1}]}}))
    asking.get_by_role("button", name="Execute").click()

    expect(asking.locator(".live-responses-table .response-col_status").last).to_contain_text("202")
    expect(asking.locator(".live-responses-table")).to_contain_text("PENDING")
    page.screenshot(path=SCREENSHOTS / "reference.png")
    page.close()
    assert not faults
    assert len(service.as_tenant(tenant).newest(1)) == 1
