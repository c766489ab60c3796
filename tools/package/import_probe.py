"""Import a package in a bare interpreter: ``python -I -S import_probe.py FOLDER light|sign|heavy``.

It stands alone, as the package's Python has none of our modules. A handler must not need what only another package
has, and the engine must find the native libraries in the package.
"""

import ctypes
import importlib
import sys
from pathlib import Path

PACKAGES = {"render": "heavy", "sign": "sign"}
"""The packages of handlers; all others are in the light one."""


def main() -> None:
    """Import every handler of the package, and for the heavy one the engine and WeasyPrint."""
    folder, package = Path(sys.argv[1]).resolve(), sys.argv[2]
    sys.path.insert(0, str(folder))
    heavy = package == "heavy"
    for path in sorted(folder.glob("handlers/*.py")):
        if path.stem != "__init__" and PACKAGES.get(path.stem, "light") == package:
            importlib.import_module(f"handlers.{path.stem}")
    for path in sorted(folder.glob("reports/*.py")):
        importlib.import_module(f"reports.{path.stem}" if path.stem != "__init__" else "reports")
    if heavy:
        import_engine(folder)


def import_engine(folder: Path) -> None:
    """Load the native libraries as the engine does, then WeasyPrint; none may come from the machine instead."""
    order = folder / "lib/load-order.txt"
    names = order.read_text().split() if order.is_file() else []
    for name in names:
        ctypes.CDLL(str(folder / "lib" / name), mode=ctypes.RTLD_GLOBAL)
    importlib.import_module("weasyprint")
    for path in sorted(folder.glob("reports/engine/*.py")):
        if path.stem not in ("__init__", "__main__"):
            importlib.import_module(f"reports.engine.{path.stem}")
    extension = any(folder.glob("reports/engine/longtable/native/_core.*.so"))
    if extension and importlib.import_module("reports.engine.longtable.native").core is None:
        sys.exit("the extension of long tables cannot be loaded")
    strangers = [str(path) for path in _mapped_files() if path.name in names and folder not in path.parents]
    if strangers:
        sys.exit(f"loaded from outside of the package: {sorted(strangers)}")


def _mapped_files() -> set[Path]:
    maps = Path("/proc/self/maps")  # address perms offset dev inode path
    lines = maps.read_text().splitlines() if maps.is_file() else []
    return {Path(line.split(maxsplit=5)[5]) for line in lines if "/" in line}


if __name__ == "__main__":
    main()
