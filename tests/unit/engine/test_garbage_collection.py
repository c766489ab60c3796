from __future__ import annotations

import gc
import json
import subprocess
import sys
from pathlib import Path

import pytest

from reports.engine.garbage_collection import collector_paused

ROOT = Path(__file__).resolve().parents[3]


def test_the_collector_rests_inside_and_works_again_afterwards() -> None:
    with collector_paused():
        assert not gc.isenabled()

    assert gc.isenabled()


def test_what_went_round_in_circles_is_gone_afterwards_also_after_a_fault() -> None:
    class Node:
        alive = 0

        def __init__(self) -> None:
            self.itself = self
            Node.alive += 1

        def __del__(self) -> None:
            Node.alive -= 1

    def leave_circles_and_fail() -> None:
        with collector_paused():
            for _ in range(5000):
                Node()
            raise ValueError

    with pytest.raises(ValueError):
        leave_circles_and_fail()

    assert Node.alive == 0
    assert gc.isenabled()


_RENDERS_AND_WHAT_IS_HELD = """
import gc, json, sys
from pathlib import Path
from reports.engine.renderer import WeasyPrintRenderer
from reports.render_contract import RenderRequest
from tests.unit.engine.rendering import context, template

renderer, described = WeasyPrintRenderer(), template(Path(sys.argv[1]))

def render(number):
    lines = [f"line {number * 31 + line} of λόγος" for line in range(15)]
    renderer.render(RenderRequest(described, {"number": number, "lines": lines}, context()), output=len)

def held():
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return {"blocks": sys.getallocatedblocks(), "bytes": pages * 4096}

for number in range(30):
    render(number)
before = held()
for number in range(30, 90):
    render(number)
print(json.dumps([before, held()]))
"""


def test_memory_does_not_grow_from_render_to_render(tmp_path: Path) -> None:
    style = "body { font: 9pt Inter } td { border: 1pt solid red; font-variant-numeric: tabular-nums }"
    (tmp_path / "style.css").write_text(style, "utf-8")
    (tmp_path / "template.html.j2").write_text(
        '<html lang="en"><head><title>{{ data.number }}</title></head><body><h1 id="top">{{ data.number }}</h1>'
        '<svg viewBox="0 0 9 9" width="9" height="9"><title>x</title><path d="M0 0h{{ data.number }}v9z"/></svg>'
        "<table>{% for line in data.lines %}<tr><td>{{ line }}</td></tr>{% endfor %}</table>"
        '<p><a href="#top">{{ data.number }}</a></p></body></html>',
        "utf-8",
    )

    done = subprocess.run(
        [sys.executable, "-c", _RENDERS_AND_WHAT_IS_HELD, str(tmp_path)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr
    before, after = json.loads(done.stdout)
    # Caches fill up for a while, by some objects a render; a document has thousands.
    assert after["blocks"] - before["blocks"] < 60 * 10, "a render leaves objects of Python behind"
    assert after["bytes"] - before["bytes"] < 60 * 4096, "a render leaves memory of a library behind"
