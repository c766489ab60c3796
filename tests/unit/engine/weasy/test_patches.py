"""Foreign code is replaced in one place, by functions that know what they replace."""

from __future__ import annotations

import ast
import importlib
import inspect
from collections.abc import Iterator
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from pkgutil import resolve_name

import pytest

from reports.engine.renderer import WeasyPrintRenderer

WeasyPrintRenderer()  # loads the native libraries and prepares the fonts, which has to be before WeasyPrint is imported

from reports.engine.weasy import patches  # noqa: E402

ENGINE = Path(__file__).resolve().parents[4] / "reports" / "engine"
FOLDER = ENGINE / "weasy" / "patches"
FOREIGN = {"weasyprint", "pydyf", "tinycss2", "cssselect2", "fontTools", "cffi", "ctypes"}
for module in patches.MODULES:
    importlib.import_module(f"reports.engine.weasy.patches.{module}")

EACH_PATCH = pytest.mark.parametrize("patch", patches.PATCHES, ids=lambda patch: patch.function.__name__)


def test_every_module_of_patches_is_listed() -> None:
    assert {path.stem for path in FOLDER.glob("*.py")} - {"__init__"} == set(patches.MODULES)


@EACH_PATCH
def test_what_a_patch_replaces_is_there(patch: patches.Patch) -> None:
    for place in patch.places:
        owner, _, name = place.rpartition(".")
        found = resolve_name(owner)

        # Some are attributes of each object, and some are modules.
        known = hasattr(found, name) or f"self.{name}" in inspect.getsource(found) or find_spec(place) is not None
        assert known, f"{place} has gone"


@EACH_PATCH
def test_a_patch_was_written_against_the_installed_weasyprint(patch: patches.Patch) -> None:
    assert patch.release == version("weasyprint"), (
        f"read {', '.join(patch.places)} again, then change the release beside {patch.function.__name__}"
    )


@EACH_PATCH
def test_a_patch_says_why_it_is_needed(patch: patches.Patch) -> None:
    assert patch.function.__doc__


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(ENGINE.rglob("*.py")) if FOLDER not in path.parents],
    ids=lambda path: str(path.relative_to(ENGINE)),
)
def test_no_other_module_replaces_foreign_code(path: Path) -> None:
    assert list(_replaced(ast.parse(path.read_text("utf-8")))) == []


@pytest.mark.parametrize(
    "program",
    [
        "import weasyprint.pdf\nweasyprint.pdf.pydyf = 1",
        "from weasyprint.text import line_break\ndef f():\n    line_break.Layout.setup = 1",
        "from weasyprint.pdf import fonts as found\nsetattr(found.Font, 'clean', 1)",
        "from pydyf import PDF\ndel PDF.write",
    ],
)
def test_a_replacement_is_seen(program: str) -> None:
    assert len(list(_replaced(ast.parse(program)))) == 1


def _replaced(tree: ast.Module) -> Iterator[str]:
    """Yield the attributes of imported foreign modules and classes that a module assigns or deletes."""
    foreign = {
        (alias.asname or alias.name).partition(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
        if (getattr(node, "module", None) or alias.name).partition(".")[0] in FOREIGN
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            target: ast.expr = node
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("setattr", "delattr"):
            target = node.args[0]
        else:
            continue
        while isinstance(target, ast.Attribute):
            target = target.value
        if isinstance(target, ast.Name) and target.id in foreign:
            yield f"line {node.lineno}: {ast.unparse(node)}"
