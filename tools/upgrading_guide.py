"""Write docs/upgrading-weasyprint.md: what of WeasyPrint's inside the engine relies on.

It is made of the patches in reports/engine/weasy/patches and of the tests in tests/unit/engine/weasy/assumptions. Each
of these holds one assumption and names it in its docstring. A test holds the page to them.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
TARGET = ROOT / "docs" / "upgrading-weasyprint.md"
ASSUMPTIONS = ROOT / "tests" / "unit" / "engine" / "weasy" / "assumptions"
PATCHES = ROOT / "reports" / "engine" / "weasy" / "patches"

_HEADING = """# Upgrading WeasyPrint

Short documents use WeasyPrint's documented API. The fast path for long tables uses its inside, which changes with every
release. This page says what to look at. `python -m tools.upgrading_guide` writes it; do not edit it.

1. Read WeasyPrint's changelog. It must stay at 70 or later, since older versions have advisories about what a document
   can reach.
2. Change the version in `requirements/*.in`, run `make lock`, and then `python -m tools.declarations`, which compiles
   the new C declarations.
3. `pytest tests/unit/engine/weasy`. Each test that fails names one assumption below that no longer holds, or a patch
   that was written against another release. Read the place in WeasyPrint again, then change the code that relies on it.
4. `pytest -m slow tests/unit/engine/longtable`: the oracle compares the fast path with WeasyPrint's own pages.
5. `make test`, and look at what has moved in documents ([templates.md](templates.md#the-golden-test)).

Until all of that holds, `longTables=off` keeps a stage going: see
[operations.md](operations.md#faults-of-the-fast-path).
"""


def main() -> int:
    """Write the page."""
    TARGET.write_text(guide(), "utf-8")
    print(f"{TARGET}: {len(TARGET.read_text('utf-8').splitlines())} lines")
    return 0


def guide() -> str:
    """Return the page's text."""
    parts = [_HEADING, "## Patches\n\nThese functions replace foreign code while it runs.\n"]
    parts.append("| Place | Written against | Function | What it does |\n|---|---|---|---|\n" + "".join(_patches()))
    parts.append("## Assumptions\n\nEach has a test of its own in `tests/unit/engine/weasy/assumptions/`.\n")
    for path in sorted(ASSUMPTIONS.glob("test_*.py")):
        tree = ast.parse(path.read_text("utf-8"))
        parts.append(f"### {ast.get_docstring(tree)}\n\nIn `{path.name}`.\n\n" + "".join(_assumptions(tree)))
    return "\n".join(part.rstrip("\n") + "\n" for part in parts)


def _patches() -> Iterator[str]:
    for path in sorted(PATCHES.glob("*.py")):
        functions = [node for node in ast.parse(path.read_text("utf-8")).body if isinstance(node, ast.FunctionDef)]
        for function in functions:
            for call in function.decorator_list:
                if isinstance(call, ast.Call) and ast.unparse(call.func) == "replaces":
                    places = ", ".join(f"`{ast.literal_eval(place)}`" for place in call.args)
                    [release] = [ast.literal_eval(keyword.value) for keyword in call.keywords]
                    yield f"| {places} | {release} | `{path.stem}.{function.name}` | {_first_sentence(function)} |\n"


def _assumptions(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            yield f"- {_first_sentence(node)}\n"
    for node in tree.body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "PARAMETERS":
            yield "".join(f"  - `{name.replace(':', '.')}({', '.join(parameters.split())})`\n"
                          for name, parameters in ast.literal_eval(node.value).items())  # fmt: skip


def _first_sentence(node: ast.FunctionDef) -> str:
    docstring = ast.get_docstring(node)
    assert docstring, f"{node.name} does not say what it is about"
    return re.sub(r"\s+", " ", docstring.partition("\n\n")[0]).replace("``", "`")


if __name__ == "__main__":
    sys.exit(main())
