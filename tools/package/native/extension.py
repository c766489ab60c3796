"""Build the extension of long tables: by this machine's C compiler for itself, by Zig's for Lambda's architectures.

The extension makes reports faster, and no other bytes. So where it cannot be built, packages go without it, with one
line that says why.
"""

from __future__ import annotations

import logging
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

from tools.package.digests import digest_of
from tools.package.errors import PackageError
from tools.package.targets import Target

SOURCE = Path("reports/engine/longtable/native/core.c")
EXTENSION = Path("reports/engine/longtable/native/_core.abi3.so")
_ZIG_LOCK = Path("requirements/native.txt")
_GLIBC = "2.17"
_TRIPLETS = {"x86_64": "x86_64-linux-gnu", "arm64": "aarch64-linux-gnu"}
_OPTIONS = ("-O2", "-fPIC", "-shared", "-fno-strict-aliasing", "-ffp-contract=off", "-g0", "-s", "-Wall", "-Wextra")
_log = logging.getLogger(__name__)


def build_extension(project: Path, target: Target) -> Path | None:
    """Return the extension for a target, built when its source or its compiler has changed; None when it can't be."""
    home = project / "build/native" / target.name / "extension"
    try:
        compiler = _compiler(project, target)
        key = digest_of([(project / SOURCE).read_bytes(), Path(__file__).read_bytes(), compiler[1], sys.version])
        built = home / f"{key}.so"
        if not built.is_file():
            shutil.rmtree(home, ignore_errors=True)
            home.mkdir(parents=True)
            _compile(project, compiler[0], built, _headers(home))
    except PackageError as error:
        _log.warning("Long tables take Python's time, not C's, on %s: %s", target.name, error)
        return None
    return built


def install_extension(project: Path, built: Path | None) -> None:
    """Put the extension of this machine beside its source, or take away one that is of another source."""
    place = project / EXTENSION
    if built is None:
        place.unlink(missing_ok=True)
    elif not place.is_file() or place.read_bytes() != built.read_bytes():
        partial = place.with_suffix(".partial")
        shutil.copyfile(built, partial)
        partial.replace(place)  # a process that has loaded the old one keeps it


def _compiler(project: Path, target: Target) -> tuple[list[str], str]:
    """Return the command of a compiler and what tells it from others. Raises PackageError."""
    if not target.is_lambda:
        found = next(filter(None, map(shutil.which, ("cc", "gcc", "clang"))), None)
        if found:
            return [found], found
    python = _zig(project)
    triplet = f"{_TRIPLETS[target.architecture]}.{_GLIBC}"
    return [str(python), "-m", "ziglang", "cc", "-target", triplet], (project / _ZIG_LOCK).read_text()


def _zig(project: Path) -> Path:
    """Return a Python that has the pinned Zig, installed when it is not there yet."""
    lock = project / _ZIG_LOCK
    home = project / "build/native/zig" / digest_of([lock.read_bytes()])
    python, done = home / "bin/python", home / "installed"
    if not done.is_file():
        _log.info("Installing %s", _ZIG_LOCK)
        shutil.rmtree(home.parent, ignore_errors=True)
        venv.create(home, with_pip=True)
        _run([str(python), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)], project)
        done.touch()
    return python


def _headers(home: Path) -> list[str]:
    """Return the options that find Python's headers. Raises PackageError when these are not installed."""
    include = Path(sysconfig.get_path("include"))
    config = _configuration(include)
    if not (include / "Python.h").is_file() or not config.is_file():
        raise PackageError(f"{include} has no Python.h (Debian: apt-get install python3-dev)")
    # Debian's pyconfig.h includes that of the architecture, and has only this machine's. Both are 64-bit Linux.
    for triplet in _TRIPLETS.values():
        folder = home / "include" / triplet / include.name
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(config, folder / "pyconfig.h")
    return [f"-I{home / 'include'}", f"-I{include}"]


def _configuration(include: Path) -> Path:
    """Return the pyconfig.h that defines what Python was built with: Debian's in ``include`` only refers to it."""
    multiarch = include.parent / str(sysconfig.get_config_var("MULTIARCH")) / include.name / "pyconfig.h"
    return multiarch if multiarch.is_file() else Path(sysconfig.get_config_h_filename())


def _compile(project: Path, compiler: list[str], built: Path, headers: list[str]) -> None:
    partial = built.with_suffix(".partial")
    # The source's path is relative, and no cache is kept outside, so that nothing of this machine gets into the file.
    caches = {name: str(built.parent / "cache") for name in ("ZIG_LOCAL_CACHE_DIR", "ZIG_GLOBAL_CACHE_DIR")}
    _run([*compiler, *_OPTIONS, *headers, str(SOURCE), "-o", str(partial)], project, caches)
    shutil.rmtree(built.parent / "cache", ignore_errors=True)
    partial.replace(built)


def _run(command: list[str], folder: Path, settings: dict[str, str] | None = None) -> None:
    environment = {**os.environ, **(settings or {})}
    try:
        done = subprocess.run(command, cwd=folder, env=environment, text=True, capture_output=True, check=False)
    except OSError as error:
        raise PackageError(f"{command[0]} cannot be run: {error.strerror}") from error
    if done.returncode:
        told = done.stderr.strip().splitlines() or ["it said nothing"]
        first = next((line for line in told if "error" in line), told[-1])
        raise PackageError(f"{Path(command[0]).name} failed: {first[:500]}")
