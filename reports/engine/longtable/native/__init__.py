"""The hot loops of long tables in C (``core.c``); where it is not built, ``core`` is None, and Python does it all.

Python is the reference: each call stands beside the code that gives the same bytes without it.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

_INTERFACE = 1
"""Of ``core.c`` and this file: raise both when a call changes."""


def _load() -> Any:
    try:
        found = import_module(f"{__name__}._core")
    except ImportError:
        return None
    return found if found.INTERFACE == _INTERFACE else None


core = _load()
