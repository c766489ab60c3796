"""Replace functions of MiniStack, which has no settings for what Pressrun needs."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

# requirements/emulator.in pins it. With another one, look first whether each name still means the same.
RELEASE = "1.5.33"


def check_release() -> None:
    """Raise RuntimeError when this is another release of MiniStack than the one that was looked at."""
    if version("ministack") != RELEASE:
        raise RuntimeError(
            f"MiniStack {version('ministack')} is installed; tools/emulator/server changes functions of {RELEASE}. "
            "Compare them, then change RELEASE in replacing.py."
        )


def replace(owner: Any, name: str, by: Any) -> Any:
    """Put something in the place of an attribute, and return what was there. Raises AttributeError when nothing was."""
    before = getattr(owner, name)
    setattr(owner, name, by)
    return before
