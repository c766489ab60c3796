"""Use the page as a person does: see what is shown, and act by what it is called."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from playwright.sync_api import Locator, Page, expect

_DROP = """
(files) => {
  const transfer = new DataTransfer();
  for (const { name, body } of files) {
    transfer.items.add(new File([Uint8Array.from(atob(body), (c) => c.charCodeAt(0))], name));
  }
  for (const kind of ["dragenter", "dragover", "drop"]) {
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }
}
"""

_PASTE = """
(cell, text) => {
  const clipboardData = new DataTransfer();
  clipboardData.setData("text/plain", text);
  cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
}
"""


class Desk:
    """A browser tab that shows the page."""

    def __init__(self, page: Page, screenshots: Path) -> None:
        self.page = page
        self._screenshots = screenshots

    def sign_in(self, key: str) -> None:
        self.page.get_by_label("API key").fill(key)
        self.page.get_by_role("button", name="Enter with a key").click()
        expect(self.page.locator(".desk, .unable")).to_be_visible()

    def choose(self, template: str) -> None:
        self.page.get_by_role("radiogroup", name="Template").get_by_text(template, exact=True).click()
        expect(self.page.locator(".fields").first).to_be_visible()

    def fill_with_sample(self) -> None:
        self.page.get_by_role("button", name="Fill with sample").click()
        expect(self.page.locator(".sample-notice")).to_be_visible()

    def paste(self, cell: Locator, text: str) -> None:
        """Paste cells of a spreadsheet into a cell."""
        cell.evaluate(_PASTE, text)

    def submit(self) -> None:
        self.page.get_by_role("button", name="Make the report").click()

    def drop(self, files: Mapping[str, bytes]) -> None:
        """Drop files onto the page, as a file manager does."""
        sent = [{"name": name, "body": base64.b64encode(body).decode()} for name, body in files.items()]
        self.page.evaluate(_DROP, sent)

    def row(self, name: str) -> Locator:
        """Return the report of this name in the list."""
        return self.page.locator(".report").filter(has=self.page.get_by_role("link", name=name, exact=True))

    def status(self, name: str) -> Locator:
        return self.row(name).locator(".chip")

    def thumbnail(self, name: str) -> Locator:
        return self.row(name).locator(".proof img")

    @property
    def usage(self) -> Locator:
        return self.page.locator(".usage")

    @property
    def detail(self) -> Locator:
        return self.page.get_by_role("dialog")

    def picture(self, name: str, *, whole: bool = False) -> None:
        """Keep what is on the screen, for those who look at the run."""
        self._screenshots.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self._screenshots / f"{name}.png", full_page=whole)

    def evaluate(self, script: str, argument: Any = None) -> Any:
        return self.page.evaluate(script, argument)
