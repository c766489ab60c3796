"""Render samples with the heavy package alone: ``python -I render_samples.py FOLDER``, FOLDER being unzipped.

It stands alone, as the package's Python has none of our modules. The pipeline runs it in the image of Lambda's runtime,
on the processor that the package is for: to build a package for arm64 shows nothing of what it does there.
"""

from __future__ import annotations

import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reports.catalog.catalog import Catalog

ROWS = 2_000
"""Enough for the fast path of long tables, which has native code of its own."""


def main() -> int:
    """Render, and print a line for each report. Returns 1 if one of them is no PDF."""
    folder = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(folder))
    os.environ["LAMBDA_TASK_ROOT"] = str(folder)
    logging.basicConfig(level=logging.INFO, stream=sys.stderr)

    from reports import bootstrap
    from reports.catalog.catalog import Catalog
    from reports.render_contract import RenderContext

    catalog = Catalog(bootstrap.TEMPLATES)
    faults = 0
    with bootstrap.report_maker(catalog) as maker, tempfile.TemporaryDirectory() as scratch:
        for name, sample in _samples(catalog, Path(scratch)):
            context = RenderContext(name, datetime(2026, 1, 31, tzinfo=UTC), "en", None, sample.name, is_sample=True)
            pdf = bytearray()
            report = maker.from_file(sample.name, sample, name, context, output=pdf.extend)
            is_pdf = pdf.startswith(b"%PDF-") and b"%%EOF" in pdf[-32:]
            faults += not is_pdf
            print(f"{name}: {report.pages} pages, {len(pdf):,} bytes{'' if is_pdf else ', and no PDF'}", flush=True)
    return 1 if faults else 0


def _samples(catalog: Catalog, scratch: Path) -> Iterator[tuple[str, Path]]:
    """Yield names of templates with files for them: all samples, and a long table."""
    for template in catalog.all():
        yield template.name, template.folder / "sample.json"
    table = scratch / "rows.csv"
    lines = (f"{number},Müller & Søn,{number * 37 % 1000}.{number % 100:02}" for number in range(ROWS))
    table.write_text("number,name,amount\n" + "\n".join(lines), encoding="utf-8")
    yield "table", table


if __name__ == "__main__":
    sys.exit(main())
