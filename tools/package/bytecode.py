"""Compile a tree of sources for the Python that will run it, which need not be the one that builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tools.package.errors import PackageError
from tools.package.targets import Target

_SCRIPT = Path(__file__).with_name("compile_tree.py")


def find_interpreter(target: Target) -> Path | None:
    """Return a CPython of the target's version on this machine, or None.

    Looked for in this order: the running one, the ``PATH``, pyenv's versions, uv's. Each candidate is asked for its
    version, as shims of version managers exist for Pythons that are not switched on.
    """
    return next((path for path in _candidates(target.python) if _is_cpython(path, target.python)), None)


def compile_tree(folder: Path, interpreter: Path) -> int:
    """Write a .pyc beside every .py below a folder and return their number. Raises PackageError with the first failure.

    The content of a .pyc depends a little on what its process has compiled before (shared constants are written as
    references). So every top-level entry gets a process of its own, and its files in a fixed order.
    """
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for path in sorted(folder.rglob("*.py")):
        name = path.relative_to(folder).as_posix()
        groups[name.partition("/")[0]].append(name)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        list(pool.map(lambda names: _compile(folder, names, interpreter), groups.values()))
    return sum(map(len, groups.values()))


def _compile(folder: Path, names: Iterable[str], interpreter: Path) -> None:
    # Hash randomisation would change the order of frozen sets, and so the bytes.
    environment = {**os.environ, "PYTHONHASHSEED": "0"}
    for name in ("PYTHONPYCACHEPREFIX", "PYTHONPATH", "PYTHONHOME", "PYTHONOPTIMIZE"):
        environment.pop(name, None)
    done = subprocess.run(
        [interpreter, "-S", "-s", _SCRIPT, folder],
        input="".join(f"{name}\n" for name in names),
        env=environment,
        text=True,
        capture_output=True,
        check=False,
    )
    if done.returncode:
        raise PackageError(f"{interpreter} cannot compile {folder}: {done.stderr.strip()[-500:]}")


def _candidates(version: tuple[int, int]) -> Iterator[Path]:
    name = f"{version[0]}.{version[1]}"
    if sys.version_info[:2] == version:
        yield Path(sys.executable)
    on_path = shutil.which(f"python{name}")
    if on_path:
        yield Path(on_path)
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from sorted(pyenv.glob(f"versions/{name}.*/bin/python{name}"))
    data = Path(os.environ.get("XDG_DATA_HOME", Path.home() / ".local/share"))
    yield from sorted(data.glob(f"uv/python/cpython-{name}.*/bin/python{name}"))


def _is_cpython(interpreter: Path, version: tuple[int, int]) -> bool:
    question = "import sys; print(sys.implementation.name, *sys.version_info[:2])"
    try:
        done = subprocess.run(
            [interpreter, "-I", "-S", "-c", question], text=True, capture_output=True, check=True, timeout=30
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.stdout.split() == ["cpython", *map(str, version)]
