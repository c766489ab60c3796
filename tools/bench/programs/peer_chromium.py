"""Print the ledger with headless Chromium: ``{rows, browser, out}``; the same HTML and CSS as Pressrun's.

Writing the HTML counts, as it does for the others, and so do all of the browser's processes.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
from contextlib import suppress
from pathlib import Path

import pypdfium2

from reports.engine.templating.template_code import load_template_code
from tools.bench.programs import Stopwatch, arguments, report
from tools.bench.programs.engine import BENCH, context
from tools.bench.rows import HEADINGS, WIDTHS_MM, Ledger

_PR_SET_CHILD_SUBREAPER = 36
_FONTS = BENCH.parents[1] / "fonts"
_FONT_FACES = "".join(
    f"@font-face {{ font-family: Inter; font-weight: {weight}; src: url({(_FONTS / name).as_uri()}) }}"
    for weight, name in ((400, "Inter-Regular.ttf"), (600, "Inter-SemiBold.ttf"))
)


def main() -> None:
    """Write the HTML, and have it printed."""
    wanted = arguments()
    out = Path(wanted["out"])
    code = load_template_code(BENCH / "ledger")
    data = {
        "lines": Ledger(wanted["rows"]),
        "style": "fixed",
        "rich": False,
        "headings": HEADINGS,
        "widths": WIDTHS_MM,
    }
    page = out.with_name("ledger.html")
    # What the browser leaves behind becomes our child, so that its time is counted, too.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1)
    with Stopwatch() as watch:
        style = f"<style>{_FONT_FACES}{(BENCH / 'ledger' / 'style.css').read_text('utf-8')}</style></head>"
        page.write_text(code.html(data, context()).replace("</head>", style, 1), "utf-8")
        command = [wanted["browser"], "--headless", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer"]
        profile = f"--user-data-dir={out.with_name('profile')}"
        files = [f"--print-to-pdf={out}", page.as_uri()]
        subprocess.run([*command, profile, "--timeout=600000", *files], check=True, capture_output=True)
        with suppress(ChildProcessError):
            while True:
                os.wait()
    report(cpu=watch.cpu, wall=watch.wall, pages=len(pypdfium2.PdfDocument(out)), bytes=out.stat().st_size)


if __name__ == "__main__":
    main()
