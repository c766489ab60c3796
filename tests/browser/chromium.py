"""Find the machine's own Chromium and start it as a person's would be, as far as a test can tell."""

from __future__ import annotations

import shutil

from playwright.sync_api import Browser, BrowserType

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

_ARGUMENTS = (
    # Tests may run as root in a container, where the sandbox cannot be set up. They open our own page alone.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
# Chromium's viewer of PDFs is an extension that it brings along.
_KEPT = ("--disable-extensions", "--disable-component-extensions-with-background-pages")


def find() -> str | None:
    """Return the path of a browser; None when the machine has none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def start(chromium: BrowserType, path: str) -> Browser:
    """Start a browser without a window."""
    return chromium.launch(executable_path=path, args=list(_ARGUMENTS), ignore_default_args=list(_KEPT))
