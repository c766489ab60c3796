"""Try a finished package: its size, its machine code, and whether it can be imported where nothing else is."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from tools.package.archive import unpacked_size
from tools.package.bytecode import find_interpreter
from tools.package.elf import SharedObject, is_elf, read_shared_object
from tools.package.errors import PackageError
from tools.package.layers import Package
from tools.package.native.bundle import SYSTEM_LIBRARIES
from tools.package.targets import Target, host_architecture

_NEWEST_VERSIONS = {"GLIBC": (2, 34), "GLIBCXX": (3, 4, 29), "CXXABI": (1, 3, 13), "GCC": (11, 0, 0)}
"""Of Amazon Linux 2023: glibc 2.34, and the libraries of gcc 11."""

_PROBE = Path(__file__).with_name("import_probe.py")
_EXTENSION = re.compile(r"\.(cpython-\d+)[^/]*\.so$")
_SHOWN = 5


def verify_package(archive: Path, package: Package, target: Target, interpreter: Path | None) -> None:
    """Raise PackageError with the first things that would not work on the target."""
    limit, size = package.megabytes * 2**20, unpacked_size(archive)
    if size > limit:
        raise PackageError(
            f"{package.name} has {size / 2**20:.0f} MB unpacked, and may have {package.megabytes}. See what has grown: "
            f"unzip -v {archive}"
        )
    with tempfile.TemporaryDirectory(dir=archive.parent) as scratch:
        folder = Path(scratch)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(folder)
        if target.is_lambda:
            _raise_if(f"{package.name} for {target.name} would not load on Lambda", problems_of_tree(folder, target))
        if target.architecture == host_architecture() and interpreter and find_interpreter(target) == interpreter:
            _import_all(folder, package, interpreter)


def problems_of_tree(folder: Path, target: Target) -> list[str]:
    """List what Lambda's loader would refuse in a tree: machine, Python, needed libraries, symbol versions."""
    libraries = {
        path.relative_to(folder).as_posix(): read_shared_object(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and is_elf(path)
    }
    return [
        f"{name}: {problem}"
        for name, found in libraries.items()
        for problem in _problems_of_library(name, found, target, _provided(libraries))
    ]


def _problems_of_library(name: str, found: SharedObject, target: Target, provided: set[str]) -> Iterator[str]:
    if found.architecture != target.architecture:
        yield f"it is for {found.architecture}"
    extension = _EXTENSION.search(name)
    if extension and extension[1] != target.python_tag:
        yield f"it is for {extension[1]}"
    for needed in found.needed:
        if needed not in provided and needed not in SYSTEM_LIBRARIES:
            yield f"it needs {needed}, which is neither in the package nor in the runtime"
    for library, version in found.versions:
        if _is_newer(version):
            yield f"it needs {version} of {library}, which is newer than Amazon Linux 2023's"


def _provided(libraries: Mapping[str, SharedObject]) -> set[str]:
    """Return the names by which libraries can be found: in lib/ by path, in ``*.libs/`` of a wheel by its rpath."""
    bundled = {name: found for name, found in libraries.items() if re.match(r"lib/|[^/]+\.libs/", name)}
    return {Path(name).name for name in bundled} | {found.soname for found in bundled.values()}


def _is_newer(version: str) -> bool:
    prefix, _, number = version.rpartition("_")
    if prefix not in _NEWEST_VERSIONS or not re.fullmatch(r"\d+(\.\d+)*", number):
        return False
    return tuple(map(int, number.split("."))) > _NEWEST_VERSIONS[prefix]


def _import_all(folder: Path, package: Package, interpreter: Path) -> None:
    # Nothing of this machine but Python itself: no site-packages, no user's packages, no settings.
    environment = {"PATH": os.environ.get("PATH", ""), "LANG": "C.UTF-8", "HOME": "/nonexistent"}
    done = subprocess.run(
        [interpreter, "-I", "-S", "-B", _PROBE, folder, package.name],
        env=environment,
        text=True,
        capture_output=True,
        check=False,
        timeout=120,
    )
    if done.returncode:
        raise PackageError(f"{package.name} cannot be imported in a clean Python: {done.stderr.strip()[-800:]}")


def _raise_if(sentence: str, problems: Iterable[str]) -> None:
    found = list(problems)
    if found:
        more = f"\n  … and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        raise PackageError(f"{sentence}:\n  " + "\n  ".join(found[:_SHOWN]) + more)
