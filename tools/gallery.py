"""Render the templates to copy from, and take the pictures in docs/gallery."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import pypdfium2

from reports.catalog.catalog import Catalog
from reports.engine.renderer import WeasyPrintRenderer
from reports.render_contract import RenderContext, RenderedReport, RenderRequest

ROOT = Path(__file__).resolve().parents[1]
GALLERY = ROOT / "gallery"
PICTURES = ROOT / "docs" / "gallery"
_CREATED = datetime(2026, 4, 3, 9, 14, tzinfo=UTC)
_SCALE = 1.0


def rendered(name: str, locale: str = "en") -> tuple[RenderedReport, bytes]:
    """Render the sample of a template to copy from."""
    template = Catalog(GALLERY).get(name)
    data = json.loads((GALLERY / name / "sample.json").read_text("utf-8"))
    pdf = bytearray()
    context = RenderContext("gallery", _CREATED, locale, None, "")
    report = WeasyPrintRenderer(quotes_data=True).render(RenderRequest(template, data, context), output=pdf.extend)
    return report, bytes(pdf)


def main(arguments: list[str] | None = None) -> int:
    """Write a PDF and a picture of the first page for each template."""
    parser = argparse.ArgumentParser(prog="python -m tools.gallery", description=__doc__)
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "gallery", help="the folder for the PDFs")
    parser.add_argument("--pictures", type=Path, default=PICTURES, help="the folder for the pictures")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    options.pictures.mkdir(parents=True, exist_ok=True)
    for name in Catalog(GALLERY).names():
        report, pdf = rendered(name)
        (options.out / f"{name}.pdf").write_bytes(pdf)
        picture = pypdfium2.PdfDocument(pdf)[0].render(scale=_SCALE).to_pil().quantize(64)
        picture.save(options.pictures / f"{name}.png", "PNG", optimize=True)
        print(f"{options.out / name}.pdf: {report.pages} pages")
        for warning in report.warnings:
            print(f"  {warning['message']}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
