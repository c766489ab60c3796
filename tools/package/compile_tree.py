"""Compile a folder to .pyc by the interpreter that runs this file: ``python compile_tree.py FOLDER < NAMES``.

It is run by the package's own Python, which may be another than the build's and has none of our modules, so it stands
alone. NAMES are lines with paths of .py files, relative to the folder.

The .pyc are unchecked hash-based ones (PEP 552): nothing in them depends on a time, and the loader compares them with
nothing, which is right for a package that cannot change.
"""

import py_compile
import sys
from pathlib import Path


def main() -> None:
    """Compile each named file. The path inside the .pyc is relative: the loader puts the real one in its place."""
    folder = Path(sys.argv[1])
    for line in sys.stdin:
        name = line.rstrip("\n")
        py_compile.compile(
            str(folder / name),
            dfile=name,
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )


if __name__ == "__main__":
    main()
