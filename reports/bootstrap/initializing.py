"""Build a function's part while Lambda initializes it."""

from __future__ import annotations

import os
from collections.abc import Callable


def at_init(*parts: Callable[[], object]) -> None:
    """Build parts now if this is Lambda, which has all of a processor for it; elsewhere nothing happens at import."""
    if os.environ.get("AWS_LAMBDA_INITIALIZATION_TYPE"):
        for build in parts:
            build()
