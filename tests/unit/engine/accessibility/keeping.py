"""Keep the PDFs of tests for judges that run after them, where ``KEEP_PDFS`` names a folder."""

from __future__ import annotations

import os
import re
from pathlib import Path


def keep(name: str, pdf: bytes) -> None:
    """Keep a PDF under a name, if it is to be kept."""
    if folder := os.environ.get("KEEP_PDFS"):
        Path(folder).mkdir(parents=True, exist_ok=True)
        (Path(folder) / f"{re.sub('[^A-Za-z0-9]+', '-', name)}.pdf").write_bytes(pdf)
