"""What is loaded with WeasyPrint, and what is spared."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tools.declarations import TARGET, compiled

ROOT = Path(__file__).resolve().parents[4]


def run(program: str) -> str:
    """Run a program in a process that has loaded nothing yet, and return what it prints."""
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_the_compiled_declarations_are_those_of_the_installed_weasyprint() -> None:
    assert TARGET.read_text("utf-8") == compiled(), "run `python -m tools.declarations`"


def test_the_engine_starts_with_what_a_short_report_needs_and_without_searching_for_libraries() -> None:
    program = """
import ctypes.util, subprocess, sys

def refuse(*arguments, **options):
    raise AssertionError("the engine searches for a library, or starts a process")

ctypes.util.find_library = subprocess.Popen.__init__ = refuse
import reports.engine.sandbox.child
from reports.engine.renderer import WeasyPrintRenderer
WeasyPrintRenderer()
spared = {"cffi", "pycparser", "fontTools.subset", "fontTools.varLib", "pydantic"}
spared.add("reports.engine.longtable.long_table_render")
print(*sorted(spared & set(sys.modules)))
print(ctypes.util.find_library is refuse)
"""

    assert run(program) == "\nTrue\n"


def test_a_weasyprint_with_other_declarations_works_as_well() -> None:
    program = """
import sys
from reports.engine.weasy import pango_declarations
pango_declarations.SOURCE_SHA256 = "of another one"
from reports.engine.renderer import WeasyPrintRenderer
WeasyPrintRenderer()
from weasyprint import HTML
from weasyprint.text.ffi import ffi
print(HTML(string="<p>text").write_pdf()[:5].decode(), type(ffi).__module__)
"""

    assert run(program) == "%PDF- cffi.api\n"


def test_what_was_spared_is_there_for_those_who_need_it() -> None:
    program = """
from reports.engine.renderer import WeasyPrintRenderer
WeasyPrintRenderer()
import cffi
from weasyprint.pdf import fonts
print(cffi.FFI.__module__, fonts.subset.Subsetter.__module__)
from fontTools.varLib import instancer
print(instancer.instantiateVariableFont.__module__)
instancer.instantiateVariableFont = lambda *arguments, **options: (arguments, options)
print(fonts.instantiateVariableFont("font", {"wght": 700}, inplace=True))
"""

    assert run(program).splitlines() == [
        "cffi.api fontTools.subset",
        "fontTools.varLib.instancer",
        "(('font', {'wght': 700}), {'inplace': True})",
    ]
