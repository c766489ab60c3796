"""Render a page for practice, so that what a first render loads and prepares is there for the first report."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from reports.engine.renderer import WeasyPrintRenderer
from reports.engine.templating.template_code import MAIN
from reports.render_contract import RenderContext, RenderRequest, Template

_logger = logging.getLogger(__name__)

# What most reports have: running lines, headings, boxes beside one another, a table with sums, bold and small text.
_HTML = """<!doctype html>
<html lang="{{ lang }}"><head><meta charset="utf-8"><title>{{ data.title }}</title></head><body>
<header><h1>{{ data.title }}</h1><p>{{ day(data.day) }}</p></header>
<dl><div><dt>Items</dt><dd>{{ number(data.rows | length) }}</dd></div>
<div><dt>Share</dt><dd>{{ percent(0.5) }}</dd></div></dl>
<table><thead><tr><th scope="col">Item</th><th scope="col">Amount</th></tr></thead><tbody>
{% for row in data.rows %}<tr><td>{{ row.name }}</td><td>{{ money(row.amount, "EUR") }}</td></tr>{% endfor %}
</tbody></table><p><small>{{ data.title }}</small></p></body></html>
"""
_STYLE = """@page { size: A4; margin: 20mm; @bottom-right { content: counter(page) " / " counter(pages) } }
html { font: 10pt/1.4 Inter; color: #222 } header, dl { display: flex; gap: 5mm } h1 { font-size: 18pt; margin: 0 }
table { width: 100%; border-collapse: collapse } th { font-weight: 600; border-bottom: 1pt solid #1d4f73 }
td:last-child { text-align: right; font-variant-numeric: tabular-nums } small { font-size: 8pt }
"""
_DATA = {
    "title": "A page",
    "day": "2026-01-31",
    "rows": [{"name": f"Item {n}", "amount": n * 1.25} for n in range(1, 4)],
}


def prepare(renderer: WeasyPrintRenderer, places: Iterable[Path]) -> None:
    """Read the templates in these places, too. A faulty one is left for the first report that asks for it."""
    for folder in sorted(file.parent for place in places for file in place.glob(f"*/{MAIN}")):
        try:
            renderer.prepare(folder)
        except Exception:
            _logger.warning("the template %s could not be read beforehand", folder.name, exc_info=True)


def warm_up(renderer: WeasyPrintRenderer) -> None:
    """Render a page, and throw it away. A fault is logged, and costs no report."""
    try:
        with TemporaryDirectory(prefix="warm-up-") as name:
            folder = Path(name)
            (folder / "template.html.j2").write_text(_HTML, "utf-8")
            (folder / "style.css").write_text(_STYLE, "utf-8")
            template = Template("warm-up", "A page", "", folder, {})
            context = RenderContext("warm-up", datetime(2026, 1, 31, tzinfo=UTC))
            renderer.render(RenderRequest(template, _DATA, context), output=len)
            renderer.forget(folder)
    except Exception:
        _logger.warning("the page for warming up could not be rendered", exc_info=True)
