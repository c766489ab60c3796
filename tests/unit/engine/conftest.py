"""Use the bundled native libraries if they have been built, as the Makefile does."""

from __future__ import annotations

import os
from pathlib import Path

_BUNDLE = Path(__file__).resolve().parents[3] / "build" / "native" / "embedded" / "lib"

if (_BUNDLE / "load-order.txt").is_file():
    os.environ.setdefault("PRESSRUN_NATIVE_LIB", str(_BUNDLE))
