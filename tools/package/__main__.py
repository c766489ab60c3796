"""Build the packages from the command line."""

from __future__ import annotations

import argparse
import logging
import sys
from pathlib import Path

from tools.package.build import build
from tools.package.errors import PackageError
from tools.package.targets import PROJECT, target_named
from tools.progress import progress


def main() -> int:
    """Run the command line; return 1 with the reason on the standard error when a package cannot be built."""
    parser = argparse.ArgumentParser(prog="python -m tools.package", description=__doc__)
    parser.add_argument("--target", required=True, choices=["embedded", "x86_64", "arm64"])
    parser.add_argument("--out", type=Path, help="folder of light.zip, sign.zip and heavy.zip (default: dist/<target>)")
    parser.add_argument("--require-pyc", action="store_true", help="fail when the target's Python is not here")
    parser.add_argument("--with-faults", action="store_true", help="pack fault injection, for tests on LocalStack")
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    out: Path = arguments.out or PROJECT / "dist" / arguments.target
    try:
        with progress(f"Building the functions' packages for {arguments.target}"):
            built = build(
                PROJECT,
                target_named(arguments.target),
                out,
                require_pyc=arguments.require_pyc,
                with_faults=arguments.with_faults,
            )
    except PackageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    for package in built:
        state = "built" if package.built_now else "up to date"
        size, zipped = package.unpacked / 2**20, package.zipped / 2**20
        print(f"{_shown(out / package.name)}.zip  {zipped:5.1f} MB zipped  {size:6.1f} MB unpacked  {state}")
    return 0


def _shown(path: Path) -> Path:
    """Shorten a path of the project, as a person in its folder would write it."""
    return path.relative_to(PROJECT) if path.is_relative_to(PROJECT) else path


if __name__ == "__main__":
    sys.exit(main())
