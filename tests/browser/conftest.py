"""Open the deployed page in a real browser, as tenants that no other test uses."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from reports.access.identity import Scope
from tests.browser import chromium
from tests.browser.desk import Desk
from tests.functional.service import Service

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / "build" / "screenshots"
WIDE = (1440, 900)
# The gate runs other suites on the same cores.
PATIENCE_MS = 60_000

Visit = Callable[..., Desk]


@pytest.fixture(scope="session")
def service() -> Service:
    stage = os.environ.get("STAGE") or "local"
    if stage != "local":
        pytest.skip("the browser's tests run on stage local: they make tenants of their own")
    return Service(stage)


@pytest.fixture(scope="session")
def page_url(service: Service) -> str:
    assert service.web_url, "The stack has no page. Build it with `make page`, and deploy again."
    return service.web_url


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    if path is None and not os.environ.get("CI"):
        pytest.skip("there is no Chromium on this machine: sudo apt-get install chromium")
    assert path is not None, f"none of {', '.join(chromium.NAMES)} is installed"
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        browser = chromium.start(playwright.chromium, path)
        yield browser
        browser.close()


@pytest.fixture
def tenant() -> str:
    return f"page-{uuid4().hex[:10]}"


@pytest.fixture
def visit(browser: Browser, service: Service, page_url: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """Open the page, signed in as a tenant, or before that. Fails the test on any error that the browser reports."""
    faults: list[str] = []
    opened: list[Page] = []

    def open_page(tenant: str | None, *scopes: Scope, size: tuple[int, int] = WIDE, dark: bool = False) -> Desk:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            color_scheme="dark" if dark else "light",
            # What is half on its way in is pale: neither axe nor a person should see that in the pictures.
            reduced_motion="reduce",
        )
        context.set_default_timeout(PATIENCE_MS)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        # What the page's policy forbids is told on the console. So is a refusal by the API, which is no fault.
        page.on("console", lambda told: faults.append(told.text) if is_fault(told.type, told.text) else None)
        opened.append(page)
        page.goto(page_url)
        desk = Desk(page, SCREENSHOTS)
        if tenant is not None:
            desk.sign_in(service.new_key(tenant, *scopes))
        return desk

    yield open_page
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    name = re.sub(r"\W+", "-", request.node.name)
    for number, page in enumerate(opened):
        page.screenshot(path=SCREENSHOTS / f"end-{name}-{number}.png")
        page.context.close()
    assert not faults


def is_fault(kind: str, text: str) -> bool:
    return kind == "error" and not text.startswith("Failed to load resource")
