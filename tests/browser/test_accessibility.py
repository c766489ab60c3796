from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import ROOT, Visit
from tests.browser.desk import Desk
from tests.functional.service import Service

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
PHONE, WIDE = (390, 844), (1440, 900)


def violations(desk: Desk, part: str) -> list[tuple[str, list[str]]]:
    """Return what axe finds serious or critical in a part of the page: the rule, and where."""
    if not desk.evaluate("() => 'axe' in window"):
        desk.evaluate(AXE.read_text("utf-8"))
    # A PDF is the browser's own page.
    found: dict[str, Any] = desk.evaluate(
        "(part) => axe.run({ include: [part], exclude: ['iframe'] }, { iframes: false, resultTypes: ['violations'] })",
        part,
    )
    return [
        (violation["id"], [" ".join(map(str, node["target"])) for node in violation["nodes"]])
        for violation in found["violations"]
        if violation["impact"] in ("serious", "critical")
    ]


def overflow(desk: Desk) -> int:
    """Return by how many pixels the page is wider than its window."""
    return int(desk.evaluate("() => document.documentElement.scrollWidth - innerWidth"))


@pytest.mark.parametrize(("size", "dark"), [(PHONE, False), (WIDE, True)], ids=["390-light", "1440-dark"])
def test_every_user_can_use_it(
    visit: Visit, service: Service, tenant: str, size: tuple[int, int], dark: bool, request: pytest.FixtureRequest
) -> None:
    as_tenant = service.as_tenant(tenant)
    bad = service.upload(f"uploads/{tenant}/table/broken.csv", b"Item,Amount\nBread,2.50,surplus\n")
    as_tenant.ended(as_tenant.submit("table", {"rows": [{"City": "Oslo", "Rain": 12}]}, title="Rain"))
    as_tenant.report_of(bad)
    look = request.node.callspec.id

    def check(desk: Desk, name: str, part: str) -> None:
        desk.picture(f"{name}-{look}")
        assert violations(desk, part) == [], name
        assert overflow(desk) <= 0, name

    entrance = visit(None, size=size, dark=dark)
    check(entrance, "sign-in", "body")
    desk = visit(tenant, size=size, dark=dark)
    for template in ("Invoice", "Photo"):
        desk.choose(template)
        check(desk, f"form-{template.lower()}-empty", ".composer")
        desk.fill_with_sample()
        check(desk, f"form-{template.lower()}", ".composer")
    if size == PHONE:
        desk.page.get_by_role("button", name="Reports", exact=True).click()
    expect(desk.thumbnail("Rain")).to_be_visible()
    check(desk, "list", ".run")
    for name in ("Rain", "broken.csv"):
        desk.page.get_by_role("link", name=name).click()
        expect(desk.detail.locator(".chip")).to_be_visible()
        check(desk, f"detail-{name.partition('.')[0].lower()}", "dialog")
        desk.page.get_by_role("button", name="Close").click()
