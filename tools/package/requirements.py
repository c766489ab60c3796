"""Recompile the locks of Python packages: ``python -m tools.package.requirements [--upgrade]``.

Each ``requirements/X.in`` becomes ``requirements/X.txt``, with hashes, for every Python and architecture. Pins that
still fit are kept, unless ``--upgrade``. No index is written into the locks: yours is used, as pip and uv know it.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import venv
from pathlib import Path

from tools.package.digests import digest_of
from tools.package.errors import PackageError
from tools.package.targets import PROJECT

OLDEST_PYTHON = "3.11"
_HEAVIEST_LAST = ("lock", "light", "sign", "heavy", "emulator", "dev", "bench", "tables", "fuzz", "docs", "native")
_WITHOUT_DEPENDENCIES = ("tables",)
"""Locks of packages that are only opened as files."""


def main() -> int:
    """Run the command line; return 1 with the reason on the standard error when a lock cannot be made."""
    parser = argparse.ArgumentParser(prog="python -m tools.package.requirements", description=__doc__)
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions that the .in files allow")
    arguments = parser.parse_args()
    try:
        uv = _uv()
        for name in _HEAVIEST_LAST:
            _compile(uv, name, upgrade=arguments.upgrade)
            print(f"requirements/{name}.txt")
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def _compile(uv: Path, name: str, *, upgrade: bool) -> None:
    # fmt: off
    command = [
        str(uv), "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes",
        "--no-header", "--no-emit-index-url", "--no-emit-find-links",
        f"requirements/{name}.in", "--output-file", f"requirements/{name}.txt",
    ]
    # fmt: on
    if name in _WITHOUT_DEPENDENCIES:
        command.append("--no-deps")
    _run(command + (["--upgrade"] if upgrade else []))


def _uv() -> Path:
    """Return the pinned uv, installed when it is not there yet, or is another than the pinned one."""
    lock = PROJECT / "requirements/lock.txt"
    home = PROJECT / "build/lock-venv" / digest_of([lock.read_bytes()])
    uv = home / "bin/uv"
    if not uv.is_file():
        venv.create(home, with_pip=True, clear=True)
        _run([str(home / "bin/python"), "-m", "pip", "install", "--quiet", "--require-hashes", "-r", str(lock)])
    return uv


def _run(command: list[str]) -> None:
    done = subprocess.run(command, cwd=PROJECT, text=True, capture_output=True, check=False)
    if done.returncode:
        raise PackageError(f"{Path(command[0]).name} failed: {done.stderr.strip()[-1500:]}")


if __name__ == "__main__":
    sys.exit(main())
