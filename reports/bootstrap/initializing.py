"""Make a function's use cases while Lambda initializes it."""

from __future__ import annotations

import os
from collections.abc import Callable


def at_init(service: Callable[[], object], *use_cases: str) -> None:
    """Make use cases if this is Lambda, which has all of a processor for it; elsewhere nothing happens at import."""
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE"):
        made = service()
        for name in use_cases:
            getattr(made, name)
