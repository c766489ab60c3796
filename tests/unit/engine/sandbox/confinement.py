"""Write templates that try what a confined render must withstand."""

from __future__ import annotations

from pathlib import Path

from reports.engine.sandbox.confined_renderer import ConfinedRenderer
from reports.render_contract import RenderLimits, Template
from tests.unit.engine.rendering import PrintedReport, context, printed, template

ROOT = Path(__file__).resolve().parents[4]
LIMITS = RenderLimits(seconds=60, memory_bytes=600 * 2**20, pages=20)
PATIENCE = 60

PAGE = '<!doctype html><html lang="en"><head><title>t</title></head><body>{}</body></html>'
WHOLE = PAGE.format("<p>{{ data.text | default('whole') }}</p>")
ENDLESS_LOOP = "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}"

# A view that writes to the wire itself, as a render could that has taken the process over.
LYING_VIEW = """
import os
def view(data, context):
    files = {{int(n): os.readlink("/proc/self/fd/" + n) for n in os.listdir("/proc/self/fd")
             if os.path.lexists("/proc/self/fd/" + n)}}
    [wire] = [number for number, name in files.items() if name.startswith("socket:")]
    os.write(wire, {!r})
    return data
"""


def lay_out(folder: Path, html: str = WHOLE, view: str = "", name: str = "demo") -> Template:
    """Write a template's folder."""
    inside = folder / name
    inside.mkdir(parents=True)
    (inside / "template.html.j2").write_text(html, "utf-8")
    (inside / "style.css").write_text("p { color: black }", "utf-8")
    if view:
        (inside / "view.py").write_text(view, "utf-8")
    return template(inside)


def frame(facts: bytes, attached: bytes = b"") -> bytes:
    """Write a frame of the wire."""
    return len(facts).to_bytes(4) + len(attached).to_bytes(4) + facts + attached


def whole(renderer: ConfinedRenderer, folder: Path) -> PrintedReport:
    """Render what cannot fail."""
    return printed(renderer, lay_out(folder, name="whole"), {}, context())
