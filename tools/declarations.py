"""Compile the C declarations of the installed WeasyPrint into reports/engine/weasy/pango_declarations.py.

To be run after WeasyPrint or cffi have been updated; a test says when.
"""

from __future__ import annotations

import ast
import contextlib
import hashlib
import importlib.util
import io
import sys
from pathlib import Path

import cffi  # type: ignore[import-untyped]

TARGET = Path(__file__).resolve().parents[1] / "reports" / "engine" / "weasy" / "pango_declarations.py"

_HEADING = '''"""Hold WeasyPrint's C declarations, compiled by cffi. Made by ``python -m tools.declarations``."""

# ruff: noqa: E501
# fmt: off

from typing import Any

'''


def main() -> int:
    """Write the file."""
    TARGET.write_text(compiled(), "utf-8")
    print(f"{TARGET}: {TARGET.stat().st_size:,} bytes")
    return 0


def compiled() -> str:
    """Return the module's text."""
    source = declarations()
    builder = cffi.FFI()
    builder.set_source("declarations", None)
    builder.cdef(source)
    program = io.StringIO()
    with contextlib.redirect_stdout(None):
        builder.emit_python_code(program)
    [made] = [node for node in ast.walk(ast.parse(program.getvalue())) if isinstance(node, ast.Call)]
    arguments = {str(keyword.arg): ast.literal_eval(keyword.value) for keyword in made.keywords}
    lines = "".join(f"    {name!r}: {value!r},\n" for name, value in arguments.items())
    digest = hashlib.sha256(source.encode()).hexdigest()
    return f'{_HEADING}SOURCE_SHA256 = "{digest}"\n\nCOMPILED: dict[str, Any] = {{\n{lines}}}\n'


def declarations() -> str:
    """Read what the installed WeasyPrint passes to ``ffi.cdef``, without importing it."""
    package = importlib.util.find_spec("weasyprint")
    assert package is not None
    assert package.origin is not None
    tree = ast.parse((Path(package.origin).parent / "text" / "ffi.py").read_text("utf-8"))
    [call] = [n for n in ast.walk(tree) if isinstance(n, ast.Call) and ast.unparse(n.func) == "ffi.cdef"]
    return str(ast.literal_eval(call.args[0]))


if __name__ == "__main__":
    sys.exit(main())
