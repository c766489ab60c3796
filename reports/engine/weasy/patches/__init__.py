"""All that is replaced in foreign code while it runs, one function for each place.

A function here replaces something when it is called, and never at import: who calls it, and when, decides. Its
docstring says why. ``replaces`` names the place and the release of WeasyPrint that it was written against, so that you
know what to read again when you upgrade: docs/upgrading-weasyprint.md lists them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

_F = TypeVar("_F", bound=Callable[..., Any])

MODULES = ("imports", "text", "lines", "styles", "layout", "svg", "fonts", "tags", "pdf")
"""The modules of this package, by the order in which they act. Only ``imports`` may be loaded before WeasyPrint."""

PATCHES: list[Patch] = []
"""The patches of the modules that have been loaded."""


class Patch(NamedTuple):
    """A replacement of foreign code: the full names of what is replaced, the release of WeasyPrint, and the code."""

    places: tuple[str, ...]
    release: str
    function: Callable[..., Any]


def replaces(*places: str, release: str) -> Callable[[_F], _F]:
    """Register a function as the one that replaces these places of foreign code."""

    def register(function: _F) -> _F:
        PATCHES.append(Patch(places, release, function))
        return function

    return register
