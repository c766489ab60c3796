"""Choose the Python that is measured: one that was built with profile-guided optimization (PGO), where there is one.

AWS's runtimes and the distributions' packages are built so. A Python that was built without it, as pyenv does by
default, takes a fifth more time for the same code.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

_PLACES = ("/usr/local/bin", "/usr/bin", "/opt/homebrew/bin")
_VENDORS = frozenset({"debian", "ubuntu"})
"""Distributions whose own Python is built with PGO by their rules. What it says of its build is of another variant."""

_ASK = (
    "import json, platform, sysconfig; print(json.dumps([platform.python_version(),"
    " sysconfig.get_config_var('CONFIG_ARGS') or '']))"
)
_NEEDED = "import pydantic, jinja2, PIL, tools.bench.programs.engine"


@dataclass(frozen=True, slots=True)
class Python:
    """An interpreter, whether it was built with PGO, and where it finds the packages of this project."""

    path: str
    version: str
    is_optimized: bool
    packages: Path | None = None

    def environment(self, packages: Path | None = None) -> Mapping[str, str]:
        """Return the environment to start it in, with these packages, or those of this project."""
        chosen = packages or self.packages
        return {**os.environ, "PYTHONPATH": str(chosen)} if chosen is not None else os.environ

    def __str__(self) -> str:
        return f"{self.version}, {'built with' if self.is_optimized else 'built without'} PGO"


@cache
def measured_python() -> Python:
    """Return the Python that all programs are measured in."""
    own = _described(sys.executable)
    if own.is_optimized:
        return own
    return next(filter(_can_run_the_engine, _others()), own)


def _others() -> Iterator[Python]:
    """Yield Pythons built with PGO and of the same minor version, which the packages here were compiled for."""
    name = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    places = [*_PLACES, *map(str, Path.home().glob(f".pyenv/versions/{name[6:]}.*/bin"))]
    for path in dict.fromkeys(filter(None, (shutil.which(name, path=place) for place in places))):
        found = _described(path)
        if found.is_optimized:
            packages = Path(sysconfig.get_path("purelib"))
            yield Python(found.path, found.version, found.is_optimized, packages)


def _can_run_the_engine(python: Python) -> bool:
    done = subprocess.run(
        [python.path, "-c", _NEEDED],
        cwd=Path(__file__).parents[2],
        env=python.environment(),
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def _described(path: str) -> Python:
    answer = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=True).stdout
    version, arguments = json.loads(answer)
    return Python(path, version, is_optimized(Path(path), arguments))


def is_optimized(path: Path, arguments: str) -> bool:
    """Tell by its place and by how it was configured whether a Python was built with PGO."""
    return "--enable-optimizations" in arguments or (path.resolve().parent == Path("/usr/bin") and _is_vendors())


def _is_vendors() -> bool:
    try:
        release: Mapping[str, Any] = platform.freedesktop_os_release()
    except OSError:
        return False
    return not _VENDORS.isdisjoint([release.get("ID", ""), *release.get("ID_LIKE", "").split()])
